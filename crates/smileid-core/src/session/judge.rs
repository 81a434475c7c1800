//! From a reply to an answer or an error, in the one order the contract sets. What follows from an error is policy's.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::mem;
use core::time::Duration;

use super::config::Inner;
use super::head::{Seen, by_status, not_exchanged, with_request_id};
use super::{Answer, Mismatch};
use crate::error::{Error, ErrorKind};
use crate::message::{Headers, Response};
use crate::policy::{Failure, Replay};
use crate::reply::{Flag, JobStatus, Pending, Raw, ReplyError, speaks_of_credentials};
use crate::request::JobStatusQuery;
use crate::signature::NotProven;
use crate::time::Moment;
use crate::transport::TransportError;

/// Judges one exchange.
pub(super) fn judge(
    config: &Inner,
    query: &JobStatusQuery,
    now: Moment,
    reply: Result<Response, TransportError>,
) -> Result<Answer, Error> {
    let mut reply = reply.map_err(not_exchanged)?;
    let body = mem::take(&mut reply.body);
    // The key did not travel, so that no header can send it back.
    let sent = [query.user_id(), query.job_id()];
    judged(config, query, now, &reply, body).map_err(|error| with_request_id(error, &reply.headers, &sent))
}

/// Judges a reply. `head` has no body any more.
fn judged(
    config: &Inner,
    query: &JobStatusQuery,
    now: Moment,
    head: &Response,
    body: Vec<u8>,
) -> Result<Answer, Error> {
    let seen = Seen::of(head, now);
    if let Some(error) = by_status(head) {
        return Err(seen.with(error));
    }
    let compression = Compression::of(&head.headers, &body);
    // Only a 403 is decided by the words of a body whose root is no object.
    let copy = (head.status == 403).then(|| body.clone());
    let status = match JobStatus::decode(body, &config.decode) {
        Ok(status) => status,
        Err(error) => return Err(seen.with(unreadable(seen.status, compression, copy.as_deref(), error))),
    };
    if let Some(error) = refused(&status, seen.status) {
        return Err(seen.with(error));
    }
    if let Some(error) = by_client_status(seen.status, || status.speaks_of_credentials()) {
        return Err(seen.with(error.with_code(code_of(&status))));
    }
    let proof = status.claim().classify(&config.signer);
    match status.job_complete() {
        Flag::False => Ok(Answer::Pending(Box::new(Pending::new(status, proof)))),
        Flag::True if status.completion_is_denied() => Err(seen.with(Error::new(
            ErrorKind::Malformed,
            "the reply says in two ways whether the job is complete, and they contradict each other",
        ))),
        Flag::True => {
            let fresh = proof
                .map_err(unproven)?
                .admit(now, config.freshness)
                .map_err(|replay| seen.with(replayed(replay, seen.date, now)))?;
            let verified = fresh.bind(status, query, config.ids).map_err(mismatched)?;
            Ok(Answer::Final(Box::new(verified)))
        }
        _ => Err(seen.with(Error::new(
            ErrorKind::Malformed,
            "the reply does not say whether the job is complete: job_complete is missing or has no known form",
        ))),
    }
}

/// What the status decides when the body names no refusing code: 400 to 499, and anything that is no whole success.
/// `of_credentials` says whether the body is JSON that speaks of them; only a 403 asks.
fn by_client_status(status: u16, of_credentials: impl FnOnce() -> bool) -> Option<Error> {
    let (kind, message) = match status {
        200..=203 => return None,
        401 => (ErrorKind::Credentials, REFUSED_CREDENTIALS),
        403 if of_credentials() => (ErrorKind::Credentials, REFUSED_CREDENTIALS),
        403 => (
            ErrorKind::Request,
            "the request did not get through to the service: check the path of the base URL (it ends in /v1), then whether an IP allow \
             list or a firewall in front of the service leaves this machine out, and only then the API key",
        ),
        400..=499 => (ErrorKind::Request, "the service refuses the request: check the base URL and the ids"),
        204..=299 => (
            ErrorKind::Malformed,
            "the service answered with a status that no whole reply has: check the base URL and any proxy on the way",
        ),
        _ => (
            ErrorKind::Malformed,
            "the service answered with a status that HTTP does not use for replies: check the base URL",
        ),
    };
    Some(Error::new(kind, format!("{message} (HTTP {status})")))
}

const REFUSED_CREDENTIALS: &str = "the service refuses the credentials: check the API key, its environment, the partner id with its \
                                   zeros, and the clock";

/// Whether a body that cannot be read is compressed.
#[derive(Clone, Copy)]
enum Compression {
    /// By its first bytes.
    Gzip,
    /// By the header. A transport that was set to decompress has done so.
    Labelled,
    None,
}

impl Compression {
    fn of(headers: &Headers, body: &[u8]) -> Self {
        let labelled = |value: &str| !value.is_empty() && !value.eq_ignore_ascii_case("identity");
        if body.starts_with(&[0x1F, 0x8B]) {
            Self::Gzip
        } else if headers.all("content-encoding").any(labelled) {
            Self::Labelled
        } else {
            Self::None
        }
    }
}

/// A body that cannot be read: malformed, unless a status of 400 to 499 has decided the kind already. `copy` is the body, if its words
/// may decide.
fn unreadable(status: u16, compression: Compression, copy: Option<&[u8]>, error: ReplyError) -> Error {
    let of_credentials = || {
        // JSON of another root was read to its end.
        let text = copy.filter(|_| error == ReplyError::NotAnObject).and_then(|body| core::str::from_utf8(body).ok());
        text.is_some_and(|text| Raw::whole(text).any_text(speaks_of_credentials))
    };
    let judged = by_client_status(status, of_credentials).unwrap_or_else(|| {
        let why = match compression {
            Compression::Gzip => {
                "its body is compressed with gzip: check the gateway or proxy that compressed it".into()
            }
            Compression::Labelled => format!("its Content-Encoding says that the body is compressed: {error}"),
            Compression::None => error.to_string(),
        };
        let message = format!("the reply cannot be read: {why} (HTTP {status})");
        let malformed = Error::new(ErrorKind::Malformed, message);
        if error.is_oversize() { malformed.with_failure(Failure::Oversize) } else { malformed }
    });
    judged.with_source(error)
}

/// A known refusing code, which decides whatever `job_complete` says.
fn refused(status: &JobStatus, http_status: u16) -> Option<Error> {
    let refusal = status.refusal(http_status)?;
    let message = format!("{} (code {}): {}", refusal.meaning, refusal.info.code, refusal.next);
    Some(Error::new(refusal.kind, message).with_code(Some(refusal.info.code.into())))
}

/// The code of a reply that was refused for something else, if it looks like one: it is shown to people, and four digits, as all
/// known codes have, can be nothing personal.
fn code_of(status: &JobStatus) -> Option<Cow<'static, str>> {
    let code = status.code()?;
    let plain = code.len() == 4 && code.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| Cow::Owned(code.to_string()))
}

pub(super) fn unproven(why: NotProven) -> Error {
    Error::new(why.kind(), format!("the answer is not proven: {why}")).with_source(why)
}

/// An answer whose proof holds and is not accepted. `date` is the reply's `Date`, in milliseconds since the Unix epoch.
fn replayed(replay: Replay, date: Option<i64>, now: Moment) -> Error {
    let hint = date.and_then(|date| clock_hint(replay, date, now)).unwrap_or_default();
    let error = Error::new(ErrorKind::Replay, format!("the proof of the answer is not accepted: {replay}{hint}"));
    let error = if replay == Replay::Reflected { error.with_failure(Failure::Echo) } else { error };
    error.with_source(replay)
}

/// Names the two causes there can be if the `Date` agrees with the signed time and not with this machine's clock.
///
/// If `Date` and the signed time are apart, the service's clock agrees with ours, or the reply is inconsistent: there is no hint.
fn clock_hint(replay: Replay, date: i64, now: Moment) -> Option<String> {
    /// A reply is signed and dated by one machine within moments, and `Date` has whole seconds.
    const MINUTE: u64 = 60_000;
    let millis = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    let now = now.unix_millis();
    let (signed, direction, other_cause) = match replay {
        Replay::TooOld { age } => (now.saturating_sub(millis(age)), "ahead", "the reply is an old one played back"),
        Replay::TooNew { ahead } => (now.saturating_add(millis(ahead)), "behind", "the service's clock is ahead"),
        _ => return None,
    };
    let skew = now.abs_diff(date);
    (date.abs_diff(signed) <= MINUTE && skew >= MINUTE).then(|| {
        let seconds = skew / 1000;
        format!(
            "; its Date agrees with that, so either this machine's clock is {seconds} s {direction}, or {other_cause}: compare this clock with a trusted one before you set it"
        )
    })
}

fn mismatched(mismatch: Mismatch) -> Error {
    Error::new(ErrorKind::Mismatch, mismatch.to_string()).with_source(mismatch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn status_of_no_whole_reply_and_status_of_no_reply_are_distinguished() {
        let part = "a status that no whole reply has";
        let none = "a status that HTTP does not use for replies";
        for (status, expected) in [(199, none), (204, part), (206, part), (299, part), (600, none)] {
            let error = by_client_status(status, || false).unwrap();
            assert!(error.kind() == ErrorKind::Malformed && error.to_string().contains(expected), "{status}: {error}");
        }
        assert!([200, 201, 203].iter().all(|status| by_client_status(*status, || true).is_none()));
    }

    #[test]
    fn replay_names_both_causes_only_if_date_and_signed_time_agree() {
        const NOW: i64 = 1_791_115_200_000;
        let hour = Duration::from_secs(3600);
        let (old, new) = (Replay::TooOld { age: hour }, Replay::TooNew { ahead: hour });
        let ahead = Some("either this machine's clock is 3600 s ahead, or the reply is an old one played back");
        let behind = Some("either this machine's clock is 3600 s behind, or the service's clock is ahead");
        let cases = [
            ("no Date", old, None, None),
            ("Date as old", old, Some(-3600), ahead),
            ("Date nearly as old", old, Some(-3540), Some("3540 s ahead")),
            ("Date of now", old, Some(0), None),
            ("Date between", old, Some(-1800), None),
            ("Date older still", old, Some(-7200), None),
            ("Date ahead", old, Some(3600), None),
            ("Date as far ahead", new, Some(3600), behind),
            ("ahead, Date of now", new, Some(0), None),
            ("ahead, Date behind", new, Some(-3600), None),
            ("unreadable time", Replay::UnreadableTime, Some(-3600), None),
            ("echo", Replay::Reflected, Some(-3600), None),
            ("no year has this", old, Some(i64::MIN / 1000), None),
            ("nor this", new, Some(i64::MAX / 1000), None),
        ];
        for (name, replay, date, hint) in cases {
            let now = Moment::new(NOW, Duration::ZERO);
            let date = date.map(|seconds: i64| NOW.saturating_add(seconds * 1000));
            let message = replayed(replay, date, now).to_string();
            match hint {
                Some(hint) => assert!(message.contains(hint) && message.contains("compare"), "{name}: {message}"),
                None => assert!(!message.contains("clock is"), "{name}: {message}"),
            }
            assert!(message.contains(&replay.to_string()), "{name}: {message}");
        }
    }
}
