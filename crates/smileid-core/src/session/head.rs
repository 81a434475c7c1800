//! What the head of a reply decides by itself, and an exchange that brought none. Every API of the service is judged so first.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use core::time::Duration;

use crate::error::{Error, ErrorKind};
use crate::message::{Headers, Response};
use crate::policy::{Failure, http_date, limits, retry_after};
use crate::time::Moment;
use crate::transport::{TransportError, TransportErrorKind};

/// Where services and gateways name a request, the likeliest first. No document of this service names one.
const REQUEST_IDS: [&str; 5] =
    ["x-request-id", "smileid-request-id", "request-id", "x-amzn-requestid", "apigw-requestid"];
/// Gateways' ids have up to 55 characters. A longer text is something else, such as a token.
const MAX_REQUEST_ID: usize = 64;

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

/// Returns the id of the request, if the head names one in a form that can be shown to people.
fn request_id(headers: &Headers) -> Option<&str> {
    let harmless = |id: &&str| {
        (1..=MAX_REQUEST_ID).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:=+/".contains(&b))
    };
    REQUEST_IDS.into_iter().find_map(|name| headers.first(name).filter(harmless))
}

/// Adds the id of the request to an error about its reply. An id that repeats one of `sent` or a part of it is left out: a service might send
/// back what it received.
#[must_use]
pub fn with_request_id(error: Error, headers: &Headers, sent: &[&str]) -> Error {
    /// A shorter text occurs in another by chance.
    const TELLING: usize = 6;
    let is_in = |part: &str, whole: &str| part == whole || part.len() >= TELLING && whole.contains(part);
    let repeats = |id: &str| sent.iter().any(|sent| is_in(sent, id) || is_in(id, sent));
    match request_id(headers).filter(|id| !repeats(id)) {
        Some(id) => error.with_request_id(id),
        None => error,
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
    use alloc::vec::Vec;

    #[test]
    fn request_id_is_of_a_harmless_form_or_left_out() {
        let of = |fields: &[(&str, &str)]| {
            let reply = fields.iter().fold(Response::new(500, Vec::new()), |reply, (n, v)| reply.with_header(n, v));
            request_id(&reply.headers).map(String::from)
        };
        for id in [
            "7",
            "4f1d0c6e-2b1a-4c8e-9d3f-0123456789ab",
            "JKxYzg-PoAMEPqA=",
            "Root=1-67891233-abcdef012345678912345678",
        ] {
            assert_eq!(of(&[("X-Request-Id", id)]).as_deref(), Some(id));
        }
        let long = "a".repeat(65);
        for bad in ["", " 7", "a b", "a\u{7f}", "a\u{1b}[31m", "\u{e9}", "a@b.example", "a\"b", "a,b", &long] {
            assert_eq!(of(&[("x-request-id", bad)]), None, "{bad:?}");
        }
        // A header that says nothing usable does not hide another.
        assert_eq!(of(&[("apigw-requestid", "c"), ("x-request-id", "a b"), ("Request-Id", "b")]).as_deref(), Some("b"));
        assert_eq!(of(&[("x-request", "a")]), None);
    }

    #[test]
    fn request_id_that_repeats_what_was_sent_is_left_out() {
        let reply = Response::new(500, Vec::new()).with_header("x-request-id", "a-canary-b");
        for (sent, id) in [
            (&["another", "a"][..], Some("a-canary-b")),
            (&["another", "canary"], None),
            (&["a-canary-b"], None),
            (&["the key a-canary-b-c"], None),
            (&[], Some("a-canary-b")),
        ] {
            let error = with_request_id(Error::new(ErrorKind::Server, "x"), &reply.headers, sent);
            assert_eq!(error.request_id(), id, "{sent:?}");
        }
        let short = Response::new(500, Vec::new()).with_header("x-request-id", "7");
        assert_eq!(with_request_id(Error::new(ErrorKind::Server, "x"), &short.headers, &["7"]).request_id(), None);
    }

    #[test]
    fn error_that_ends_a_wait_has_the_id_of_its_cause() {
        let cause = Error::new(ErrorKind::Server, "x").with_request_id("7");
        let ended = Error::new(ErrorKind::Deadline, "y").with_source(cause);
        assert_eq!(Error::new(ErrorKind::Deadline, "z").with_source(ended).request_id(), Some("7"));
        assert_eq!(Error::new(ErrorKind::Deadline, "z").request_id(), None);
    }

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
