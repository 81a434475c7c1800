//! The body of target `callback`: no bytes that were not signed become a verified callback, and all are read or refused. Bytes that are
//! signed on the way become one if and only if they can be read, with nothing changed.

use core::time::Duration;

use smileid_core::credentials::{ApiKey, Credentials, PartnerId};
use smileid_core::error::ErrorKind;
use smileid_core::policy::Freshness;
use smileid_core::reply::{Callback, DecodeOptions};
use smileid_core::time::{Moment, Timestamp};
use smileid_tests::{credentials, signer};

const NOW: Moment = Moment::new(1_791_115_200_000, Duration::ZERO);

/// Receives `data` with a key that no input knows, and the same with a right timestamp and signature before its members.
pub fn run(data: &[u8]) {
    if let Ok(callback) = Callback::decode(data.to_vec(), &DecodeOptions::default()) {
        let _asked =
            (callback.stage(), callback.claim(), format!("{callback:?}"), callback.result().members().iter().count());
    }
    let (Ok(partner), Ok(key)) = (PartnerId::new("023"), ApiKey::new("a key that stands in no corpus")) else { return };
    let stranger = Credentials::new(partner, key);
    let any_time = Freshness::within(Duration::MAX);
    let received = Callback::receive(data.to_vec(), &stranger, NOW, any_time);
    assert!(received.is_err(), "verified without the key");
    signed(data, &stranger);
}

fn signed(data: &[u8], stranger: &Credentials) {
    let Some(members) = core::str::from_utf8(data).ok().and_then(|text| text.trim_start().strip_prefix('{')) else {
        return;
    };
    let authorization = signer("key").authorize_at(Timestamp::at(NOW));
    let (timestamp, signature) = (authorization.timestamp().as_str(), authorization.value());
    let comma = if members.trim_start().starts_with('}') { "" } else { "," };
    let body = format!(r#"{{"timestamp":"{timestamp}","signature":"{signature}"{comma}{members}"#);
    let (ours, strangers) = (credentials("key"), stranger);
    let receive = |credentials: &Credentials, now: Moment| {
        Callback::receive(body.clone().into_bytes(), credentials, now, Freshness::DEFAULT)
    };
    match (Callback::decode(body.clone().into_bytes(), &DecodeOptions::default()), receive(&ours, NOW)) {
        (Ok(_), Ok(callback)) => {
            assert_eq!(callback.expose_body(), body, "another body");
            assert_eq!((callback.proof().kind().as_str(), callback.proof().key().as_str()), ("hmac", "current"));
        }
        (Err(_), Err(error)) => assert_eq!(error.kind(), ErrorKind::Malformed),
        (decoded, received) => panic!("read: {}, received: {}", decoded.is_ok(), received.is_ok()),
    }
    assert!(receive(strangers, NOW).is_err(), "verified with another key");
    let late = Moment::new(NOW.unix_millis() + 300_001, NOW.monotonic());
    assert!(receive(&ours, late).is_err(), "verified when stale");
}
