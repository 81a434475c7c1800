//! The seam: what a transport and its clock must do, and the few kinds of a failed exchange. No transport lives here.

use alloc::boxed::Box;
use core::fmt;
use core::future::Future;
use core::time::Duration;

use crate::message::{Request, Response};
use crate::time::Moment;

/// Reports the time. Core has no clock.
pub trait Clock {
    /// The present: wall time for signing and freshness, monotonic time for deadlines.
    ///
    /// Let all clocks of a program count monotonic time from one origin: clones of a configuration may share what ends at a time of it.
    fn now(&self) -> Moment;
}

/// Carries one request to the service and brings the reply back, blocking the calling thread.
///
/// # Contract
/// - Method, URL, header fields and body go out as they are, for a `GET` as for a `POST`. A secret field is never logged.
/// - Any status is `Ok`: a 404 or a 500 is a [`Response`], so that its body is not lost.
/// - Redirects are not followed: a 3xx is a [`Response`] like any other.
/// - Nothing is retried inside: the session decides what is sent again, signed anew.
/// - The whole exchange ends within [`Request::timeout`], else [`TransportErrorKind::Timeout`].
/// - Reading stops one byte past [`Request::max_response_bytes`], counted after any decoding, with
///   [`TransportErrorKind::TooLarge`].
/// - A body cut short of its framing is [`TransportErrorKind::Closed`], never a short `Ok`.
/// - Bodies are never logged, and every repeat of a header field is handed on.
///
/// The `smileid-conformance` crate tests all of it.
pub trait Transport: Clock + Send + Sync {
    /// Sends `request` and reads the whole reply.
    ///
    /// # Errors
    /// [`TransportError`] if no complete reply came.
    fn send(&self, request: &Request) -> Result<Response, TransportError>;

    /// Waits for `duration`.
    ///
    /// # Errors
    /// [`TransportErrorKind::Cancelled`] if the transport was asked to stop meanwhile; the call then ends with that. It returns
    /// early for no other reason.
    fn sleep(&self, duration: Duration) -> Result<(), TransportError>;
}

/// Carries one request to the service and brings the reply back, as a future.
///
/// The contract is [`Transport`]'s; dropping a future abandons the exchange and leaves nothing behind.
pub trait AsyncTransport: Clock + Send + Sync {
    /// Sends `request` and reads the whole reply.
    ///
    /// # Errors
    /// [`TransportError`] if no complete reply came.
    fn send(&self, request: &Request) -> impl Future<Output = Result<Response, TransportError>> + Send;

    /// Waits for `duration`.
    ///
    /// # Errors
    /// [`TransportErrorKind::Cancelled`] if the transport was asked to stop meanwhile. A dropped future needs no error.
    fn sleep(&self, duration: Duration) -> impl Future<Output = Result<(), TransportError>> + Send;
}

/// Why no complete reply came. The session reads this and nothing else of a [`TransportError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection: name not found, refused, unreachable.
    Connect,
    /// The request's timeout passed.
    Timeout,
    /// The connection ended before the reply was complete, or the reply was not HTTP.
    Closed,
    /// The exchange was cancelled on this side.
    Cancelled,
    /// The body is longer than [`Request::max_response_bytes`], or the head longer than the transport's cap.
    TooLarge,
    /// No trustworthy TLS connection: certificate, host name, protocol, or no roots to trust.
    Tls,
    /// Anything else.
    Other,
}

impl TransportErrorKind {
    /// Returns the kind in a word fit for metrics and messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
            Self::TooLarge => "too_large",
            Self::Tls => "tls",
            Self::Other => "other",
        }
    }

    const fn sentence(self) -> &'static str {
        match self {
            Self::Connect => "no connection could be made",
            Self::Timeout => "the exchange took longer than its time-out",
            Self::Closed => "the connection ended before the reply was complete",
            Self::Cancelled => "the exchange was cancelled",
            Self::TooLarge => "the reply is larger than the limit",
            Self::Tls => "no trustworthy TLS connection could be made",
            Self::Other => "the transport failed",
        }
    }
}

impl fmt::Display for TransportErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sentence())
    }
}

/// A failed exchange: a kind for the session, and a cause for people.
///
/// The cause is reached only through [`core::error::Error::source`] and is never part of this error's own text, since an HTTP
/// library's message may contain a URL or a value. A transport gives a cause only if it contains neither.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    source: Option<Box<dyn core::error::Error + Send + Sync>>,
}

impl TransportError {
    /// Creates an error without a cause.
    #[must_use]
    pub const fn new(kind: TransportErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// Creates an error with the cause that people may read.
    #[must_use]
    pub fn with_source(kind: TransportErrorKind, source: impl Into<Box<dyn core::error::Error + Send + Sync>>) -> Self {
        Self { kind, source: Some(source.into()) }
    }

    /// Returns what happened, in the one word policy reads.
    #[must_use]
    pub const fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.sentence())
    }
}

impl core::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match &self.source {
            Some(source) => Some(source.as_ref()),
            None => None,
        }
    }
}

/// A transport that reports another clock's time: a fixed or skewed clock beside a real HTTP stack.
///
/// Exchanges and sleeps are the inner transport's.
#[derive(Debug, Clone)]
pub struct WithClock<T, C> {
    transport: T,
    clock: C,
}

impl<T, C> WithClock<T, C> {
    /// Wraps `transport`, with `clock` for the time.
    pub const fn new(transport: T, clock: C) -> Self {
        Self { transport, clock }
    }

    /// Returns the inner transport.
    pub const fn transport(&self) -> &T {
        &self.transport
    }
}

impl<T, C: Clock> Clock for WithClock<T, C> {
    fn now(&self) -> Moment {
        self.clock.now()
    }
}

impl<T: Transport, C: Clock + Send + Sync> Transport for WithClock<T, C> {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        self.transport.send(request)
    }

    fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        self.transport.sleep(duration)
    }
}

impl<T: AsyncTransport, C: Clock + Send + Sync> AsyncTransport for WithClock<T, C> {
    fn send(&self, request: &Request) -> impl Future<Output = Result<Response, TransportError>> + Send {
        self.transport.send(request)
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = Result<(), TransportError>> + Send {
        self.transport.sleep(duration)
    }
}
