//! A transport over the caller's own `ureq::Agent`, by ureq's public interface only.

use core::fmt;
use core::time::Duration;
use std::io::{ErrorKind as Io, Read};
use std::time::{Instant, SystemTime};

use smileid_core::{
    Clock, Headers, Method, Moment, Request, Response, Transport, TransportError, TransportErrorKind as Kind,
};
use smileid_http::{Body, Cause, Compression, TransportOptions, USER_AGENT, head_bytes, origin, unix_millis};
use ureq::http::{self, Response as Reply};
use ureq::{Agent, AsSendBody, RequestExt, Timeout};

use crate::error;

/// A blocking transport over your own `ureq::Agent`. Needs the feature `ureq-agent`. Clones share the agent.
///
/// This type is outside semver: a new major version of ureq is a minor change here.
/// Every request has its own timeout, size limits and user agent, follows no redirect, and asks for no compression, whatever
/// the agent's configuration says. Your agent decides the rest:
///
/// | promise | what your agent must do |
/// |---|---|
/// | no proxy that you did not choose | `proxy(None)`: ureq reads the environment by default |
/// | TLS is verified | leave `disable_verification` off; choose the trusted certificates. Without a TLS feature of ureq, https fails |
/// | nothing is added to a request | use no middleware that changes it |
/// | only so many requests in flight | bound your threads: this transport does not |
/// | calls and sleeps can be interrupted | `Agent::shutdown` ends exchanges, but neither looking up a name nor connecting; a sleep ends by itself |
///
/// Features of ureq change it too, also if another crate in your program turns them on. Its public interface cannot switch them off:
///
/// | feature of ureq 3.5 | what changes |
/// |---|---|
/// | `gzip` (a default), `brotli` | a compressed response is decompressed although the request asked for none. An empty one that claims to be compressed fails |
/// | `cookies` | cookies of responses are kept and sent with later requests |
///
/// A response without a length that ends in a reset counts as complete. `smileid-images` does not use this transport.
/// If a logger accepts the level trace, ureq writes every byte of requests and responses to it, keys and photos included.
///
/// ```
/// let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
/// let transport = smileid_http_blocking::UreqTransport::new(agent);
/// ```
#[derive(Clone)]
pub struct UreqTransport {
    agent: Agent,
    origin: Instant,
}

impl UreqTransport {
    /// Creates a transport over this agent.
    #[must_use]
    pub fn new(agent: Agent) -> Self {
        Self { agent, origin: origin() }
    }

    fn exchange(&self, request: &Request) -> Result<Response, TransportError> {
        let bad = || Cause::BadRequest.of(Kind::Other);
        // As a field: if a request's configuration has another user agent than the agent's, ureq keeps no connection.
        let mut asked = http::Request::builder().uri(&request.url).header(http::header::USER_AGENT, USER_AGENT);
        for (name, value) in request.headers.iter() {
            asked = asked.header(name, value);
        }
        let received = match request.method {
            Method::Post => {
                let asked = asked.method(http::Method::POST).body(request.body.as_slice());
                self.run(asked.map_err(|_| bad())?, request.timeout)
            }
            Method::Get => self.run(asked.body(()).map_err(|_| bad())?, request.timeout),
            _ => return Err(bad()),
        };
        let response = received.map_err(|error| failed(error, Kind::Other))?;
        let (head, body) = response.into_parts();
        let mut headers = Headers::new();
        for (name, value) in &head.headers {
            headers.append(name.as_str(), &String::from_utf8_lossy(value.as_bytes()));
        }
        if head_bytes(&headers) > TransportOptions::MAX_HEAD_BYTES {
            return Err(Cause::HeadTooLarge.of(Kind::TooLarge));
        }
        let mut whole = Body::new(&headers, Compression::Off, request.max_response_bytes)?;
        let mut reader = body.into_reader();
        let mut piece = [0; 8 * 1024];
        loop {
            match reader.read(&mut piece) {
                Ok(0) => break,
                Ok(read) => whole.push(piece.get(..read).unwrap_or_default())?,
                Err(error) if error.kind() == Io::Interrupted => {}
                Err(error) => return Err(failed(error.into(), Kind::Closed)),
            }
        }
        let mut response = Response::new(head.status.as_u16(), whole.finish()?);
        response.headers = headers;
        Ok(response)
    }

    fn run<B: AsSendBody>(&self, asked: http::Request<B>, timeout: Duration) -> Result<Reply<ureq::Body>, ureq::Error> {
        let request = asked.with_agent(&self.agent).configure().http_status_as_error(false);
        let request = request.max_redirects(0).max_redirects_will_error(false);
        let request = request.timeout_global(Some(timeout.min(TransportOptions::LONGEST)));
        let request = request.max_response_header_size(TransportOptions::MAX_HEAD_BYTES);
        request.accept("").accept_encoding("").build().run()
    }
}

/// The kind of ureq's error, which may contain an address: nothing of its text is kept. `other` is for an error without a name here.
fn failed(error: ureq::Error, other: Kind) -> TransportError {
    match error {
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => Cause::ConnectTimeout.of(Kind::Connect),
        ureq::Error::Timeout(_) => TransportError::new(Kind::Timeout),
        ureq::Error::HostNotFound => Cause::NameNotFound.of(Kind::Connect),
        ureq::Error::ConnectionFailed => Cause::Library.of(Kind::Connect),
        ureq::Error::ConnectProxyFailed(_) | ureq::Error::InvalidProxyUrl => Cause::Proxy.of(Kind::Connect),
        // ureq reports connecting and exchanging alike, so the system's word decides.
        ureq::Error::Io(error) => match error.kind() {
            Io::ConnectionRefused | Io::HostUnreachable | Io::NetworkUnreachable => error::connecting(&error),
            _ => error::exchanging(&error),
        },
        ureq::Error::Protocol(_) => Cause::NotHttp.of(Kind::Closed),
        ureq::Error::LargeResponseHeader(..) => Cause::HeadTooLarge.of(Kind::TooLarge),
        ureq::Error::Tls(_) | ureq::Error::TlsRequired => Cause::Library.of(Kind::Tls),
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => Cause::BadRequest.of(Kind::Other),
        _ => Cause::Library.of(other),
    }
}

impl fmt::Debug for UreqTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UreqTransport").finish_non_exhaustive()
    }
}

impl Clock for UreqTransport {
    fn now(&self) -> Moment {
        Moment::new(unix_millis(SystemTime::now()), self.origin.elapsed())
    }
}

impl Transport for UreqTransport {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        self.exchange(request)
    }

    fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        std::thread::sleep(duration);
        Ok(())
    }
}
