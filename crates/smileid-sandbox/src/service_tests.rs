//! Tests of the service: the document's own reply, what is refused and why, and requests as SDKs in other languages send them.

use super::*;
use crate::jobs::Job;
use core::time::Duration;
use smileid_core::reply::{DecodeOptions, JobStatus};

const NOW: Moment = Moment::new(1_791_115_200_000, Duration::ZERO);
const AT: &str = "2026-10-04T12:00:00.000Z";

fn partner() -> Partner {
    let credentials = default_credentials().unwrap();
    let signer = Signer::new(&credentials).unwrap();
    Partner { credentials, signer }
}

fn signature(timestamp: &str) -> String {
    let at = Timestamp::parse(timestamp).unwrap();
    partner().signer.authorize_at(at).value().to_owned()
}

fn request(change: impl FnOnce(&mut Map<String, Value>)) -> String {
    let mut request = serde_json::json!({
        "timestamp": AT, "signature": signature(AT), "partner_id": "023", "user_id": "u", "job_id": "j",
        "history": false, "image_links": false,
    });
    change(request.as_object_mut().unwrap());
    request.to_string()
}

fn ask(body: &str) -> Answer {
    let mut jobs = Jobs::default();
    jobs.insert(Job::new("u", "j").approved());
    job_status(&partner(), &mut jobs, NOW, body.as_bytes())
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
    let signed = partner().signer.authorize(NOW);
    let expected = document
        .replace("2018-03-13T21:04:11.193Z", signed.timestamp().as_str())
        .replace("5445722f5af1791eb434949cce9a88dd321e5959fd24a8562ecb12bb00c33fe", signed.value());
    assert_eq!(body(true, true), expected);
    for (history, image_links, repairs) in [(true, true, 2), (true, false, 2), (false, true, 1), (false, false, 1)] {
        let status = JobStatus::decode(body(history, image_links).into_bytes(), &DecodeOptions::default()).unwrap();
        assert_eq!((status.history().count() > 0, status.image_links().is_some()), (history, image_links));
        assert_eq!(status.repairs().count(), repairs);
        assert_eq!(status.code().as_deref(), Some("2302"));
    }
}

#[test]
fn each_usual_mistake_is_told() {
    type Change = fn(&mut Map<String, Value>);
    let cases: [(Change, &str, &str); 14] = [
        (|r| drop(r.remove("job_id")), "2313", "job_id is missing"),
        (|r| drop(r.insert("user_id".into(), "".into())), "2313", "user_id is missing"),
        (|r| drop(r.remove("signature")), "2313", "signature is missing"),
        (|r| drop(r.insert("partner_id".into(), 23.into())), "2204", "loses leading zeros"),
        (|r| drop(r.insert("history".into(), "true".into())), "2204", "history"),
        (|r| drop(r.insert("partner_id".into(), "23".into())), "2405", "leading zeros"),
        (|r| drop(r.insert("partner_id".into(), "24".into())), "2405", "another partner id"),
        (
            |r| drop(r.insert("timestamp".into(), "2026-10-04T12:00:00.001Z".into())),
            "2405",
            "another than the one that was signed",
        ),
        (|r| drop(r.insert("signature".into(), "abc".into())), "2405", "44 characters"),
        (|r| drop(r.insert("signature".into(), "A".repeat(43).into())), "2405", "44 characters"),
        (|r| drop(r.insert("signature".into(), signature("2020-01-01T00:00:00.000Z").into())), "2405", "sid_request"),
        (
            |r| {
                let hour_off = "2026-10-04T13:00:00.000Z";
                r.insert("timestamp".into(), hour_off.into());
                r.insert("signature".into(), signature(hour_off).into());
            },
            "2405",
            "local time",
        ),
        (|r| drop(r.insert("job_id".into(), "other".into())), "2304", "no such job"),
        (
            |r| {
                r.remove("signature");
                r.insert("sec_key".into(), "x|y".into());
            },
            "2405",
            "not sec_key",
        ),
    ];
    for (change, code, reason) in cases {
        let answer = ask(&request(change));
        assert_eq!((answer.exchange.status, answer.exchange.code), (400, Some(code)), "{reason}");
        assert!(answer.exchange.reason.as_ref().is_some_and(|r| r.contains(reason)), "{:?}", answer.exchange.reason);
        assert!(answer.body.contains(code));
    }
    for body in ["", "[]", "{", "null"] {
        assert_eq!(ask(body).exchange.code, Some("2303"));
    }
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
        assert_eq!(answer.exchange.status, 200, "{at}: {:?}", answer.exchange.reason);
    }
}
