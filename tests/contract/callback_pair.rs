//! The pair of a callback in its body, in its headers, or in both; and a callback that is stale while its proof holds.

use core::time::Duration;

use smileid_conformance::{FakeClock, Scripted};
use smileid_core::{
    AsyncClient, Callback, CallbackStage, Client, Error, ErrorKind, Freshness, HeaderPair, Moment, Session, Step,
    Timestamp, Verified,
};
use smileid_tests::{NOON, config, credentials, query, signer};

const NOW: Moment = Moment::new(NOON, Duration::ZERO);
const IDS: &str = r#""PartnerParams":{"user_id":"ada","job_id":"loan-9","job_type":1}"#;

/// A timestamp and its signature.
fn pair(key: &str, at: i64) -> (String, String) {
    let authorization = signer(key).authorize_at(Timestamp::at(Moment::new(at, Duration::ZERO)));
    (authorization.timestamp().as_str().to_owned(), authorization.value().to_owned())
}

fn body(timestamp: Option<&str>, signature: Option<&str>) -> Vec<u8> {
    let field = |name, text: Option<&str>| text.map_or_else(String::new, |text| format!(r#","{name}":"{text}""#));
    format!(r#"{{"ResultCode":"0810",{IDS}{}{}}}"#, field("timestamp", timestamp), field("signature", signature)).into()
}

fn receive(body: Vec<u8>, headers: HeaderPair<'_>) -> Result<Verified<Callback>, Error> {
    Callback::receive_with(body, headers, &credentials("key"), NOW, Freshness::DEFAULT)
}

#[test]
fn pair_holds_from_the_body_or_the_headers_and_never_half_from_each() {
    let ((at, mac), (other_at, other_mac)) = (pair("key", NOON), pair("key", NOON - 1));
    let (at, mac) = (Some(at.as_str()), Some(mac.as_str()));
    let (other_at, other_mac) = (Some(other_at.as_str()), Some(other_mac.as_str()));
    let (signature, unproven) = (Err(ErrorKind::Signature), Err(ErrorKind::Unproven));
    let cases = [
        ((None, None), (at, mac), Ok("hmac")),
        ((at, mac), (None, None), Ok("hmac")),
        ((at, mac), (at, mac), Ok("hmac")),
        ((at, None), (at, mac), Ok("hmac")),
        ((at, mac), (at, None), Ok("hmac")),
        ((at, None), (None, mac), signature),
        ((None, mac), (at, None), signature),
        // Both pairs hold, and they are not the same one.
        ((at, mac), (other_at, other_mac), signature),
        ((at, mac), (other_at, mac), signature),
        ((at, mac), (at, other_mac), signature),
        ((other_at, None), (at, mac), signature),
        ((None, None), (at, other_mac), signature),
        ((None, None), (at, Some("approved")), unproven),
        ((None, None), (at, None), unproven),
        ((None, None), (None, mac), unproven),
        ((at, None), (at, None), unproven),
        ((None, None), (None, None), unproven),
    ];
    for (number, ((timestamp, proof), (header_at, header_mac), expected)) in cases.into_iter().enumerate() {
        let headers = HeaderPair::new(header_at, header_mac);
        let received = receive(body(timestamp, proof), headers).map(|c| c.proof().kind().as_str());
        assert_eq!(received.map_err(|e| e.kind()), expected, "row {number}");
    }
}

#[test]
fn no_message_repeats_a_header() {
    let (at, _) = pair("key", NOON);
    let canary = HeaderPair::new(Some("canary-time"), Some("canary-mac"));
    for body in [body(None, None), body(Some(&at), None), body(Some(&at), Some("canary-mac"))] {
        let error = receive(body, canary).unwrap_err();
        assert!(!format!("{error} {error:?} {canary:?}").contains("canary"), "{error:?}");
    }
}

#[test]
fn stale_callback_is_returned_if_its_proof_holds() {
    let stale = |key: &str, at: i64| {
        let (timestamp, signature) = pair(key, at);
        receive(body(Some(&timestamp), Some(&signature)), HeaderPair::NONE).unwrap_err()
    };
    for at in [NOON - 300_001, NOON - 4 * 3_600_000, NOON + 300_001] {
        let error = stale("key", at);
        assert_eq!(error.kind(), ErrorKind::Replay);
        let stale = error.stale_callback().expect("its proof holds");
        let callback = stale.callback();
        assert_eq!((callback.user_id().as_deref(), callback.job_id().as_deref()), (Some("ada"), Some("loan-9")));
        assert_eq!(stale.callback().stage(), CallbackStage::Final);
        assert_eq!(stale.proof().timestamp().map(Timestamp::unix_millis), Some(at));
        assert!(error.to_string().contains("ask for the job's status"), "{error}");
        assert!(!format!("{error:?}").contains("loan-9"));
    }
    let forged = stale("other", NOON - 4 * 3_600_000);
    assert_eq!((forged.kind(), forged.stale_callback().is_some()), (ErrorKind::Signature, false));
}

#[test]
fn stale_callback_of_an_unreadable_time_is_a_reason_to_ask_too() {
    let mac = smileid_core::HmacKey::new(&smileid_core::ApiKey::new("key").unwrap());
    let signature = mac.sign("the day before", &smileid_core::PartnerId::new("023").unwrap());
    let error =
        receive(body(None, None), HeaderPair::new(Some("the day before"), Some(signature.as_str()))).unwrap_err();
    assert_eq!((error.kind(), error.stale_callback().is_some()), (ErrorKind::Replay, true));
    assert!(!error.to_string().contains("the day before"));
}

#[test]
fn callback_with_the_pair_of_our_own_request_is_refused_and_a_reason_to_ask() {
    let config = config();
    let mut session = Session::job_status(&config, query());
    let Step::Send(request) = session.step(NOW) else { panic!("a request is due") };
    let sent = core::str::from_utf8(&request.body).unwrap();
    let field = |name: &str| sent.split_once(&format!("\"{name}\":\"")).and_then(|(_, rest)| rest.split('"').next());
    let headers = HeaderPair::new(field("timestamp"), field("signature"));
    let error = receive(body(None, None), headers).unwrap_err();
    assert_eq!((error.kind(), error.stale_callback().is_some()), (ErrorKind::Replay, true));
}

#[test]
fn clients_and_configurations_take_the_headers() {
    let (at, mac) = pair("key", NOON);
    let headers = HeaderPair::new(Some(&at), Some(&mac));
    let scripted = || Scripted::new(FakeClock::at(NOON), []);
    let received = [
        config().receive_callback_with(body(None, None), headers, NOW),
        Client::new(scripted(), config()).receive_callback_with(body(None, None), headers),
        AsyncClient::new(scripted(), config()).receive_callback_with(body(None, None), headers),
    ];
    for callback in received {
        assert_eq!(callback.unwrap().proof().key().as_str(), "current");
    }
}
