//! Replies as the service makes them, signed for the moment they are sent, with invented values. They judge nothing.

use core::time::Duration;
use std::sync::LazyLock;

use smileid_core::{
    ApiKey, Config, Credentials, Environment, Freshness, JobStatusQuery, Moment, PartnerId, ProofClaim, ProofField,
    Replay, Response, Signer, Timestamp,
};

/// The user that is asked for.
pub const USER: &str = "user-7";
/// The job that is asked for.
pub const JOB: &str = "job-7";

/// A result that is approved and about the job asked for.
pub const APPROVED_RESULT: &str =
    r#"{"ResultCode":"0810","PartnerParams":{"user_id":"user-7","job_id":"job-7","job_type":4}}"#;

/// The credentials of the tests.
#[must_use]
pub fn credentials(key: &str) -> Credentials {
    Credentials::new(PartnerId::new("023").unwrap(), ApiKey::new(key).unwrap())
}

/// A signer with the same credentials.
#[must_use]
pub fn signer(key: &str) -> Signer {
    Signer::new(&credentials(key))
}

/// The signer of most replies, prepared once: fuzz targets make many.
static OURS: LazyLock<Signer> = LazyLock::new(|| signer("key"));

/// A configuration with those credentials and a fixed jitter seed.
#[must_use]
pub fn config() -> Config {
    Config::new(&credentials("key"), &Environment::Sandbox).with_jitter_seed(7)
}

/// Whether a reply that is signed at this wall time, with the key of the tests, carries the pair of a request.
#[must_use]
pub fn looks_like_a_request(unix_millis: i64) -> bool {
    let at = Moment::new(unix_millis, Duration::ZERO);
    let signed = signer("key").authorize_at(Timestamp::at(at));
    let claim = ProofClaim {
        timestamp: ProofField::Text(signed.timestamp().as_str()),
        proof: ProofField::Text(signed.value()),
    };
    matches!(claim.classify(&signer("key")).unwrap().admit(at, Freshness::DEFAULT), Err(Replay::Reflected))
}

/// The question of the tests.
#[must_use]
pub fn query() -> JobStatusQuery {
    JobStatusQuery::new(USER, JOB).unwrap()
}

/// A reply under construction: a good one until changed.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    key: &'static str,
    signed_ago_ms: i64,
    signed_at_ms: Option<i64>,
    timestamp: Option<String>,
    signature: Option<String>,
    members: String,
    body: Option<Vec<u8>>,
    headers: Vec<(&'static str, String)>,
}

impl Reply {
    fn new(members: String) -> Self {
        Self {
            status: 200,
            key: "key",
            signed_ago_ms: 3,
            signed_at_ms: None,
            timestamp: None,
            signature: None,
            members,
            body: None,
            headers: Vec::new(),
        }
    }

    /// Not final yet.
    #[must_use]
    pub fn pending() -> Self {
        Self::new(r#""job_complete":false,"job_success":false,"code":"2302","result":{}"#.into())
    }

    /// Final and approved, about the job asked for.
    #[must_use]
    pub fn approved() -> Self {
        Self::final_about(USER, JOB)
    }

    /// Final and approved, about another job or user.
    #[must_use]
    pub fn final_about(user: &str, job: &str) -> Self {
        Self::new(format!(
            r#""job_complete":true,"job_success":true,"code":"2302","result":{{"ResultCode":"0810","ResultText":"Enroll User","PartnerParams":{{"user_id":"{user}","job_id":"{job}","job_type":4}}}}"#
        ))
    }

    /// Complete, with this success and result as JSON.
    #[must_use]
    pub fn complete(success: &str, result: &str) -> Self {
        Self::new(format!(r#""job_complete":true,"job_success":{success},"code":"2302","result":{result}"#))
    }

    /// An error body with a code.
    #[must_use]
    pub fn error(status: u16, code: &str) -> Self {
        let mut reply = Self::new(format!(r#""code":"{code}","error":"as it says""#));
        reply.status = status;
        reply
    }

    /// A whole body as it is, signed or not.
    #[must_use]
    pub fn verbatim(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { body: Some(body.into()), ..Self::new(String::new()).status(status) }
    }

    /// Any members between timestamp and signature.
    #[must_use]
    pub fn members(members: &str) -> Self {
        Self::new(members.into())
    }

    /// The same with another HTTP status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The same signed with another key.
    #[must_use]
    pub fn key(mut self, key: &'static str) -> Self {
        self.key = key;
        self
    }

    /// The same signed so many milliseconds before it is sent; negative is ahead.
    #[must_use]
    pub fn signed_ago(mut self, millis: i64) -> Self {
        self.signed_ago_ms = millis;
        self
    }

    /// The same signed at this wall time, whenever it is sent.
    #[must_use]
    pub fn signed_at(mut self, unix_millis: i64) -> Self {
        self.signed_at_ms = Some(unix_millis);
        self
    }

    /// The same with this text, quoted or a number, for a timestamp; it is not signed anew.
    #[must_use]
    pub fn timestamp(mut self, json: &str) -> Self {
        self.timestamp = Some(json.into());
        self
    }

    /// The same with this JSON for a signature.
    #[must_use]
    pub fn signature(mut self, json: &str) -> Self {
        self.signature = Some(json.into());
        self
    }

    /// The same with timestamp and signature of this request's body.
    #[must_use]
    pub fn echoing(self, request: &str) -> Self {
        let after = |name: &str| request.split_once(&format!("\"{name}\":")).map_or("null", |(_, rest)| rest);
        let field = |name: &str| after(name).split([',', '}']).next().unwrap_or_default().to_owned();
        self.timestamp(&field("timestamp")).signature(&field("signature"))
    }

    /// The same with one more header field.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The reply as sent at `now`.
    #[must_use]
    pub fn at(&self, now: Moment) -> Response {
        let millis = self.signed_at_ms.unwrap_or_else(|| now.unix_millis().saturating_sub(self.signed_ago_ms));
        let made = Timestamp::at(Moment::new(millis, now.monotonic()));
        let authorization = match self.key {
            "key" => OURS.authorize_at(made),
            other => signer(other).authorize_at(made),
        };
        let timestamp = self.timestamp.clone().unwrap_or_else(|| format!("\"{}\"", made.as_str()));
        let signature = self.signature.clone().unwrap_or_else(|| format!("\"{}\"", authorization.value()));
        let signed = || format!(r#"{{"timestamp":{timestamp},{},"signature":{signature}}}"#, self.members).into_bytes();
        let body = self.body.clone().unwrap_or_else(signed);
        self.headers
            .iter()
            .fold(Response::new(self.status, body), |reply, (name, value)| reply.with_header(name, value))
    }
}
