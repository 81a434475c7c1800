//! From a status response to an answer or an error, in one order. Only six pairs of HTTP status and word mean anything.

use alloc::boxed::Box;
use alloc::format;
use core::time::Duration;

use smileid_core::{
    __internal::{Seen, by_status, new_error as error, with_request_id},
    Error, ErrorKind, HeaderPair, Headers, Moment, Response, Timestamp,
    json::Options,
};

use crate::answer::{Answer, Waiting};
use crate::config::Config;
use crate::decided::{Decided, Decision, FromService, Origin, OriginPolicy};
use crate::fields::{self, Field};
use crate::job::JobRef;

/// Where the head of a response may name the job. The vendor documents the first for a status, and the others for other messages.
const JOB_ID_HEADERS: [&str; 3] = ["job_id", "job-id", "smileid-job-id"];
/// How far in the future the time in an id may be, for clocks that differ.
const SKEW: Duration = Duration::from_secs(300);

/// What a status response came to.
pub(crate) enum Judgement {
    Answer(Answer),
    /// HTTP 401: the token is refused.
    Refused,
    Failed(Error),
}

/// Judges a response that came at `now`.
pub(crate) fn judge(config: &Config, job: &JobRef, now: Moment, reply: &Response) -> Judgement {
    if let Some(error) = by_status(reply) {
        return Judgement::Failed(error);
    }
    let outcome = match reply.status {
        401 => return Judgement::Refused,
        200 | 202 | 404 => read(config, job, now, reply).and_then(|answer| named_by_head(job, &reply.headers, answer)),
        status => Err(by_client_status(status)),
    };
    match outcome {
        Ok(answer) => Judgement::Answer(answer),
        Err(error) => Judgement::Failed(error),
    }
}

/// Adds to an error what the head said. An id of the request that repeats one of `sent` is left out.
pub(crate) fn seen(reply: &Response, now: Moment, error: Error, sent: &[&str]) -> Error {
    with_request_id(Seen::of(reply, now).with(error), &reply.headers, sent)
}

fn by_client_status(status: u16) -> Error {
    let (kind, message) = match status {
        403 => (
            ErrorKind::Credentials,
            "the service does not let this request through: check its IP allow list for this machine, then the rights of the API key",
        ),
        400..=499 => (ErrorKind::Request, "the service refuses the request: check the job id and the base URL"),
        _ => (
            ErrorKind::Malformed,
            "the service answered with a status that v3 does not use: check the base URL and any proxy on the way",
        ),
    };
    error(kind, format!("{message} (HTTP {status})"))
}

fn read(config: &Config, job: &JobRef, now: Moment, reply: &Response) -> Result<Answer, Error> {
    let names = ["status", "job_id", "user_id", "created_at"];
    let read = fields::read(&reply.body, Options::STRICT, names);
    let [status, job_id, user_id, created_at] = match read {
        Ok(fields) => fields,
        Err(_) if reply.status == 404 => return Err(nowhere()),
        Err(why) => return Err(malformed(format!("the response cannot be read: {why}"))),
    };
    let is_this_job = job_id.text() == Some(job.id());
    let word = status.text();
    match (reply.status, word) {
        (404, Some("not_found")) if is_this_job => not_found(config, job, now),
        (404, _) => Err(nowhere()),
        (202, Some("processing")) if is_this_job => Ok(Answer::Pending(Waiting::Processing)),
        (202, Some("processing")) => Err(another_job(&job_id)),
        (http, word) => {
            let decision = word.and_then(Decision::parse);
            let Some(decision) = decision.filter(|_| http == 200) else { return Err(no_pair(http, word)) };
            if !is_this_job {
                return Err(another_job(&job_id));
            }
            if job.expected_user().is_some_and(|expected| user_id.text() != Some(expected)) {
                return Err(error(ErrorKind::Mismatch, "the answer is not about the user_id that was asked for"));
            }
            let decided = Decided {
                decision,
                job_id: job.id().into(),
                user_id: user_id.text().map(Into::into),
                created_at: created_at.text().and_then(|text| Timestamp::parse(text).ok()),
                product: job.product(),
            };
            Ok(Answer::Final(Box::new(FromService::new(decided, origin(config, &reply.headers, now)?))))
        }
    }
}

/// The service does not know the job, which may not have arrived yet.
fn not_found(config: &Config, job: &JobRef, now: Moment) -> Result<Answer, Error> {
    let millis = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    let why = match job.created_at_millis().map(|created| now.unix_millis().saturating_sub(created)) {
        None => "its id contains no time, so that it cannot be a new one: copy the id from the 202 response",
        Some(age) if age <= -millis(SKEW) => {
            "the time in its id is in the future: check this machine's clock, and that the id is one of the service's"
        }
        Some(age) if age >= millis(config.not_found_grace) => {
            "its id is too old for it to be on the way: check the environment, the partner and this machine's clock"
        }
        Some(_) => return Ok(Answer::Pending(Waiting::NotYetFound)),
    };
    Err(error(ErrorKind::NotFound, format!("the service does not know the job, and {why}")))
}

/// Passes on an answer, unless the head of its response names another job than the body does.
fn named_by_head(job: &JobRef, headers: &Headers, answer: Answer) -> Result<Answer, Error> {
    if JOB_ID_HEADERS.iter().flat_map(|name| headers.all(name)).all(|id| id == job.id()) {
        return Ok(answer);
    }
    Err(error(ErrorKind::Mismatch, "the head of the response names another job_id than the one asked for"))
}

/// A 404 that is not the service's own.
fn nowhere() -> Error {
    let message =
        "HTTP 404 without a status of this job: check the base URL, since this may be the answer of a gateway";
    error(ErrorKind::NotFound, message)
}

fn malformed(message: impl Into<alloc::borrow::Cow<'static, str>>) -> Error {
    error(ErrorKind::Malformed, message)
}

/// Why a pair of HTTP status and word means nothing. The word may be the service's own, and is not repeated.
fn no_pair(http: u16, word: Option<&str>) -> Error {
    const KNOWN: [&str; 6] = ["clear", "block", "attention", "error", "processing", "not_found"];
    const SLUGS: [&str; 7] =
        ["unauthorized", "forbidden", "bad_request", "internal_server_error", "payload_too_large", "conflict", "gone"];
    let is = |words: &[&str], word: &str| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    let why = match word {
        None => "the response has no status word",
        Some(word) if KNOWN.contains(&word) => "the status word and the HTTP status contradict each other",
        Some(word) if is(&KNOWN, word) => "the status word is written in another letter case than the documented one",
        Some(word) if is(&SLUGS, word) => "the response has the slug of an error in place of a status word",
        Some(_) => "the status word is not a known one",
    };
    malformed(format!("{why} (HTTP {http}): nothing can be decided from it"))
}

fn another_job(job_id: &Field<'_>) -> Error {
    error(
        ErrorKind::Mismatch,
        if job_id.text().is_some() {
            "the answer is about another job_id than the one asked for"
        } else {
            "the answer does not name the job_id that it is about"
        },
    )
}

/// What vouches for the answer. A signature that is there must be valid, even if none is demanded.
fn origin(config: &Config, headers: &Headers, now: Moment) -> Result<Origin, Error> {
    let mut values = [HeaderPair::TIMESTAMP, HeaderPair::SIGNATURE].map(|name| headers.all(name).map(Some));
    let [timestamp, signature] = values.each_mut().map(|values| values.next().flatten());
    if values.iter_mut().any(|values| values.next().is_some()) {
        return Err(error(ErrorKind::Signature, "the response has more than one signature in its headers"));
    }
    match (timestamp, signature) {
        (None, None) if config.origin == OriginPolicy::RequireSigned => {
            let message =
                "the response is not signed, which this client demands: the documents of v3 promise no signature";
            Err(error(ErrorKind::Unproven, message))
        }
        (None, None) => Ok(config.channel()),
        (Some(_), Some(_)) => {
            let claim = HeaderPair::new(timestamp, signature).claim();
            let proof = config.shared.signers.classify(claim).map_err(|why| {
                error(ErrorKind::Signature, format!("the response carries a signature that does not hold: {why}"))
                    .with_source(why)
            })?;
            let fresh = proof.0.admit(now, config.settings.freshness()).map_err(|replay| {
                error(ErrorKind::Replay, format!("the signature of the response is not accepted: {replay}"))
                    .with_source(replay)
            })?;
            Ok(Origin::Signed(fresh))
        }
        _ => {
            let message =
                "the response has half of a signature in its headers: the timestamp or the signature is missing";
            Err(error(ErrorKind::Signature, message))
        }
    }
}
