//! Answers as a client gives them, made by core's own session from signed replies: a test cannot make a proven one otherwise.

use core::time::Duration;
use std::sync::{Arc, Mutex, PoisonError};

use smileid_core::{
    Answer, ApiKey, Client, Clock, Config, Credentials, Environment, Error, JobStatusQuery, Moment, PartnerId, Request,
    Response, Signer, Timestamp, Transport, TransportError,
};
use smileid_jobs::{KeepBody, Settlement};

/// When all answers of this module are signed, in milliseconds since the Unix epoch.
pub const SIGNED_AT: i64 = 1_791_115_200_000;

/// Replies with what it was given.
struct Canned(Arc<Mutex<Option<Result<Response, TransportError>>>>);

impl Clock for Canned {
    fn now(&self) -> Moment {
        Moment::new(SIGNED_AT, Duration::ZERO)
    }
}

impl Transport for Canned {
    fn send(&self, _: &Request) -> Result<Response, TransportError> {
        let reply = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        reply.unwrap_or_else(|| Err(TransportError::new(smileid_core::TransportErrorKind::Other)))
    }

    fn sleep(&self, _: Duration) -> Result<(), TransportError> {
        Ok(())
    }
}

/// Returns the credentials that every answer of this module is signed with.
///
/// # Errors
/// Returns [`Error`] if the constants of this module are not valid.
pub fn credentials() -> Result<Credentials, Error> {
    Ok(Credentials::new(PartnerId::new("023")?, ApiKey::new("conformance-api-key")?))
}

/// Returns what a client makes of this reply to `query`, or of no reply.
///
/// # Errors
/// Returns the client's error, if it makes one of the reply.
pub fn answer(query: &JobStatusQuery, reply: Result<Response, TransportError>) -> Result<Answer, Error> {
    let config = Config::new(&credentials()?, &Environment::Sandbox).with_retry(smileid_core::RetryPolicy::NONE);
    let transport = Canned(Arc::new(Mutex::new(Some(reply))));
    Client::new(transport, config).job_status(query.clone())
}

/// Returns a signed reply. `members` are the JSON members beside the timestamp and the signature: `"job_complete":true,…`.
///
/// # Errors
/// Returns [`Error`] if the constants of this module are not valid.
pub fn signed(members: &str) -> Result<Response, Error> {
    let timestamp = Timestamp::at(Moment::new(SIGNED_AT, Duration::ZERO));
    let authorization = Signer::new(&credentials()?).authorize_at(timestamp);
    let body = format!(r#"{{"timestamp":"{timestamp}","signature":"{}",{members}}}"#, authorization.value());
    Ok(Response::new(200, body.into_bytes()))
}

/// Returns the members of a final reply with this result code.
#[must_use]
pub fn final_members(job_success: bool, result_code: &str) -> String {
    format!(
        r#""code":"2302","job_complete":true,"job_success":{job_success},"result":{{"ResultCode":"{result_code}","IsFinalResult":"true"}}"#
    )
}

/// Returns a settlement: approved, code 2302, result code 0810.
///
/// # Errors
/// Returns [`Error`] if the client refuses the answer.
pub fn settlement(query: &JobStatusQuery) -> Result<Settlement, Error> {
    let answer = answer(query, Ok(signed(&final_members(true, "0810"))?))?;
    let verified = answer.verified();
    verified
        .map(|verified| Settlement::of(verified, KeepBody::No))
        .ok_or_else(|| Error::invalid_input("the canned answer is not final"))
}
