//! Forged replies, each refused with its own kind; and beside them the few that look alike and are genuine. The order in which the
//! checks come is `contract/outcomes.rs`'s, the legacy pair's own forgeries `legacy.rs`'s.

use core::time::Duration;

use smileid_core::credentials::{ApiKey, Credentials, PartnerId};
use smileid_core::environment::Environment;
use smileid_core::policy::Freshness;
use smileid_core::session::{Config, Session};
use smileid_core::signature::{HmacKey, unkeyed_hash};
use smileid_core::time::{Moment, Timestamp};
use smileid_tests::{APPROVED_RESULT, FIRST_REQUEST, NOON, Reply, config, credentials, outcome_of, query, run};

/// A final, approved answer with this timestamp and proof, as JSON; the proof under this name.
fn with_proof(name: &str, timestamp: &str, proof: &str) -> Reply {
    Reply::verbatim(
        200,
        format!(
            r#"{{"timestamp":{timestamp},"{name}":{proof},"job_complete":true,"job_success":true,"result":{APPROVED_RESULT}}}"#
        ),
    )
}

/// A moment that is fresh and no request's.
fn now() -> Timestamp {
    Timestamp::at(Moment::new(NOON - 1, Duration::ZERO))
}

fn mac(key: &str, partner: &str, timestamp: &str) -> String {
    HmacKey::new(&ApiKey::new(key).unwrap()).sign(timestamp, &PartnerId::new(partner).unwrap()).as_str().to_owned()
}

fn bytes_of(base64: &str) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
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

#[test]
fn every_forged_proof_is_refused_with_its_kind() {
    let at = now().as_str().to_owned();
    let good = mac("key", "023", &at);
    let quoted = |text: &str| format!("\"{text}\"");
    let genuine = |proof: &str| with_proof("signature", &quoted(&at), proof);
    assert_eq!(outcome_of(&config(), &genuine(&quoted(&good))), "final hmac approved");

    let raw = bytes_of(&good);
    let hash = unkeyed_hash(&PartnerId::new("023").unwrap(), &at).unwrap().as_str().to_owned();
    let other_hash = unkeyed_hash(&PartnerId::new("24").unwrap(), &at).unwrap().as_str().to_owned();
    let flipped = |i: usize| {
        let mut text = good.clone().into_bytes();
        text[i] = if text[i] == b'A' { b'B' } else { b'A' };
        String::from_utf8(text).unwrap()
    };
    let last = |c: char| format!("{}{c}=", &good[..42]);
    // The last of 43 digits carries four bits: its two others must be zero.
    let trailing_bits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        .chars()
        .map(last)
        .filter(|text| bytes_of(text) == raw && *text != good)
        .collect::<Vec<_>>();
    assert_eq!(trailing_bits.len(), 3);

    let mut cases: Vec<(&str, Reply, &str)> = vec![
        ("bad_mac: first digit", genuine(&quoted(&flipped(0))), "error signature"),
        ("bad_mac: a middle digit", genuine(&quoted(&flipped(21))), "error signature"),
        ("bad_mac: all zero", genuine(&quoted(&format!("{}=", "A".repeat(43)))), "error signature"),
        ("another key", genuine(&quoted(&mac("Key", "023", &at))), "error signature"),
        ("the key base64-encoded first", genuine(&quoted(&mac("a2V5", "023", &at))), "error signature"),
        ("other_partner: zeros lost", genuine(&quoted(&mac("key", "23", &at))), "error signature"),
        ("other_partner: zeros gained", genuine(&quoted(&mac("key", "0023", &at))), "error signature"),
        ("other_partner", genuine(&quoted(&mac("key", "024", &at))), "error signature"),
        (
            "halves swapped",
            genuine(&quoted(&format!("{}{}{}", &good[20..40], &good[..20], &good[40..]))),
            "error signature",
        ),
        ("url_safe_base64", genuine(&quoted(&format!("-_{}", &good[2..]))), "error unproven"),
        ("no_padding", genuine(&quoted(&good[..43])), "error unproven"),
        ("padding twice", genuine(&quoted(&format!("{good}="))), "error unproven"),
        ("line end behind", genuine(&quoted(&format!("{good}\\n"))), "error unproven"),
        ("space before", genuine(&quoted(&format!(" {good}"))), "error unproven"),
        ("two signatures", genuine(&quoted(&format!("{good}{good}"))), "error unproven"),
        ("a prefix of the MAC", genuine(&quoted("AAAAAAAAAAAAAAAAAAAAAA==")), "error unproven"),
        ("a MAC in hexadecimal", genuine(&quoted(&hex(&raw))), "error unproven"),
        ("bare_hash", genuine(&quoted(&hash)), "error unproven"),
        ("bare hash in capitals", genuine(&quoted(&hash.to_uppercase())), "error unproven"),
        ("bare hash of another partner", genuine(&quoted(&other_hash)), "error unproven"),
        ("bare hash short of one digit", genuine(&quoted(&hash[1..])), "error unproven"),
        ("bare hash with one digit more", genuine(&quoted(&format!("{hash}0"))), "error unproven"),
        ("unsigned: empty", genuine("\"\""), "error unproven"),
        ("unsigned: null", genuine("null"), "error unproven"),
        ("unsigned: true", genuine("true"), "error unproven"),
        ("unsigned: a number", genuine("44"), "error unproven"),
        ("unsigned: a list with the right one", genuine(&format!("[\"{good}\"]")), "error unproven"),
        ("unsigned: an object with the right one", genuine(&format!("{{\"signature\":\"{good}\"}}")), "error unproven"),
        ("under another name", with_proof("Signature", &quoted(&at), &quoted(&good)), "error unproven"),
        ("missing_timestamp", with_proof("signature", "null", &quoted(&good)), "error unproven"),
        ("timestamp in a list", with_proof("signature", &format!("[\"{at}\"]"), &quoted(&good)), "error unproven"),
        (
            "timestamp a millisecond off",
            with_proof("signature", &quoted(&at.replace("999Z", "998Z")), &quoted(&good)),
            "error signature",
        ),
        (
            "timestamp in another form",
            with_proof("signature", &quoted(&at.replace('Z', "+00:00")), &quoted(&good)),
            "error signature",
        ),
        (
            "timestamp with a space",
            with_proof("signature", &quoted(&format!("{at} ")), &quoted(&good)),
            "error signature",
        ),
        ("timestamp as a number", with_proof("signature", "1791115199999", &quoted(&good)), "error signature"),
        ("a legacy pair of nothing", genuine(&quoted(&format!("AAAA|{hash}"))), "error signature"),
        ("a legacy pair around the MAC", genuine(&quoted(&format!("{good}|{hash}"))), "error signature"),
    ];
    cases.extend(trailing_bits.iter().map(|text| ("trailing_bits", genuine(&quoted(text)), "error unproven")));
    for (name, reply, expected) in &cases {
        assert_eq!(outcome_of(&config(), reply), *expected, "{name}");
    }
}

#[test]
fn every_proof_that_is_old_ours_or_about_something_else_is_refused_with_its_kind() {
    let at = |ago: i64| Reply::approved().signed_ago(ago);
    let ids = |user: &str, job: &str| Reply::final_about(user, job);
    let cases = [
        ("301_s_old", at(301_000), "error replay"),
        ("301_s_ahead", at(-301_000), "error replay"),
        ("a millisecond too old", at(300_006), "error replay"),
        ("a day old", at(86_400_000), "error replay"),
        ("a year ahead", at(-31_536_000_000), "error replay"),
        ("reflected", Reply::approved().signed_at(FIRST_REQUEST), "error replay"),
        ("other_job", ids("user-7", "job-8"), "error mismatch"),
        ("other_user", ids("user-8", "job-7"), "error mismatch"),
        ("ids swapped", ids("job-7", "user-7"), "error mismatch"),
        ("ids in capitals", ids("USER-7", "JOB-7"), "error mismatch"),
        ("ids with a space", ids("user-7 ", "job-7"), "error mismatch"),
        ("ids cut short", ids("user-", "job-7"), "error mismatch"),
        ("empty ids", ids("", ""), "error mismatch"),
        ("a look-alike letter", ids("us\u{435}r-7", "job-7"), "error mismatch"),
    ];
    for (name, reply, expected) in &cases {
        assert_eq!(outcome_of(&config(), reply), *expected, "{name}");
    }
}

#[test]
fn what_looks_alike_and_is_genuine_is_taken() {
    let signed = |timestamp: &str| {
        with_proof("signature", &format!("\"{timestamp}\""), &format!("\"{}\"", mac("key", "023", timestamp)))
    };
    let at = now().as_str().to_owned();
    let good = mac("key", "023", &at);
    let accepted = "final hmac approved";
    let cases = [
        ("a MAC in sec_key", with_proof("sec_key", &format!("\"{at}\""), &format!("\"{good}\""))),
        (
            "escapes in both texts",
            with_proof("signature", &format!("\"\\u0032{}\"", &at[1..]), &format!("\"{}\"", good.replace('/', "\\/"))),
        ),
        ("milliseconds as text", signed("1791115199999")),
        (
            "milliseconds as a number",
            with_proof("signature", "1791115199999", &format!("\"{}\"", mac("key", "023", "1791115199999"))),
        ),
        ("seconds as text", signed("1791115200")),
        ("no zone", signed("2026-10-04T11:59:59.999999")),
        ("an offset", signed("2026-10-04 13:00:00 +0100")),
        ("300 s old", Reply::approved().signed_ago(299_995)),
        ("300 s ahead", Reply::approved().signed_ago(-300_000)),
    ];
    for (name, reply) in &cases {
        assert_eq!(outcome_of(&config(), reply), accepted, "{name}");
    }
    // A time that cannot be read holds, and its age cannot be told.
    assert_eq!(outcome_of(&config(), &signed("the day before yesterday")), "error replay");
    assert_eq!(outcome_of(&config(), &signed("")), "error replay");
}

#[test]
fn either_key_of_a_rotation_verifies_and_is_told_and_no_third_one_does() {
    let rotating = |current: &str, previous: &str| {
        let credentials = credentials(current).with_previous_api_key(ApiKey::new(previous).unwrap());
        Config::new(&credentials, &Environment::Sandbox).unwrap()
    };
    let key_of = |config: &Config| {
        let run = run(Session::job_status(config, query()), |_, _, now| {
            (Duration::from_millis(5), Ok(Reply::approved().at(now)))
        });
        match &run.outcome {
            Ok(answer) => answer.verified().unwrap().proof().key().as_str(),
            Err(error) => error.kind().as_str(),
        }
    };
    assert_eq!(key_of(&rotating("key", "old")), "current");
    assert_eq!(key_of(&rotating("new", "key")), "previous");
    assert_eq!(key_of(&rotating("key", "key")), "current");
    assert_eq!(key_of(&rotating("new", "old")), "signature");
    // The previous key verifies only: requests are signed with the current one.
    let request = |config: &Config| {
        let run = run(Session::job_status(config, query()), |_, _, now| (Duration::ZERO, Ok(Reply::pending().at(now))));
        run.bodies[0].clone()
    };
    assert_eq!(request(&rotating("key", "old")), request(&config()));
    assert_ne!(request(&rotating("new", "key")), request(&config()));
}

#[test]
fn a_pair_taken_from_a_pending_reply_serves_no_other_job_and_no_later_time() {
    // What the guide says remains: within the tolerance, and inside TLS, the pair can be put beside another body of the same job.
    let pending = Reply::pending().at(Moment::new(NOON - 1000, Duration::ZERO));
    let text = String::from_utf8(pending.body).unwrap();
    let field =
        |name: &str| text.split(&format!("\"{name}\":\"")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let stolen = |result: &str| {
        let (timestamp, signature) = (field("timestamp"), field("signature"));
        Reply::verbatim(
            200,
            format!(
                r#"{{"timestamp":"{timestamp}","job_complete":true,"job_success":true,"result":{result},"signature":"{signature}"}}"#
            ),
        )
    };
    assert_eq!(outcome_of(&config(), &stolen(APPROVED_RESULT)), "final hmac approved");
    assert_eq!(outcome_of(&config(), &stolen(&APPROVED_RESULT.replace("job-7", "job-8"))), "error mismatch");
    let tight = config().with_freshness(Freshness::within(Duration::from_millis(900)));
    assert_eq!(outcome_of(&tight, &stolen(APPROVED_RESULT)), "error replay");
}

#[test]
fn a_clock_that_is_off_is_told_by_the_replys_own_date() {
    let error = |reply: Reply| {
        let run = run(Session::job_status(&config(), query()), |_, _, now| (Duration::ZERO, Ok(reply.at(now))));
        run.outcome.unwrap_err().to_string()
    };
    let cases = [
        (3_600_000, "Sun, 04 Oct 2026 11:00:00 GMT", Some("3600 s ahead")),
        (-3_600_000, "Sun, 04 Oct 2026 13:00:00 GMT", Some("3600 s behind")),
        (3_600_000, "Sun, 04 Oct 2026 12:00:00 GMT", None),
        (3_600_000, "Sun, 04 Oct 2026 11:59:30 GMT", None),
        (3_600_000, "yesterday", None),
    ];
    for (signed_ago, date, hint) in cases {
        let message = error(Reply::approved().signed_ago(signed_ago).header("Date", date));
        assert_eq!(message.contains("clock is"), hint.is_some(), "{date}: {message}");
        assert!(hint.is_none_or(|hint| message.contains(hint)), "{date}: {message}");
    }
    let message = error(Reply::approved().signed_ago(3_600_000));
    assert!(message.contains("signed 3600 s ago"), "{message}");
}

#[test]
fn a_partner_without_digits_signs_and_verifies_and_still_knows_a_bare_hash_by_its_shape() {
    let named = Credentials::new(PartnerId::new("partner").unwrap(), ApiKey::new("key").unwrap());
    let config = Config::new(&named, &Environment::Sandbox).unwrap();
    let at = now().as_str().to_owned();
    let reply = |proof: &str| with_proof("signature", &format!("\"{at}\""), &format!("\"{proof}\""));
    assert_eq!(outcome_of(&config, &reply(&mac("key", "partner", &at))), "final hmac approved");
    assert_eq!(outcome_of(&config, &reply(&"ab".repeat(32))), "error unproven");
    assert_eq!(outcome_of(&config, &reply(&"ab".repeat(31))), "error unproven");
}
