//! The forms of forged and foreign replies, by name: a form is a line. `forged.rs` runs them.

use core::time::Duration;

use smileid_core::{ApiKey, HmacKey, Moment, PartnerId, Timestamp, unkeyed_hash};
use smileid_tests::{APPROVED_RESULT, FIRST_REQUEST, NOON, Reply};

/// One form of reply that must not be believed.
pub(super) struct Form {
    pub(super) name: &'static str,
    pub(super) reply: fn(&Genuine) -> Reply,
    pub(super) outcome: &'static str,
}

const fn form(name: &'static str, outcome: &'static str, reply: fn(&Genuine) -> Reply) -> Form {
    Form { name, reply, outcome }
}

const UNPROVEN: &str = "error unproven";
const SIGNATURE: &str = "error signature";
const REPLAY: &str = "error replay";
const MISMATCH: &str = "error mismatch";
const MALFORMED: &str = "error malformed";
const CONTRADICTION: &str = "final hmac undetermined (contradiction)";
const ID_LEG: &str = "final hmac undetermined (id_leg)";
const NOT_FINAL: &str = "final hmac undetermined (not_final_result)";
const UNKNOWN_CODE: &str = "final hmac undetermined (unknown_code)";
const NO_CODE: &str = "final hmac undetermined (no_result_code)";
const NO_SUCCESS: &str = "final hmac undetermined (success_missing)";

/// Every form.
pub(super) const FORMS: &[Form] = &[
    // The MAC.
    form("mac_first_digit_changed", SIGNATURE, |g| g.proof(&g.changed(0))),
    form("mac_middle_digit_changed", SIGNATURE, |g| g.proof(&g.changed(21))),
    form("mac_of_zeros", SIGNATURE, |g| g.proof(&format!("{}=", "A".repeat(43)))),
    form("mac_halves_swapped", SIGNATURE, |g| {
        let mac = &g.mac;
        g.proof(&format!("{}{}{}", &mac[20..40], &mac[..20], &mac[40..]))
    }),
    form("mac_of_another_key", SIGNATURE, |g| g.proof(&mac("Key", "023", &g.at))),
    form("mac_of_the_decoded_key", SIGNATURE, |g| g.proof(&mac("a2V5", "023", &g.at))),
    form("mac_of_a_partner_without_zeros", SIGNATURE, |g| g.proof(&mac("key", "23", &g.at))),
    form("mac_of_a_partner_with_more_zeros", SIGNATURE, |g| g.proof(&mac("key", "0023", &g.at))),
    form("mac_of_another_partner", SIGNATURE, |g| g.proof(&mac("key", "024", &g.at))),
    form("mac_url_safe", UNPROVEN, |g| g.proof(&format!("-_{}", &g.mac[2..]))),
    form("mac_without_padding", UNPROVEN, |g| g.proof(&g.mac[..43])),
    form("mac_padded_twice", UNPROVEN, |g| g.proof(&format!("{}=", g.mac))),
    form("mac_with_a_line_end", UNPROVEN, |g| g.proof(&format!("{}\\n", g.mac))),
    form("mac_with_a_space", UNPROVEN, |g| g.proof(&format!(" {}", g.mac))),
    form("mac_twice", UNPROVEN, |g| g.proof(&g.mac.repeat(2))),
    form("mac_cut_short", UNPROVEN, |g| g.proof("AAAAAAAAAAAAAAAAAAAAAA==")),
    form("mac_in_hexadecimal", UNPROVEN, |g| g.proof(&hex(&bytes_of(&g.mac)))),
    form("mac_with_first_trailing_bit", UNPROVEN, |g| g.proof(&g.trailing_bits(0))),
    form("mac_with_second_trailing_bit", UNPROVEN, |g| g.proof(&g.trailing_bits(1))),
    form("mac_with_both_trailing_bits", UNPROVEN, |g| g.proof(&g.trailing_bits(2))),
    // Other things in its place.
    form("bare_hash", UNPROVEN, |g| g.proof(&g.hash)),
    form("bare_hash_in_capitals", UNPROVEN, |g| g.proof(&g.hash.to_uppercase())),
    form("bare_hash_of_another_partner", UNPROVEN, |g| g.proof(&bare_hash("24", &g.at))),
    form("bare_hash_short_of_a_digit", UNPROVEN, |g| g.proof(&g.hash[1..])),
    form("bare_hash_with_a_digit_more", UNPROVEN, |g| g.proof(&format!("{}0", g.hash))),
    form("proof_empty", UNPROVEN, |g| g.proof("")),
    form("proof_null", UNPROVEN, |g| g.proof_json("null")),
    form("proof_true", UNPROVEN, |g| g.proof_json("true")),
    form("proof_a_number", UNPROVEN, |g| g.proof_json("44")),
    form("proof_in_a_list", UNPROVEN, |g| g.proof_json(&format!("[\"{}\"]", g.mac))),
    form("proof_in_an_object", UNPROVEN, |g| g.proof_json(&format!("{{\"signature\":\"{}\"}}", g.mac))),
    form("proof_under_another_name", UNPROVEN, |g| with_proof("Signature", &quoted(&g.at), &quoted(&g.mac))),
    form("proof_in_the_result", UNPROVEN, |g| {
        let proof = format!("\"timestamp\":\"{}\",\"signature\":\"{}\"", g.at, g.mac);
        let result = APPROVED_RESULT.replacen('{', &format!("{{{proof},"), 1);
        Reply::verbatim(200, format!(r#"{{"job_complete":true,"job_success":true,"result":{result}}}"#))
    }),
    form("legacy_pair_of_nothing", SIGNATURE, |g| g.proof(&format!("AAAA|{}", g.hash))),
    form("legacy_pair_around_the_mac", SIGNATURE, |g| g.proof(&format!("{}|{}", g.mac, g.hash))),
    // The signed time.
    form("time_missing", UNPROVEN, |g| with_proof("signature", "null", &quoted(&g.mac))),
    form("time_in_a_list", UNPROVEN, |g| with_proof("signature", &format!("[\"{}\"]", g.at), &quoted(&g.mac))),
    form("time_a_millisecond_off", SIGNATURE, |g| g.at_time(&g.at.replace("999Z", "998Z"))),
    form("time_in_another_form", SIGNATURE, |g| g.at_time(&g.at.replace('Z', "+00:00"))),
    form("time_with_a_space", SIGNATURE, |g| g.at_time(&format!("{} ", g.at))),
    form("time_as_a_number", SIGNATURE, |g| with_proof("signature", "1791115199999", &quoted(&g.mac))),
    form("time_301_s_ago", REPLAY, |_| Reply::approved().signed_ago(301_000)),
    form("time_301_s_ahead", REPLAY, |_| Reply::approved().signed_ago(-301_000)),
    form("time_a_millisecond_too_old", REPLAY, |_| Reply::approved().signed_ago(300_006)),
    form("time_a_day_ago", REPLAY, |_| Reply::approved().signed_ago(86_400_000)),
    form("time_a_year_ahead", REPLAY, |_| Reply::approved().signed_ago(-31_536_000_000)),
    form("pair_of_our_own_request", REPLAY, |_| Reply::approved().signed_at(FIRST_REQUEST)),
    // Another job.
    form("job_another", MISMATCH, |_| Reply::final_about("user-7", "job-8")),
    form("user_another", MISMATCH, |_| Reply::final_about("user-8", "job-7")),
    form("ids_swapped", MISMATCH, |_| Reply::final_about("job-7", "user-7")),
    form("ids_in_capitals", MISMATCH, |_| Reply::final_about("USER-7", "JOB-7")),
    form("ids_with_a_space", MISMATCH, |_| Reply::final_about("user-7 ", "job-7")),
    form("ids_cut_short", MISMATCH, |_| Reply::final_about("user-", "job-7")),
    form("ids_empty", MISMATCH, |_| Reply::final_about("", "")),
    form("ids_with_a_look_alike_letter", MISMATCH, |_| Reply::final_about("us\u{435}r-7", "job-7")),
    form("job_another_beside_the_result", MISMATCH, |_| beside(r#""job_id":"job-8""#)),
    form("user_another_beside_the_result", MISMATCH, |_| beside(r#""user_id":"user-8""#)),
    form("job_another_in_camel_case", MISMATCH, |_| beside(r#""jobId":"job-8""#)),
    form("job_a_list_beside_the_result", MISMATCH, |_| beside(r#""job_id":["job-7"]"#)),
    form("job_another_in_partner_params", MISMATCH, |_| beside(r#""partner_params":{"job_id":"job-8"}"#)),
    form("job_another_in_params_beside", MISMATCH, |_| beside(r#""PartnerParams":{"job_id":"job-8"}"#)),
    form("user_another_in_the_result", MISMATCH, |_| within(r#""user_id":"user-8""#)),
    form("job_another_in_snake_params_within", MISMATCH, |_| within(r#""partner_params":{"job_id":"job-8"}"#)),
    form("params_a_list", MISMATCH, |_| result(r#"{"ResultCode":"0810","PartnerParams":["user-7","job-7"]}"#)),
    form("params_json_in_text", MISMATCH, |_| {
        result(r#"{"ResultCode":"0810","PartnerParams":"{\"job_id\":\"job-7\"}"}"#)
    }),
    form("params_a_number", MISMATCH, |_| result(r#"{"ResultCode":"0810","PartnerParams":7}"#)),
    form("params_true", MISMATCH, |_| result(r#"{"ResultCode":"0810","PartnerParams":true}"#)),
    // A yes that something else in the answer denies.
    form("no_zip_beside_the_yes", CONTRADICTION, |_| {
        Reply::members(&format!(r#""job_complete":true,"job_success":true,"code":"2314","result":{APPROVED_RESULT}"#))
    }),
    form("liveness_failed", CONTRADICTION, |_| within(r#""Actions":{"Liveness_Check":"Failed"}"#)),
    form("comparison_failed", CONTRADICTION, |_| within(r#""Actions":{"Selfie_To_ID_Card_Compare":"FAILED"}"#)),
    form("review_rejected", CONTRADICTION, |_| within(r#""Actions":{"Human_Review_Compare":"Rejected"}"#)),
    form("review_in_a_list", CONTRADICTION, |_| within(r#""Actions":{"Human_Review_Compare":["Rejected"]}"#)),
    form("actions_a_list", CONTRADICTION, |_| within(r#""Actions":["Liveness_Check","Failed"]"#)),
    form("actions_beside_the_result", CONTRADICTION, |_| beside(r#""Actions":{"Liveness_Check":"Failed"}"#)),
    form("another_code_in_snake_case", CONTRADICTION, |_| within(r#""result_code":"0811""#)),
    form("another_code_beside_the_result", CONTRADICTION, |_| beside(r#""ResultCode":"0811""#)),
    form("another_success_in_camel_case", CONTRADICTION, |_| beside(r#""jobSuccess":false"#)),
    form("success_false", CONTRADICTION, |_| Reply::complete("false", APPROVED_RESULT)),
    form("success_in_a_list", NO_SUCCESS, |_| Reply::complete("[true]", APPROVED_RESULT)),
    form("success_one", NO_SUCCESS, |_| Reply::complete("1", APPROVED_RESULT)),
    form("not_the_final_result", NOT_FINAL, |_| within(r#""IsFinalResult":"false""#)),
    form("not_the_final_result_in_snake_case", NOT_FINAL, |_| within(r#""is_final_result":false"#)),
    form("final_result_of_no_known_form", NOT_FINAL, |_| within(r#""IsFinalResult":["true"]"#)),
    form("code_of_the_call_in_a_list", UNKNOWN_CODE, |_| {
        Reply::members(&format!(r#""job_complete":true,"job_success":true,"code":["2405"],"result":{APPROVED_RESULT}"#))
    }),
    form("result_code_in_a_list", UNKNOWN_CODE, |_| result(r#"{"ResultCode":["0810"]}"#)),
    form("result_code_without_its_zero", UNKNOWN_CODE, |_| result(r#"{"ResultCode":810}"#)),
    form("result_code_in_snake_case_only", NO_CODE, |_| result(r#"{"result_code":"0810"}"#)),
    form("result_in_a_list", NO_CODE, |_| result(r#"[{"ResultCode":"0810"}]"#)),
    form("result_json_in_text", NO_CODE, |_| result(r#""{\"ResultCode\":\"0810\"}""#)),
    form("approval_in_words_only", NO_CODE, |_| result(r#"{"ResultText":"Approved"}"#)),
    form("id_code_of_a_larger_product", ID_LEG, |_| result(r#"{"ResultCode":"1020","PartnerParams":{"job_type":6}}"#)),
    form("id_code_of_no_product", ID_LEG, |_| result(r#"{"ResultCode":"1021"}"#)),
    form("id_code_of_an_unreadable_product", ID_LEG, |_| {
        result(r#"{"ResultCode":"1012","PartnerParams":{"job_type":[5]}}"#)
    }),
    form("id_code_of_two_products", ID_LEG, |_| {
        result(r#"{"ResultCode":"1012","PartnerParams":{"job_type":5},"job_type":1}"#)
    }),
    form("id_code_of_a_failed_call", CONTRADICTION, |_| {
        Reply::complete("false", r#"{"ResultCode":"1012","PartnerParams":{"job_type":5}}"#)
    }),
    // An answer that is none.
    form("complete_twice", MALFORMED, |_| beside(r#""job_complete":true"#)),
    form("complete_denied_in_camel_case", MALFORMED, |_| beside(r#""jobComplete":false"#)),
    form("complete_one", MALFORMED, |_| {
        Reply::members(&format!(r#""job_complete":1,"job_success":true,"result":{APPROVED_RESULT}"#))
    }),
    form("complete_yes", MALFORMED, |_| {
        Reply::members(&format!(r#""job_complete":"yes","job_success":true,"result":{APPROVED_RESULT}"#))
    }),
    form("status_206", "error malformed 2302", |_| Reply::approved().status(206)),
    form("status_226", "error malformed 2302", |_| Reply::approved().status(226)),
    form("status_302", "error redirected", |_| Reply::approved().status(302)),
    form("status_403", "error request 2302", |_| Reply::approved().status(403)),
    form("status_503", "error server", |_| Reply::approved().status(503)),
    form("refusing_code", "error credentials 2405", |_| {
        Reply::members(&format!(r#""job_complete":true,"job_success":true,"code":2405,"result":{APPROVED_RESULT}"#))
    }),
];

/// A genuine reply's time and proofs.
pub(super) struct Genuine {
    at: String,
    mac: String,
    hash: String,
}

impl Genuine {
    pub(super) fn new() -> Self {
        let at = now().as_str().to_owned();
        Self { mac: mac("key", "023", &at), hash: bare_hash("023", &at), at }
    }

    /// The genuine reply itself.
    pub(super) fn reply(&self) -> Reply {
        self.proof(&self.mac)
    }

    fn proof(&self, proof: &str) -> Reply {
        self.proof_json(&quoted(proof))
    }

    fn proof_json(&self, proof: &str) -> Reply {
        with_proof("signature", &quoted(&self.at), proof)
    }

    fn at_time(&self, timestamp: &str) -> Reply {
        with_proof("signature", &quoted(timestamp), &quoted(&self.mac))
    }

    /// The MAC with another digit at `place`.
    fn changed(&self, place: usize) -> String {
        let digit = if self.mac.as_bytes()[place] == b'A' { "B" } else { "A" };
        format!("{}{digit}{}", &self.mac[..place], &self.mac[place + 1..])
    }

    /// The last of 43 digits carries four bits: its two others must be zero. The three texts in which they are not.
    fn trailing_bits(&self, which: usize) -> String {
        let raw = bytes_of(&self.mac);
        let with = |digit: char| format!("{}{digit}=", &self.mac[..42]);
        let same = |text: &String| bytes_of(text) == raw && *text != self.mac;
        let texts: Vec<_> = core::str::from_utf8(ALPHABET).unwrap().chars().map(with).filter(same).collect();
        assert_eq!(texts.len(), 3);
        texts[which].clone()
    }
}

/// An approval with one more member beside its result.
fn beside(member: &str) -> Reply {
    Reply::members(&format!(
        r#""job_complete":true,"job_success":true,"code":"2302",{member},"result":{APPROVED_RESULT}"#
    ))
}

/// An approval with one more member in its result.
fn within(member: &str) -> Reply {
    result(&APPROVED_RESULT.replacen('{', &format!("{{{member},"), 1))
}

/// A final, successful answer with this result.
fn result(json: &str) -> Reply {
    Reply::complete("true", json)
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

fn bare_hash(partner: &str, at: &str) -> String {
    unkeyed_hash(&PartnerId::new(partner).unwrap(), at).unwrap().as_str().to_owned()
}

/// A final, approved answer with this timestamp and proof, as JSON; the proof under this name.
pub(super) fn with_proof(name: &str, timestamp: &str, proof: &str) -> Reply {
    Reply::verbatim(
        200,
        format!(
            r#"{{"timestamp":{timestamp},"{name}":{proof},"job_complete":true,"job_success":true,"result":{APPROVED_RESULT}}}"#
        ),
    )
}

/// A moment that is fresh and no request's.
pub(super) fn now() -> Timestamp {
    Timestamp::at(Moment::new(NOON - 1, Duration::ZERO))
}

pub(super) fn mac(key: &str, partner: &str, timestamp: &str) -> String {
    HmacKey::new(&ApiKey::new(key).unwrap()).sign(timestamp, &PartnerId::new(partner).unwrap()).as_str().to_owned()
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn bytes_of(base64: &str) -> Vec<u8> {
    let bits: Vec<bool> = base64
        .bytes()
        .filter_map(|b| ALPHABET.iter().position(|a| *a == b))
        .flat_map(|six| (0..6).rev().map(move |bit| six >> bit & 1 == 1))
        .collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |n, bit| n << 1 | u8::from(*bit))).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, b| hex + &format!("{b:02x}"))
}
