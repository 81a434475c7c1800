//! The transport itself: one exchange, bounded in time, size and number. `error.rs` names the failures.

use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;
use std::time::SystemTime;

use hyper::ext::ReasonPhrase;
use reqwest::Client;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use smileid_core::{
    AsyncTransport, Clock, Headers, Method, Moment, Request, Response, TransportError, TransportErrorKind as Kind,
};
use smileid_http::{Body, Cause, Compression, Latest, SetupError, TransportOptions, head_bytes, origin, unix_millis};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

use crate::{error, setup};

/// An async transport over reqwest and tokio. Clones share connections and the bound on requests in flight.
///
/// ```no_run
/// use smileid_http_async::{TransportOptions, ReqwestTransport, Roots};
/// let transport = ReqwestTransport::new()?;
/// let in_a_bare_container = ReqwestTransport::with_options(&TransportOptions::new().with_roots(Roots::Bundled))?;
/// # Ok::<(), smileid_http_async::SetupError>(())
/// ```
#[derive(Clone)]
pub struct ReqwestTransport {
    client: Client,
    /// A client that was given may follow redirects; one that was made here follows none.
    may_redirect: bool,
    /// Monotonic time counts from here.
    origin: Instant,
    in_flight: Arc<Semaphore>,
    url: Arc<Latest<reqwest::Url>>,
    compression: Compression,
    connect_timeout: Duration,
    max_head_bytes: usize,
}

/// What a request's fields hold nearly always.
const JSON: &str = "application/json";
/// What core asks for.
const IDENTITY: &str = "identity";

impl ReqwestTransport {
    /// Creates a transport with every option at its default.
    ///
    /// # Errors
    /// [`SetupError::NoRoots`] if the system has no trusted certificates.
    pub fn new() -> Result<Self, SetupError> {
        Self::with_options(&TransportOptions::new())
    }

    /// Creates a transport with these options.
    ///
    /// # Errors
    /// [`SetupError`] if no transport can be made from them on this machine.
    pub fn with_options(options: &TransportOptions) -> Result<Self, SetupError> {
        Ok(Self::with(setup::client(options)?, options, false))
    }

    /// Creates a transport over your own `reqwest::Client`. Needs the feature `reqwest-client`.
    ///
    /// This function is outside semver: a new major version of reqwest is a minor change here.
    ///
    /// Your client decides what this crate decides otherwise, so configure it with care:
    ///
    /// | promise | what your client must do |
    /// |---|---|
    /// | no redirect is followed | `redirect(Policy::none())`. An answer that came by a redirect is refused, but your signed request was sent on |
    /// | nothing is sent again unasked | `retry(retry::never())` |
    /// | no proxy that you did not choose | `no_proxy()`: reqwest reads the environment by default |
    /// | no cookies | leave the cookie store off |
    /// | TLS has a provider | `tls_backend_preconfigured`, or install one: this crate's reqwest has none, and building a client panics without |
    /// | TLS is verified | leave the `danger_…` options off, and choose the trusted certificates |
    /// | connecting ends early | `connect_timeout`; the whole exchange still ends by its own deadline |
    /// | a field of many KiB does not fill memory | `http1_max_headers`; the head's size is still checked once it is read |
    ///
    /// This transport still bounds the time of an exchange, the requests in flight and the body's size, decompressed or not. Of `options`,
    /// it uses the compression, the requests in flight and the head's size.
    #[cfg(feature = "reqwest-client")]
    #[must_use]
    pub fn from_client(client: Client, options: &TransportOptions) -> Self {
        Self::with(client, options, true)
    }

    fn with(client: Client, options: &TransportOptions, may_redirect: bool) -> Self {
        Self {
            client,
            may_redirect,
            origin: Instant::from_std(origin()),
            in_flight: Arc::new(Semaphore::new(options.max_in_flight().min(Semaphore::MAX_PERMITS))),
            url: Arc::default(),
            compression: options.compression(),
            connect_timeout: options.connect_timeout(),
            max_head_bytes: options.max_head_bytes(),
        }
    }

    /// A place among the requests in flight, and what is left of the time. Where one is free, no timer is set for it.
    async fn place(&self, timeout: Duration) -> Result<(SemaphorePermit<'_>, Duration), TransportError> {
        if let Ok(place) = self.in_flight.try_acquire() {
            return Ok((place, timeout));
        }
        let started = Instant::now();
        match tokio::time::timeout(timeout, self.in_flight.acquire()).await {
            Ok(Ok(place)) => Ok((place, timeout.saturating_sub(started.elapsed()))),
            // It is never closed, so that it fails for no reason but ours.
            Ok(Err(_)) => Err(Cause::InFlight.of(Kind::Other)),
            Err(_) => Err(Cause::InFlight.of(Kind::Timeout)),
        }
    }

    async fn exchange(&self, request: &Request) -> Result<Response, TransportError> {
        let prepared = self.prepare(request)?;
        let asked = self.may_redirect.then(|| prepared.url().clone());
        let mut reply = self.client.execute(prepared).await.map_err(|e| error::before_head(&e))?;
        if asked.is_some_and(|asked| *reply.url() != asked) {
            return Err(Cause::RedirectFollowed.of(Kind::Other));
        }
        let mut response = Response::new(reply.status().as_u16(), Vec::new());
        response.headers = received(reply.headers());
        // hyper keeps the words behind the status where they are not the usual ones.
        let words = reply.extensions().get::<ReasonPhrase>().map_or(0, |words| words.as_bytes().len());
        if head_bytes(&response.headers).saturating_add(words) > self.max_head_bytes {
            return Err(Cause::HeadTooLarge.of(Kind::TooLarge));
        }
        let mut body = Body::new(&response.headers, self.compression, request.max_response_bytes)?;
        while let Some(piece) = reply.chunk().await.map_err(|e| error::in_reply(&e))? {
            body.push(&piece)?;
        }
        response.body = body.finish()?;
        Ok(response)
    }

    fn prepare(&self, request: &Request) -> Result<reqwest::Request, TransportError> {
        let bad = || Cause::BadRequest.of(Kind::Other);
        let parse = reqwest::Url::parse;
        let mut prepared = match request.method {
            Method::Post => {
                let url = self.url.get(&request.url, parse).map_err(|_| bad())?;
                let mut prepared = reqwest::Request::new(reqwest::Method::POST, url);
                *prepared.body_mut() = Some(request.body.clone().into());
                prepared
            }
            // An image's link is a credential, and is not kept.
            Method::Get => reqwest::Request::new(reqwest::Method::GET, parse(&request.url).map_err(|_| bad())?),
            _ => return Err(bad()),
        };
        for field in request.headers.fields() {
            // The names of every request need no reading.
            let name = match field.name {
                "Accept" => ACCEPT,
                "Accept-Encoding" => ACCEPT_ENCODING,
                "Content-Type" => CONTENT_TYPE,
                other => HeaderName::from_bytes(other.as_bytes()).map_err(|_| bad())?,
            };
            // The head is copied three times on its way through reqwest, and a text of the program's own is copied for nothing.
            let mut value = match field.value {
                JSON => HeaderValue::from_static(JSON),
                IDENTITY => HeaderValue::from_static(IDENTITY),
                other => HeaderValue::from_str(other).map_err(|_| bad())?,
            };
            value.set_sensitive(field.is_secret);
            prepared.headers_mut().append(name, value);
        }
        // Gzip takes the place of what core asks for. An image is asked for without it.
        if self.compression == Compression::Gzip && request.operation != "image" {
            prepared.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        }
        Ok(prepared)
    }
}

impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransport")
            .field("compression", &self.compression)
            .field("max_head_bytes", &self.max_head_bytes)
            .field("free_places", &self.in_flight.available_permits())
            .finish_non_exhaustive()
    }
}

impl Clock for ReqwestTransport {
    fn now(&self) -> Moment {
        Moment::new(unix_millis(SystemTime::now()), self.origin.elapsed())
    }
}

impl AsyncTransport for ReqwestTransport {
    async fn send(&self, request: &Request) -> Result<Response, TransportError> {
        if Handle::try_current().is_err() {
            return Err(Cause::NoRuntime.of(Kind::Other));
        }
        // It is free again when this future ends or is dropped.
        let (_place, left) = self.place(request.timeout).await?;
        match tokio::time::timeout(left, self.exchange(request)).await {
            // Of two timeouts that end together, the request's is the one reported.
            Ok(Err(error)) if left <= self.connect_timeout => Err(Cause::as_timeout(error)),
            Ok(outcome) => outcome,
            Err(_) => Err(TransportError::new(Kind::Timeout)),
        }
    }

    async fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        if Handle::try_current().is_err() {
            return Err(Cause::NoRuntime.of(Kind::Other));
        }
        tokio::time::sleep(duration).await;
        Ok(())
    }
}

/// The fields as plain text, repeats included; a byte that is no UTF-8 becomes U+FFFD.
fn received(fields: &HeaderMap) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in fields {
        headers.append(name.as_str(), &String::from_utf8_lossy(value.as_bytes()));
    }
    headers
}
