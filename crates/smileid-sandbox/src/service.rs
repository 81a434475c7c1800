//! What the service makes of a request: its fields, types and signature, then its job. A function of the request, the jobs and the time.

use serde_json::{Map, Value};
use smileid_core::credentials::{ApiKey, Credentials, PartnerId};
use smileid_core::signature::{Claim, ProofField, Signer};
use smileid_core::time::{Moment, Timestamp};

use crate::jobs::{Jobs, Stage};
use crate::journal::Exchange;
use crate::replies::{self, Asked, DOCUMENT_JOB, DOCUMENT_USER};

/// How old or new a request's timestamp may be, in milliseconds.
const FRESHNESS_MS: u64 = 5 * 60 * 1000;

/// An answer: status, body, and how the request was judged.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) body: String,
    pub(crate) exchange: Exchange,
}

/// The partner the sandbox serves.
#[derive(Debug)]
pub(crate) struct Partner {
    pub(crate) credentials: Credentials,
    pub(crate) signer: Signer,
}

/// Answers a body posted to `/v1/job_status`.
pub(crate) fn job_status(partner: &Partner, jobs: &mut Jobs, now: Moment, body: &[u8]) -> Answer {
    match judge(partner, now, body) {
        Err(refusal) => refusal,
        Ok(request) => {
            let (Some(user_id), Some(job_id)) = (text(&request, "user_id"), text(&request, "job_id")) else {
                return refuse("2313", "Missing required parameters", "user_id or job_id is missing");
            };
            let asked = Asked {
                user_id,
                job_id,
                history: flag(&request, "history"),
                image_links: flag(&request, "image_links"),
            };
            let stage = match (user_id, job_id) {
                (DOCUMENT_USER, DOCUMENT_JOB) => Some(Stage::Document),
                _ => jobs.poll(user_id, job_id),
            };
            let Some(stage) = stage else {
                return refuse(
                    "2304",
                    "Job not found",
                    "no such job for this user in this sandbox: create it, or use an id that speaks for itself, such as approved-1",
                );
            };
            let body = replies::job(&stage, asked, &partner.signer.authorize(now));
            Answer { body, exchange: Exchange { status: 200, code: None, reason: None } }
        }
    }
}

/// An answer of the gateway before the service.
pub(crate) fn gateway(status: u16, text: &str) -> Answer {
    Answer { body: replies::gateway(text), exchange: Exchange { status, code: None, reason: Some(text.to_owned()) } }
}

fn refuse(code: &'static str, text: &str, reason: &str) -> Answer {
    Answer {
        body: replies::error(code, text),
        exchange: Exchange { status: 400, code: Some(code), reason: Some(reason.to_owned()) },
    }
}

/// The request's members, once they are whole, of the right types and signed.
fn judge(partner: &Partner, now: Moment, body: &[u8]) -> Result<Map<String, Value>, Answer> {
    let Ok(Value::Object(request)) = serde_json::from_slice(body) else {
        return Err(refuse("2303", "Invalid JSON", "the body is not a JSON object"));
    };
    for field in ["timestamp", "partner_id", "user_id", "job_id"] {
        if request.get(field).is_none_or(|v| v.is_null() || v.as_str() == Some("")) {
            return Err(refuse("2313", "Missing required parameters", &format!("{field} is missing")));
        }
    }
    for field in ["partner_id", "user_id", "job_id"] {
        if !request.get(field).is_some_and(Value::is_string) {
            return Err(refuse(
                "2204",
                "Wrong data type",
                &format!("{field} must be text: a number loses leading zeros"),
            ));
        }
    }
    for field in ["history", "image_links"] {
        if !request.get(field).is_none_or(|v| v.is_boolean() || v.is_null()) {
            return Err(refuse("2204", "Wrong data type", &format!("{field} must be true or false")));
        }
    }
    authorized(partner, now, &request)?;
    Ok(request)
}

fn authorized(partner: &Partner, now: Moment, request: &Map<String, Value>) -> Result<(), Answer> {
    let denied = |reason: &str| Err(refuse("2405", "You are not authorized to do that.", reason));
    let partner_id = text(request, "partner_id").unwrap_or_default();
    let own = partner.credentials.partner_id();
    if partner_id != own.as_str() {
        let zeros = partner_id.trim_start_matches('0') == own.as_str().trim_start_matches('0');
        return denied(if zeros {
            "the partner id has lost or gained leading zeros"
        } else {
            "another partner id than this sandbox's"
        });
    }
    let number;
    let timestamp = match request.get("timestamp") {
        Some(Value::String(text)) => text.as_str(),
        Some(Value::Number(n)) => {
            number = n.to_string();
            &number
        }
        _ => return Err(refuse("2204", "Wrong data type", "timestamp must be text or a number")),
    };
    let proof = match (text(request, "signature"), text(request, "sec_key")) {
        (Some(signature), _) => signature,
        (None, Some(_)) => return denied("this sandbox takes signature, not sec_key"),
        (None, None) => return Err(refuse("2313", "Missing required parameters", "signature is missing")),
    };
    let claim = Claim { timestamp: ProofField::Text(timestamp), proof: ProofField::Text(proof) };
    if claim.classify(&partner.signer).is_err() {
        return denied(&why_not(partner, timestamp, proof));
    }
    match Timestamp::parse(timestamp) {
        Err(_) => denied("the timestamp has no known form: use 2026-10-04T12:00:00.000Z"),
        Ok(t) if t.unix_millis().abs_diff(now.unix_millis()) > FRESHNESS_MS => {
            denied("the timestamp is more than 5 minutes off: is it local time labelled Z?")
        }
        Ok(_) => Ok(()),
    }
}

/// The likeliest of the usual mistakes behind a signature that does not hold.
fn why_not(partner: &Partner, timestamp: &str, proof: &str) -> String {
    let holds = |partner_id: &str, timestamp: &str| {
        let Ok(id) = PartnerId::new(partner_id) else { return false };
        let Ok(signer) = Signer::new(&Credentials::new(id, partner.credentials.api_key().clone())) else {
            return false;
        };
        let claim = Claim { timestamp: ProofField::Text(timestamp), proof: ProofField::Text(proof) };
        claim.classify(&signer).is_ok()
    };
    let id = partner.credentials.partner_id().as_str();
    if holds(id.trim_start_matches('0'), timestamp) {
        return "the signature was made over the partner id without its leading zeros".into();
    }
    if let Ok(sent) = Timestamp::parse(timestamp) {
        let near = |ms: i64| Timestamp::at(Moment::new(sent.unix_millis() + ms, core::time::Duration::ZERO));
        if (-2000..=2000).any(|ms| holds(id, near(ms).as_str())) {
            return "the timestamp in the body is another than the one that was signed".into();
        }
    }
    if proof.len() != 44 {
        return "the signature is not 44 characters of base64: it is base64 of the raw HMAC-SHA256, not of its hexadecimal form".into();
    }
    "the signature does not hold: another environment's key, the key base64-decoded first, or \"sid_request\" left out"
        .into()
}

fn text<'r>(request: &'r Map<String, Value>, field: &str) -> Option<&'r str> {
    request.get(field).and_then(Value::as_str)
}

fn flag(request: &Map<String, Value>, field: &str) -> bool {
    request.get(field).and_then(Value::as_bool).unwrap_or(false)
}

/// The partner of a sandbox that was given no credentials.
pub(crate) fn default_credentials() -> Option<Credentials> {
    Some(Credentials::new(PartnerId::new("023").ok()?, ApiKey::new("sandbox-api-key").ok()?))
}

#[cfg(test)]
#[path = "service_tests.rs"]
mod tests;
