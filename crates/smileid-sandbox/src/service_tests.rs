//! Tests of the service: the document's own reply, what is refused and why, and requests as SDKs in other languages send them.

use super::*;
use crate::images::Images;
use crate::jobs::Jobs;
use crate::model::Job;
use crate::replies::{DOCUMENT_JOB, DOCUMENT_USER};
use core::time::Duration;
use serde_json::{Map, Value};
use smileid_core::{ApiKey, Credentials, DecodeOptions, HmacKey, JobStatus, PartnerId};

const NOW: Moment = Moment::new(1_791_115_200_000, Duration::ZERO);
const AT: &str = "2026-10-04T12:00:00.000Z";
const KEY: &str = "c2FuZGJveC1hcGkta2V5";

fn credentials() -> Credentials {
    let key = |text: &str| ApiKey::new(text).unwrap();
    Credentials::new(PartnerId::new("023").unwrap(), key(KEY)).with_previous_api_key(key("previous"))
}

fn partner() -> Partner {
    let mut partner = Partner::new(Some(credentials()), false).unwrap();
    partner.other_environment = Some(ApiKey::new("production").unwrap());
    partner
}

fn signed(key: &str, partner: &str, timestamp: &str) -> String {
    let id = PartnerId::new(partner).unwrap();
    HmacKey::new(&ApiKey::new(key).unwrap()).sign(timestamp, &id).as_str().to_owned()
}

fn signature(timestamp: &str) -> String {
    signed(KEY, "023", timestamp)
}

fn request(change: impl FnOnce(&mut Map<String, Value>)) -> String {
    let mut request = serde_json::json!({
        "timestamp": AT, "signature": signature(AT), "partner_id": "023", "user_id": "u", "job_id": "j",
        "history": false, "image_links": false,
    });
    change(request.as_object_mut().unwrap());
    request.to_string()
}

fn ask_of(partner: &Partner, body: &str) -> Answer {
    let mut jobs = Jobs::default();
    jobs.insert(Job::new("u", "j").approved(), Duration::ZERO);
    jobs.insert(Job::new("u", "disabled").then(Stage::Disabled, 1), Duration::ZERO);
    jobs.insert(Job::new(DOCUMENT_USER, DOCUMENT_JOB).then(Stage::Document, 1), Duration::ZERO);
    let images = Images::new("http://127.0.0.1:1".into(), Duration::from_secs(60)).unwrap();
    let scene = Scene { partner, images: &images, seed: 0, jobs_now: Duration::ZERO };
    job_status(scene, NOW, body.as_bytes(), |user, job| jobs.poll(user, job, Duration::ZERO))
}

fn ask(body: &str) -> Answer {
    ask_of(&partner(), body)
}

#[test]
fn the_documents_reply_is_byte_for_byte_its_own_but_for_timestamp_and_signature() {
    let document = include_str!("document-sample.json");
    let body = |history: bool, image_links: bool| {
        ask(&request(|r| {
            r.insert("user_id".into(), DOCUMENT_USER.into());
            r.insert("job_id".into(), DOCUMENT_JOB.into());
            r.insert("history".into(), history.into());
            r.insert("image_links".into(), image_links.into());
        }))
        .body
    };
    // A millisecond after the request: in the same one the pair would be the request's own.
    let signed = partner().sign_at(Timestamp::parse("2026-10-04T12:00:00.001Z").unwrap(), false);
    let expected = document
        .replace("2018-03-13T21:04:11.193Z", signed.timestamp.as_str())
        .replace("5445722f5af1791eb434949cce9a88dd321e5959fd24a8562ecb12bb00c33fe", &signed.proof);
    assert_eq!(body(true, true), expected.as_bytes());
    for (history, image_links, repairs) in [(true, true, 2), (true, false, 2), (false, true, 1), (false, false, 1)] {
        let status = JobStatus::decode(body(history, image_links).to_vec(), &DecodeOptions::default()).unwrap();
        assert_eq!((status.history().count() > 0, status.image_links().is_some()), (history, image_links));
        assert_eq!(status.repairs().count(), repairs);
        assert_eq!(status.code().as_deref(), Some("2302"));
    }
}

#[test]
fn each_usual_mistake_is_reported() {
    type Change = fn(&mut Map<String, Value>);
    fn sign(r: &mut Map<String, Value>, timestamp: &str, signature: String) {
        r.insert("timestamp".into(), timestamp.into());
        r.insert("signature".into(), signature.into());
    }
    fn mac(key: &[u8], text: &str) -> Vec<u8> {
        use ring::hmac::{HMAC_SHA256, Key, sign};
        sign(&Key::new(HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec()
    }
    fn base64(bytes: &[u8]) -> String {
        use base64::Engine;
        base64::engine::general_purpose::STANDARD.encode(bytes)
    }
    fn hex(bytes: &[u8]) -> String {
        bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }
    let cases: [(Change, &str, &str); 35] = [
        (|r| drop(r.remove("job_id")), "2313", "job_id is missing"),
        (|r| drop(r.insert("user_id".into(), "".into())), "2313", "user_id is empty"),
        (|r| drop(r.insert("timestamp".into(), Value::Null)), "2313", "timestamp is missing"),
        (|r| drop(r.insert("timestamp".into(), "".into())), "2313", "timestamp is empty"),
        (|r| drop(r.insert("timestamp".into(), true.into())), "2204", "text or a number"),
        (|r| drop(r.remove("signature")), "2313", "signature is missing"),
        (|r| drop(r.insert("signature".into(), 1.into())), "2204", "must be text"),
        (|r| drop(r.insert("sec_key".into(), "x|y".into())), "2204", "one of the two"),
        (|r| drop(r.insert("job_id".into(), "j".repeat(1025).into())), "2204", "longer than 1024"),
        (|r| drop(r.insert("partner_id".into(), 23.into())), "2204", "loses leading zeros"),
        (|r| drop(r.insert("history".into(), "true".into())), "2204", "history"),
        (|r| drop(r.insert("partner_id".into(), "23".into())), "2405", "leading zeros"),
        (|r| drop(r.insert("partner_id".into(), "0023".into())), "2405", "leading zeros"),
        (|r| drop(r.insert("partner_id".into(), "24".into())), "2405", "another than this sandbox's"),
        (|r| sign(r, AT, signed(KEY, "23", AT)), "2405", "without its leading zeros"),
        (|r| sign(r, AT, base64(&mac(b"sandbox-api-key", &format!("{AT}023sid_request")))), "2405", "base64-decoded"),
        (|r| sign(r, AT, base64(&mac(KEY.as_bytes(), &format!("{AT}023")))), "2405", "\"sid_request\" was left out"),
        (
            |r| sign(r, AT, base64(&mac(KEY.as_bytes(), &format!("023{AT}sid_request")))),
            "2405",
            "timestamp comes first",
        ),
        (|r| sign(r, AT, hex(&mac(KEY.as_bytes(), &format!("{AT}023sid_request")))), "2405", "it is hexadecimal"),
        (
            |r| sign(r, AT, base64(hex(&mac(KEY.as_bytes(), &format!("{AT}023sid_request"))).as_bytes())),
            "2405",
            "base64 of hexadecimal",
        ),
        (|r| sign(r, AT, signature(AT).trim_end_matches('=').to_owned()), "2405", "without padding"),
        (|r| sign(r, AT, signed("production", "023", AT)), "2405", "made with the other environment's key"),
        (|r| sign(r, AT, signed("another", "023", AT)), "2405", "most likely the other environment's"),
        (|r| sign(r, AT, signed("previous", "023", AT)), "2405", "previous key"),
        (|r| sign(r, "2026-10-04T12:00:00.001Z", signature(AT)), "2405", "another than the one that was signed"),
        (|r| sign(r, "2026-10-04T12:00:00.000+00:00", signature(AT)), "2405", "another than the one that was signed"),
        (|r| sign(r, AT, signature("2026-10-04T11:59:59")), "2405", "another than the one that was signed"),
        (|r| sign(r, AT, signature("1791115200")), "2405", "another than the one that was signed"),
        (|r| sign(r, AT, "abc".into()), "2405", "44 characters"),
        (
            |r| sign(r, "2026-10-04T13:00:09.000Z", signature("2026-10-04T13:00:09.000Z")),
            "2405",
            "+01:00 from now, as local",
        ),
        (
            |r| sign(r, "2026-10-04T06:30:00.000Z", signature("2026-10-04T06:30:00.000Z")),
            "2405",
            "-05:30 from now, as local",
        ),
        (|r| sign(r, "2026-10-04T11:52:00.000Z", signature("2026-10-04T11:52:00.000Z")), "2405", "480 s old"),
        (|r| sign(r, "noon", signature("noon")), "2405", "no known form"),
        (|r| drop(r.insert("job_id".into(), "other".into())), "2304", "no such job"),
        (|r| drop(r.insert("job_id".into(), "disabled".into())), "2307", "stage disabled"),
    ];
    for (change, code, reason) in cases {
        let answer = ask(&request(change));
        assert_eq!((answer.status, answer.code), (400, Some(code)), "{reason}: {answer:?}");
        assert!(answer.reason.as_ref().is_some_and(|r| r.contains(reason)), "{reason}: {:?}", answer.reason);
        assert!(String::from_utf8(answer.body.to_vec()).unwrap().contains(code));
        assert!(hyper::header::HeaderValue::from_str(&answer.reason.unwrap()).is_ok());
    }
    for body in ["", "[]", "{", "null"] {
        assert_eq!(ask(body).code, Some("2303"));
    }
    let sec_key = ask(&request(|r| {
        r.remove("signature");
        r.insert("sec_key".into(), "x|y".into());
    }));
    assert_eq!(sec_key.code, Some("2305"));
    assert!(sec_key.reason.unwrap().contains("not sec_key"));
}

#[test]
fn requests_as_other_sdks_send_them_are_accepted() {
    let forms =
        ["2026-10-04T12:00:00.000Z", "2026-10-04T12:00:00.123456", "2026-10-04T12:00:00+00:00", "1791115200000"];
    for at in forms {
        let answer = ask(&request(|r| {
            r.insert("timestamp".into(), at.into());
            r.insert("signature".into(), signature(at).into());
            r.insert("history".into(), Value::Null);
            r.remove("image_links");
            r.insert("source_sdk".into(), "other".into());
        }));
        assert_eq!(answer.status, 200, "{at}: {:?}", answer.reason);
    }
}

#[test]
fn a_number_may_be_signed_by_its_digits_or_as_the_same_moment_in_words() {
    for (number, of) in
        [(1_791_115_200_000_i64, "1791115200000"), (1_791_115_200, "1791115200"), (1_791_115_200_000, AT)]
    {
        let answer = ask(&request(|r| {
            r.insert("timestamp".into(), number.into());
            r.insert("signature".into(), signature(of).into());
        }));
        assert_eq!(answer.status, 200, "{number} {of}: {:?}", answer.reason);
    }
}

/// One test, since the key takes a while to make.
#[test]
fn the_legacy_scheme_is_verified_answered_in_kind_and_its_mistakes_reported() {
    let partner = Partner::new(Some(credentials()), true).unwrap();
    let signer = smileid_core::Signer::new(&partner.credentials);
    let ask = |timestamp: Value, sec_key: &str| {
        ask_of(
            &partner,
            &request(|r| {
                r.remove("signature");
                r.insert("sec_key".into(), sec_key.into());
                r.insert("timestamp".into(), timestamp);
            }),
        )
    };
    let sec_key = |timestamp: &str| signer.authorize_at(Timestamp::parse(timestamp).unwrap()).value().to_owned();
    for timestamp in [Value::from(1_791_115_200_000_i64), Value::from(1_791_115_200), AT.into()] {
        let text = timestamp.as_str().map_or_else(|| timestamp.to_string(), str::to_owned);
        let answer = ask(timestamp, &sec_key(&text));
        assert_eq!(answer.status, 200, "{:?}", answer.reason);
        let status = JobStatus::decode(answer.body.to_vec(), &DecodeOptions::default()).unwrap();
        let proof = status.claim().classify(&signer).unwrap();
        assert_eq!(proof.kind().as_str(), "sec_key");
    }
    let at = Value::from(1_791_115_200_000_i64);
    let (sealed, hash) = sec_key("1791115200000").split_once('|').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let other = sec_key("1791115200001");
    let cases = [
        (sealed.clone(), "no |"),
        (format!("AAAA|{hash}"), "another key"),
        (format!("{sealed}|{}", other.split_once('|').unwrap().1), "different hashes"),
        (other, "timestamp in the body"),
    ];
    for (text, reason) in cases {
        let answer = ask(at.clone(), &text);
        assert_eq!(answer.code, Some("2305"), "{reason}");
        assert!(answer.reason.as_ref().is_some_and(|r| r.contains(reason)), "{reason}: {:?}", answer.reason);
    }
    let hmac = signed(partner.credentials.api_key().expose(), "023", AT);
    let answer = ask_of(&partner, &request(|r| drop(r.insert("signature".into(), hmac.into()))));
    let status = JobStatus::decode(answer.body.to_vec(), &DecodeOptions::default()).unwrap();
    assert_eq!(status.claim().classify(&signer).unwrap().kind().as_str(), "hmac");
}
