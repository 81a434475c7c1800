//! Callbacks: proven, forged, stale, and the two of a biometric KYC job. Replies to our own questions are in `session_call.rs`.

use core::time::Duration;

use smileid_conformance::{FakeClock, Scripted};
use smileid_core::{AsyncClient, Callback, CallbackStage, Client, ErrorKind, Freshness, Moment, Timestamp};
use smileid_tests::{NOON, credentials, signer};

const NOW: Moment = Moment::new(NOON, Duration::ZERO);

fn body(key: &str, at: i64, members: &str) -> Vec<u8> {
    let authorization = signer(key).authorize_at(Timestamp::at(Moment::new(at, Duration::ZERO)));
    let (timestamp, signature) = (authorization.timestamp().as_str(), authorization.value());
    format!(r#"{{"timestamp":"{timestamp}",{members},"signature":"{signature}"}}"#).into_bytes()
}

const FINAL: &str = r#""ResultCode":"0810","SecondaryIDNumber":"S-1","ImageLinks":{"selfie_image":"https://images.example/x?sig=1"},"PartnerParams":{"user_id":"u","job_id":"j","job_type":1}"#;
const ID_LEG: &str = r#""ResultCode":"1012","IsFinalResult":"true","PartnerParams":{"user_id":"u","job_id":"j","job_type":"1"},"FullName":"Amara Example","#;

fn receive(body: Vec<u8>) -> Result<smileid_core::Verified<Callback>, ErrorKind> {
    Callback::receive(body, &credentials("key"), NOW, Freshness::DEFAULT).map_err(|e| e.kind())
}

#[test]
fn a_proven_callback_is_read_with_its_renamed_fields() {
    let callback = receive(body("key", NOON, FINAL)).unwrap();
    let result = callback.result();
    assert_eq!(result.result_code().as_deref(), Some("0810"));
    assert_eq!(result.secondary_id_number().unwrap().expose(), "S-1");
    assert_eq!(result.image_links().unwrap().selfie_host().as_deref(), Some("images.example"));
    assert_eq!(callback.stage(), CallbackStage::Final);
    assert_eq!(callback.proof().kind().as_str(), "hmac");
}

#[test]
fn the_id_leg_of_biometric_kyc_is_told_from_the_result_and_an_id_product_has_none() {
    let leg = ID_LEG.trim_end_matches(',');
    let stage = |members: &str| receive(body("key", NOON, members)).unwrap().stage();
    assert_eq!(stage(leg), CallbackStage::IdLeg);
    assert_eq!(stage(&leg.replace(r#""job_type":"1""#, r#""job_type":5"#)), CallbackStage::Final);
    assert_eq!(stage(&leg.replace("1012", "0810")), CallbackStage::Final);
    for flag in [r#""false""#, "false", r#""no""#, "1"] {
        let later = FINAL.replace(r#""SecondaryIDNumber":"S-1""#, &format!(r#""IsFinalResult":{flag}"#));
        assert_eq!(stage(&later), CallbackStage::NotFinal, "{flag}");
    }
}

#[test]
fn what_is_not_proven_fresh_and_readable_is_refused_with_its_kind() {
    let cases = [
        (body("other", NOON, FINAL), ErrorKind::Signature),
        (body("key", NOON - 300_001, FINAL), ErrorKind::Replay),
        (body("key", NOON + 300_001, FINAL), ErrorKind::Replay),
        (format!("{{{FINAL}}}").into_bytes(), ErrorKind::Unproven),
        (b"<html>".to_vec(), ErrorKind::Malformed),
        (b"[]".to_vec(), ErrorKind::Malformed),
        (Vec::new(), ErrorKind::Malformed),
        (vec![b' '; 5 << 20], ErrorKind::Malformed),
        (body("key", NOON, &format!("{FINAL},\"ResultCode\":\"0811\"")), ErrorKind::Malformed),
    ];
    for (body, kind) in cases {
        assert_eq!(receive(body).unwrap_err(), kind);
    }
}

#[test]
fn the_previous_key_is_accepted_during_a_rotation() {
    let rotated = credentials("new").with_previous_api_key(smileid_core::ApiKey::new("key").unwrap());
    let callback = Callback::receive(body("key", NOON, FINAL), &rotated, NOW, Freshness::DEFAULT).unwrap();
    assert_eq!(callback.proof().key().as_str(), "previous");
}

#[test]
fn debug_shows_names_and_no_values() {
    let callback = receive(body("key", NOON, &format!("{ID_LEG}{}", r#""DOB":"1990-01-01""#))).unwrap();
    let summary = format!("{callback:?}");
    for canary in ["Amara", "1990", "\"u\"", "\"j\""] {
        assert!(!summary.contains(canary), "{summary}");
    }
    assert!(summary.contains("FullName"));
}

#[test]
fn a_configuration_receives_with_its_own_tolerance_and_limits() {
    let config = smileid_tests::config();
    let kind = |config: &smileid_core::Config, body| {
        config.receive_callback(body, NOW).map(|c| c.stage()).map_err(|e| e.kind())
    };
    assert_eq!(kind(&config, body("key", NOON, FINAL)), Ok(CallbackStage::Final));
    assert_eq!(kind(&config, body("other", NOON, FINAL)), Err(ErrorKind::Signature));
    let second = Freshness::within(Duration::from_secs(1));
    let (old, tight) = (body("key", NOON - 1001, FINAL), config.clone().with_callback_freshness(second));
    assert_eq!(kind(&tight, old.clone()), Err(ErrorKind::Replay));
    let replies_only = config.clone().with_freshness(second);
    assert_eq!(kind(&replies_only, old), Ok(CallbackStage::Final), "the freshness of replies is another setting");
    let wide = config.clone().with_callback_freshness(Freshness::within(Duration::from_secs(86_400)));
    assert_eq!(kind(&wide, body("key", NOON - 4 * 3_600_000, FINAL)), Ok(CallbackStage::Final));
    let small = config.clone().with_decode_options(smileid_core::DecodeOptions::default().with_max_bytes(100));
    assert_eq!(kind(&small, body("key", NOON, FINAL)), Err(ErrorKind::Malformed));
}

#[test]
fn a_client_receives_by_its_transports_clock() {
    for (millis, expected) in [(NOON, Ok(CallbackStage::Final)), (NOON + 300_001, Err(ErrorKind::Replay))] {
        let scripted = || Scripted::new(FakeClock::at(millis), []);
        let (blocking, concurrent) = (
            Client::new(scripted(), smileid_tests::config()).receive_callback(body("key", NOON, FINAL)),
            AsyncClient::new(scripted(), smileid_tests::config()).receive_callback(body("key", NOON, FINAL)),
        );
        for received in [blocking, concurrent] {
            assert_eq!(received.map(|c| c.stage()).map_err(|e| e.kind()), expected);
        }
    }
}

#[test]
fn a_callback_gives_its_body_as_strict_json() {
    let sent = r#"{"Amount": 1.50, "own": [1,], "timestamp": "x", "signature": "y",}"#;
    let callback = Callback::decode(sent.into(), &smileid_core::DecodeOptions::default()).unwrap();
    assert_eq!(callback.repairs().count(), 2);
    assert_eq!(callback.expose_json(), r#"{"Amount":1.50,"own":[1],"timestamp":"x","signature":"y"}"#);
}
