//! The body of target `callback`: no bytes that were not signed become a verified callback, and all are read or refused. Bytes that are
//! signed on the way, in the body or in the headers, become one if and only if they can be read, with nothing changed. A stage is final only
//! if a field says so, and an id is what every place names.

use core::time::Duration;
use std::sync::LazyLock;

use serde_json::Value;
use smileid_core::{
    ApiKey, Authorization, Callback, CallbackStage, Config, Credentials, DecodeOptions, Environment, ErrorKind,
    Freshness, HeaderPair, Moment, PartnerId, ProofField, Timestamp,
};
use smileid_tests::{config, signer};

const NOW: Moment = Moment::new(1_791_115_200_000, Duration::ZERO);

/// Receives `data` with a key that no input knows, and again with a right timestamp and signature before its members.
pub fn run(data: &[u8]) {
    if let Ok(callback) = Callback::decode(data.to_vec(), &DecodeOptions::default()) {
        let _asked =
            (callback.stage(), callback.claim(), format!("{callback:?}"), callback.result().members().iter().count());
        assert_eq!(
            callback.doubt().is_some(),
            callback.stage() == CallbackStage::Unknown,
            "a doubt without an unknown stage"
        );
        if let Ok(root) = serde_json::from_str::<Value>(&callback.expose_json()) {
            stage_is_found_in_the_body(&callback, &root);
            ids_are_those_of_every_place(&callback, &root);
        }
        signed_by_headers(data, &callback);
    }
    let received = ANY_TIME.receive_callback(data.to_vec(), NOW);
    assert!(received.is_err(), "verified without the key");
    signed(data);
}

static OURS: LazyLock<Config> = LazyLock::new(config);
static STRANGER: LazyLock<Config> = LazyLock::new(|| {
    let key = ApiKey::new("a key that is in no corpus").expect("a key");
    Config::new(&Credentials::new(PartnerId::new("023").expect("an id"), key), &Environment::Sandbox)
});
static ANY_TIME: LazyLock<Config> =
    LazyLock::new(|| STRANGER.clone().with_callback_freshness(Freshness::within(Duration::MAX)));
static RIGHT: LazyLock<Authorization> = LazyLock::new(|| signer("key").authorize_at(Timestamp::at(NOW)));

const IS_FINAL: [&str; 2] = ["IsFinalResult", "is_final_result"];

/// The values of a field at the root and in `result`, in both spellings.
fn each<'v>(root: &'v Value, names: [&str; 2]) -> Vec<&'v Value> {
    let is = |key: &str| names.contains(&key);
    let members = |value: &'v Value| value.as_object().into_iter().flatten();
    let result = members(root).filter(|(key, _)| *key == "result").flat_map(|(_, result)| members(result));
    members(root).chain(result).filter(|(key, _)| is(key)).map(|(_, value)| value).collect()
}

fn stage_is_found_in_the_body(callback: &Callback, root: &Value) {
    let fields = [["ResultCode", "result_code"], IS_FINAL, ["status"; 2]];
    let decisive = fields.into_iter().any(|names| !each(root, names).is_empty());
    assert!(decisive || callback.stage() == CallbackStage::Unknown, "a stage that no field says");
    if root.get("status").and_then(Value::as_str) == Some("processing") {
        assert_eq!(callback.stage(), CallbackStage::NotFinal, "a job that goes on");
    }
    if each(root, IS_FINAL).iter().any(|last| last.as_bool() == Some(false) || *last == "false") {
        assert!(!matches!(callback.stage(), CallbackStage::Final), "final, though a field says no");
    }
}

fn ids_are_those_of_every_place(callback: &Callback, root: &Value) {
    for (name, id) in [("user_id", callback.user_id()), ("job_id", callback.job_id())] {
        let Some(id) = id else { continue };
        let params = each(root, ["PartnerParams", "partner_params"]).into_iter().filter_map(|params| params.get(name));
        // A number is read as the text of its digits.
        let beside = [root.get(name), root.get("result").and_then(|result| result.get(name))].into_iter().flatten();
        let named = params.filter(|value| !value.is_null()).chain(beside);
        // serde_json writes the exponent of a number in another way: `1E3` as `1e+3`.
        let exponent = |text: &str| text.replace('E', "e").replace("e+", "e");
        let is_id = |value: &Value| match value.as_str() {
            Some(text) => text == id,
            None => exponent(&value.to_string()) == exponent(&id),
        };
        let all: Vec<&Value> = named.collect();
        assert!(!all.is_empty() && all.into_iter().all(is_id), "another {name} than a place says");
    }
}

/// The same bytes with the pair in the headers: verified if and only if they can be read and claim nothing else.
fn signed_by_headers(data: &[u8], callback: &Callback) {
    let (timestamp, signature) = (RIGHT.timestamp().as_str(), RIGHT.value());
    let receive = |config: &Config, headers: HeaderPair<'_>, now: Moment| {
        config.receive_callback_with(data.to_vec(), headers, now)
    };
    let whole = HeaderPair::new(Some(timestamp), Some(signature));
    let agrees =
        |field: ProofField<'_>, text: &str| matches!(field, ProofField::Missing) || field == ProofField::Text(text);
    let claim = callback.claim();
    let silent = agrees(claim.timestamp, timestamp) && agrees(claim.proof, signature);
    match receive(&OURS, whole, NOW) {
        Ok(_) => assert!(silent, "verified, though the body claims another pair"),
        Err(error) => {
            assert!(!silent, "the pair of the headers does not hold");
            assert_eq!(error.kind(), ErrorKind::Signature);
            assert!(error.stale_callback().is_none(), "a reason to ask without a proof");
        }
    }
    assert!(receive(&STRANGER, whole, NOW).is_err(), "verified with another key");
    let both = claim.timestamp == ProofField::Text(timestamp) && claim.proof == ProofField::Text(signature);
    for half in [HeaderPair::new(Some(timestamp), None), HeaderPair::new(None, Some(signature))] {
        assert!(both || receive(&OURS, half, NOW).is_err(), "verified by half a pair");
    }
}

fn signed(data: &[u8]) {
    let Some(members) = core::str::from_utf8(data).ok().and_then(|text| text.trim_start().strip_prefix('{')) else {
        return;
    };
    let (timestamp, signature) = (RIGHT.timestamp().as_str(), RIGHT.value());
    let comma = if members.trim_start().starts_with('}') { "" } else { "," };
    let body = format!(r#"{{"timestamp":"{timestamp}","signature":"{signature}"{comma}{members}"#);
    let receive = |config: &Config, now: Moment| config.receive_callback(body.clone().into_bytes(), now);
    match (Callback::decode(body.clone().into_bytes(), &DecodeOptions::default()), receive(&OURS, NOW)) {
        (Ok(_), Ok(callback)) => {
            assert_eq!(callback.expose_body(), body, "another body");
            assert_eq!((callback.proof().kind().as_str(), callback.proof().key().as_str()), ("hmac", "current"));
        }
        (Err(_), Err(error)) => assert_eq!(error.kind(), ErrorKind::Malformed),
        (decoded, received) => panic!("read: {}, received: {}", decoded.is_ok(), received.is_ok()),
    }
    assert!(receive(&STRANGER, NOW).is_err(), "verified with another key");
    let late = Moment::new(NOW.unix_millis() + 300_001, NOW.monotonic());
    let Err(error) = receive(&OURS, late) else { panic!("verified when stale") };
    let stale = error.stale_callback().map(|stale| (stale.callback().expose_body(), stale.proof().kind().as_str()));
    assert!(error.kind() == ErrorKind::Malformed || stale == Some((body.as_str(), "hmac")), "a stale callback is lost");
    assert!(receive(&STRANGER, late).is_err_and(|error| error.stale_callback().is_none()), "stale, with another key");
}
