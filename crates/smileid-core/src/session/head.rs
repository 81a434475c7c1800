//! What the head of a reply decides by itself, and an exchange that brought none. Every API of the service is judged so first.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use core::time::Duration;

use crate::error::{Error, ErrorKind};
use crate::message::Response;
use crate::policy::{Failure, http_date, limits, retry_after};
use crate::time::Moment;
use crate::transport::{TransportError, TransportErrorKind};

/// What the head of the reply said, for an error that may follow.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    pub(super) status: u16,
    retry_after: Option<Duration>,
    pub(super) date: Option<i64>,
}

impl Seen {
    /// Reads the head of a reply that came at `now`.
    #[must_use]
    pub fn of(reply: &Response, now: Moment) -> Self {
        Self {
            status: reply.status,
            retry_after: retry_after(&reply.headers, now),
            date: http_date(reply.headers.first("date")),
        }
    }

    /// Adds to the error what the head said.
    #[must_use]
    pub fn with(self, error: Error) -> Error {
        let error = error.with_reply(self.status, self.retry_after);
        match self.retry_after {
            Some(asked) if error.is_transient() && asked > limits::RETRY_AFTER_CAP => error.with_note(format_args!(
                "; its Retry-After asks for {} s, of which this client waits {} s",
                asked.as_secs(),
                limits::RETRY_AFTER_CAP.as_secs()
            )),
            _ => error,
        }
    }
}

/// Returns the error of an exchange that brought no reply.
#[must_use]
pub fn not_exchanged(error: TransportError) -> Error {
    let (kind, message) = match error.kind() {
        TransportErrorKind::Connect => {
            (ErrorKind::Transport, "no connection could be made: check the network, the proxy and the base URL")
        }
        TransportErrorKind::Timeout => (ErrorKind::Transport, "the attempt took longer than its time-out"),
        TransportErrorKind::Closed => (ErrorKind::Transport, "the connection ended before the reply was complete"),
        TransportErrorKind::Cancelled => (ErrorKind::Cancelled, "the call was cancelled"),
        TransportErrorKind::TooLarge => {
            let message = "the reply is larger than the limit: raise the limit if such replies are expected";
            return Error::new(ErrorKind::Malformed, message).with_failure(Failure::Oversize).with_source(error);
        }
        TransportErrorKind::Tls => (
            ErrorKind::Tls,
            "no trustworthy TLS connection could be made: check the base URL, the trusted certificates and the clock",
        ),
        TransportErrorKind::Other => (ErrorKind::Transport, "the transport failed"),
    };
    Error::new(kind, message).with_source(error)
}

/// Returns what the HTTP status decides by itself, before the body is read.
#[must_use]
pub fn by_status(reply: &Response) -> Option<Error> {
    let (kind, message): (_, Cow<'static, str>) = match reply.status {
        429 => (ErrorKind::Throttled, "the service asks for fewer requests (HTTP 429): ask again later".into()),
        status @ (408 | 425 | 500..=599) => {
            (ErrorKind::Server, format!("the service failed (HTTP {status}): ask again later").into())
        }
        status @ 300..=399 => (ErrorKind::Redirected, redirect_message(status, reply.headers.first("location")).into()),
        _ => return None,
    };
    Some(Error::new(kind, message))
}

/// Names the host a redirect points to and nothing else of its target.
fn redirect_message(status: u16, location: Option<&str>) -> String {
    let authority =
        location.and_then(|l| l.split_once("://")).map(|(_, rest)| rest.split(['/', '?', '#', '\\']).next());
    let host = authority.flatten().map(|a| a.rsplit('@').next().unwrap_or(a));
    let plain = |h: &&str| {
        (1..=255).contains(&h.len()) && h.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]_".contains(&b))
    };
    match host.filter(plain) {
        Some(host) => format!(
            "the service answered with a redirect (HTTP {status}) to {host}, which is never followed: check the base URL"
        ),
        None => {
            format!("the service answered with a redirect (HTTP {status}), which is never followed: check the base URL")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn retry_after_beyond_what_is_waited_is_named_if_another_try_may_help() {
        for (kind, seconds, named) in
            [(ErrorKind::Server, 61, true), (ErrorKind::Server, 60, false), (ErrorKind::Request, 61, false)]
        {
            let seen = Seen { status: 503, retry_after: Some(Duration::from_secs(seconds)), date: None };
            let message = seen.with(Error::new(kind, "x")).to_string();
            assert_eq!(message.contains("of which this client waits 60 s"), named, "{kind} {seconds}");
        }
    }
}
