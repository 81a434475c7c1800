//! The legacy pair through a whole session: replies made with the partner's private key, and what only looks like one. The vectors'
//! own tests, and what requests carry, are core's.

use core::time::Duration;

use smileid_core::{
    ApiKey, Callback, Config, Credentials, Environment, Freshness, Moment, PartnerId, Response, RetryPolicy, Scheme,
    Session, Step,
};
use smileid_tests::{APPROVED_RESULT, NOON, query, summary};

/// Base64 of the public key's PEM, as it is handed out, and what the service made of its private half for [`NOON`].
struct Vector {
    key: String,
    pair: &'static str,
}

fn vectors() -> [Vector; 2] {
    [
        Vector {
            key: base64(include_bytes!("../../crates/smileid-core/src/signature/vectors/public-spki-1024.pem")),
            pair: include_str!("../../crates/smileid-core/src/signature/vectors/reply-pair-1024.txt").trim_ascii(),
        },
        Vector {
            key: base64(include_bytes!("../../crates/smileid-core/src/signature/vectors/public-spki-2048.pem")),
            pair: include_str!("../../crates/smileid-core/src/signature/vectors/reply-pair-2048.txt").trim_ascii(),
        },
    ]
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0, |n, i| n << 8 | usize::from(chunk.get(i).copied().unwrap_or(0)));
        for i in 0..4 {
            text.push(if i <= chunk.len() { char::from(ALPHABET[bits >> (18 - 6 * i) & 63]) } else { '=' });
        }
    }
    text
}

fn credentials(key: &str, partner: &str, scheme: Scheme) -> Credentials {
    Credentials::new(PartnerId::new(partner).unwrap(), ApiKey::new(key).unwrap()).with_scheme(scheme).unwrap()
}

fn body(name: &str, timestamp: &str, pair: &str, result: &str) -> String {
    format!(r#"{{"timestamp":{timestamp},"{name}":"{pair}","job_complete":true,"job_success":true,"result":{result}}}"#)
}

/// The outcome of a session that asks 50 ms before noon and is answered with this body at noon.
fn outcome(credentials: &Credentials, reply: impl FnOnce(&[u8]) -> String, at: i64) -> String {
    let config = Config::new(credentials, &Environment::Sandbox).with_retry(RetryPolicy::NONE);
    let mut session = Session::job_status(&config, query());
    let body = match session.step(Moment::new(at - 50, Duration::ZERO)) {
        Step::Send(request) => reply(&request.body),
        other => panic!("{other:?}"),
    };
    session.receive(Moment::new(at, Duration::from_millis(50)), Ok(Response::new(200, body.into_bytes())));
    match session.step(Moment::new(at, Duration::from_millis(50))) {
        Step::Done(outcome) => summary(&outcome),
        other => panic!("{other:?}"),
    }
}

const AT: &str = "1791115200000";

#[test]
fn a_pair_made_with_the_private_key_proves_a_reply_under_either_scheme() {
    for v in vectors() {
        for scheme in [Scheme::SecKey, Scheme::Hmac] {
            for name in ["sec_key", "signature"] {
                for timestamp in [AT.to_owned(), format!("\"{AT}\"")] {
                    let credentials = credentials(&v.key, "023", scheme);
                    let found = outcome(&credentials, |_| body(name, &timestamp, v.pair, APPROVED_RESULT), NOON);
                    assert_eq!(found, "final sec_key approved");
                }
            }
        }
    }
}

#[test]
fn a_pair_that_is_altered_old_ours_or_about_something_else_is_refused_with_its_kind() {
    let [small, large] = vectors();
    for v in [&small, &large] {
        let (sealed, hash) = v.pair.split_once('|').unwrap();
        let flipped = format!("{}{}", if sealed.starts_with('A') { 'B' } else { 'A' }, &sealed[1..]);
        let other_hash = hash.replace('9', "8");
        let here = |timestamp: &str, pair: &str| body("sec_key", timestamp, pair, APPROVED_RESULT);
        let cases = [
            ("another number", here(AT, &format!("{flipped}|{hash}")), "error signature"),
            ("another hash beside it", here(AT, &format!("{sealed}|{other_hash}")), "error signature"),
            ("another time", here("1791115200001", v.pair), "error signature"),
            (
                "the other key's pair",
                here(AT, if v.key == small.key { large.pair } else { small.pair }),
                "error signature",
            ),
            ("the hash alone", here(AT, hash), "error unproven"),
            ("the hash in both halves", here(AT, &format!("{hash}|{hash}")), "error signature"),
            ("no hash", here(AT, sealed), "error unproven"),
            ("no number", here(AT, &format!("|{hash}")), "error unproven"),
            ("a space between", here(AT, &v.pair.replace('|', " | ")), "error unproven"),
            ("url-safe", here(AT, &v.pair.replace(['+', '/'], "_")), "error unproven"),
            ("not padded", here(AT, &v.pair.replace("=|", "|")), "error unproven"),
            ("another job", body("sec_key", AT, v.pair, &APPROVED_RESULT.replace("job-7", "job-8")), "error mismatch"),
        ];
        let ours = credentials(&v.key, "023", Scheme::SecKey);
        for (name, body, expected) in cases {
            assert_eq!(outcome(&ours, |_| body, NOON), expected, "{name}");
        }
        let late = outcome(&ours, |_| here(AT, v.pair), NOON + 300_001);
        assert_eq!(late, "error replay");
        let other_partner = credentials(&v.key, "24", Scheme::SecKey);
        assert_eq!(outcome(&other_partner, |_| here(AT, v.pair), NOON), "error signature");
        // What we seal for the service is no proof of the service's: only the private half makes one.
        let echoed = outcome(
            &ours,
            |request| {
                let request = core::str::from_utf8(request).unwrap();
                let field =
                    |name: &str| request.split(&format!("\"{name}\":")).nth(1).unwrap().split(',').next().unwrap();
                body("sec_key", field("timestamp"), field("sec_key").trim_matches('"'), APPROVED_RESULT)
            },
            NOON,
        );
        assert_eq!(echoed, "error signature");
    }
}

#[test]
fn a_reply_of_the_very_millisecond_of_our_request_is_no_echo_since_we_cannot_make_one() {
    let [v, _] = vectors();
    let config = Config::new(&credentials(&v.key, "023", Scheme::SecKey), &Environment::Sandbox);
    let mut session = Session::job_status(&config, query());
    let noon = Moment::new(NOON, Duration::ZERO);
    assert!(matches!(session.step(noon), Step::Send(_)));
    session.receive(noon, Ok(Response::new(200, body("sec_key", AT, v.pair, APPROVED_RESULT).into_bytes())));
    assert!(matches!(session.step(noon), Step::Done(Ok(answer)) if answer.verified().is_some()));
}

#[test]
fn callbacks_of_old_carry_the_pair_and_keys_rotate_between_the_schemes() {
    let [v, other] = vectors();
    let callback = format!(r#"{{"ResultCode":"0810","timestamp":{AT},"sec_key":"{}"}}"#, v.pair).into_bytes();
    let now = Moment::new(NOON, Duration::ZERO);
    let receive = |credentials: &Credentials| {
        Callback::receive(callback.clone(), credentials, now, Freshness::DEFAULT)
            .map(|c| (c.proof().kind().as_str(), c.proof().key().as_str()))
            .map_err(|e| e.kind().as_str())
    };
    assert_eq!(receive(&credentials(&v.key, "023", Scheme::SecKey)), Ok(("sec_key", "current")));
    let rotated = credentials("an hmac key", "023", Scheme::Hmac).with_previous_api_key(ApiKey::new(&*v.key).unwrap());
    assert_eq!(receive(&rotated), Ok(("sec_key", "previous")));
    assert_eq!(receive(&credentials(&other.key, "023", Scheme::SecKey)), Err("signature"));
}
