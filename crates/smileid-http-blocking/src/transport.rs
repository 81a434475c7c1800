//! The transport itself: one exchange, bounded in time, size and number. What a failure is called is told in `error.rs`, how a connection
//! is opened in `dial.rs`.

use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;
use std::io::Read;
use std::time::Instant;

use smileid_core::client::FromEnv;
use smileid_core::message::{Headers, Method, Request, Response};
use smileid_core::time::Moment;
use smileid_core::transport::{Clock, Transport, TransportError, TransportErrorKind as Kind};
use smileid_core::{Config, Error};
use smileid_http::images::ImagePolicy;
use smileid_http::{Body, Cause, Compression, Latest, Options, SetupError, config_from_env, head_bytes, is_loopback};
use ureq::http::{self, HeaderMap};
use ureq::{Agent, AsSendBody};

use crate::clock::SystemClock;
use crate::dial::Dialer;
use crate::gate::{Gate, Missing};
use crate::{error, setup, wire_log};

/// A blocking transport over ureq. Clones share connections, the bound on requests in flight, and the word to stop.
///
/// ```no_run
/// use smileid_http_blocking::{Options, Roots, Ureq};
/// let transport = Ureq::new()?;
/// let in_a_bare_container = Ureq::with_options(&Options::new().with_roots(Roots::Bundled))?;
/// # Ok::<(), smileid_http_blocking::SetupError>(())
/// ```
#[derive(Clone)]
pub struct Ureq {
    agent: Agent,
    clock: SystemClock,
    dialer: Dialer,
    gate: Gate<()>,
    url: Arc<Latest<http::Uri>>,
    compression: Compression,
    max_head_bytes: usize,
}

type Outcome = Result<Response, TransportError>;
type Prepared<B> = Result<http::Request<B>, TransportError>;

/// No exchange is allowed to take longer than this, whatever its request says: a year.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// How much of a body is read at a time.
const PIECE: usize = 16 * 1024;

impl Ureq {
    /// A transport with every option at its default.
    ///
    /// # Errors
    /// [`SetupError::NoRoots`] where the system has no trusted certificates.
    pub fn new() -> Result<Self, SetupError> {
        Self::with_options(&Options::new())
    }

    /// A transport with these options.
    ///
    /// # Errors
    /// [`SetupError`] where no transport can be made from them on this machine; [`SetupError::WireLogged`] where a logger would keep
    /// every byte that ureq sends and receives.
    pub fn with_options(options: &Options) -> Result<Self, SetupError> {
        if wire_log::is_on() {
            return Err(SetupError::WireLogged);
        }
        Self::over(Dialer::new(options.max_in_flight(), options.idle_timeout()), options)
    }

    /// A transport of images: it connects to no address that the policy does not permit, and undoes no coding.
    pub(crate) fn of_images(options: &Options, policy: &ImagePolicy) -> Result<Self, SetupError> {
        if wire_log::is_on() {
            return Err(SetupError::WireLogged);
        }
        if wire_log::shows_urls() {
            return Err(SetupError::UrlsLogged);
        }
        let dialer = Dialer::new(options.max_in_flight(), options.idle_timeout());
        let dialer = if policy.sees_addresses(options)? { dialer.asking(policy.clone()) } else { dialer };
        Self::over(dialer, &options.clone().with_compression(Compression::Off))
    }

    fn over(dialer: Dialer, options: &Options) -> Result<Self, SetupError> {
        Ok(Self {
            agent: setup::agent(options, &dialer)?,
            dialer,
            clock: SystemClock::start(),
            gate: Gate::new(options.max_in_flight()),
            url: Arc::default(),
            compression: options.compression(),
            max_head_bytes: options.max_head_bytes(),
        })
    }

    /// A handle that ends the calls and sleeps of this transport and its clones, from any thread.
    #[must_use]
    pub fn interrupt(&self) -> Interrupt {
        Interrupt { agent: self.agent.clone(), dialer: self.dialer.clone(), gate: self.gate.clone() }
    }

    fn exchange(&self, request: &Request) -> Outcome {
        if wire_log::is_on() {
            return Err(Cause::WireLogged.of(Kind::Other));
        }
        let timeout = request.timeout.min(LONGEST);
        let begun = Instant::now();
        let left = || timeout.saturating_sub(begun.elapsed());
        let _place = self.gate.place(left()).map_err(|m| match m {
            Missing::TimedOut => Cause::InFlight.of(Kind::Timeout),
            other => missing(other),
        })?;
        let outcome = match request.method {
            Method::Post => self.receive(self.post(request, left())?, request.max_response_bytes),
            Method::Get if wire_log::shows_urls() => Err(Cause::UrlsLogged.of(Kind::Other)),
            Method::Get => self.receive(self.get(request, left())?, request.max_response_bytes),
            _ => Err(Cause::BadRequest.of(Kind::Other)),
        };
        // A socket that was closed under the call looks like the service's own doing, or even like the end of a body.
        if self.gate.is_stopped() { Err(missing(Missing::Stopped)) } else { outcome }
    }

    /// The whole exchange.
    fn receive(&self, request: http::Request<impl AsSendBody>, max_bytes: usize) -> Outcome {
        let (head, body) = self.agent.run(request).map_err(|e| error::of(&e))?.into_parts();
        let mut response = Response::new(head.status.as_u16(), Vec::new());
        response.headers = received(&head.headers);
        if head_bytes(&response.headers) > self.max_head_bytes {
            return Err(Cause::HeadTooLarge.of(Kind::TooLarge));
        }
        // HTTP/1.0 knows no chunks: ureq would hand them over as they came.
        if head.version < http::Version::HTTP_11 && response.headers.first("transfer-encoding").is_some() {
            return Err(Cause::NotHttp.of(Kind::Closed));
        }
        let mut whole = Body::new(&response.headers, self.compression, max_bytes)?;
        let mut reader = body.into_with_config().limit(u64::MAX).reader();
        let mut piece = [0; PIECE];
        loop {
            match reader.read(&mut piece) {
                Ok(0) => break,
                Ok(read) => whole.push(piece.get(..read).unwrap_or_default())?,
                Err(error) => return Err(error::of(&error.into())),
            }
        }
        response.body = whole.finish()?;
        Ok(response)
    }

    fn post(&self, request: &Request, left: Duration) -> Prepared<Vec<u8>> {
        let uri = self.url.get(&request.url, str::parse).map_err(|_| Cause::BadRequest.of(Kind::Other))?;
        let mut builder = http::Request::post(uri);
        for (name, value) in request.headers.iter() {
            builder = builder.header(name, value);
        }
        if let (Compression::Gzip, Some(headers)) = (self.compression, builder.headers_mut()) {
            headers.insert(http::header::ACCEPT_ENCODING, http::HeaderValue::from_static("gzip"));
        }
        self.bounded(builder.body(request.body.clone()), left)
    }

    /// Of an image: nothing goes with it but the link, which is not kept.
    fn get(&self, request: &Request, left: Duration) -> Prepared<()> {
        self.bounded(http::Request::get(request.url.as_str()).body(()), left)
    }

    fn bounded<B: AsSendBody>(&self, prepared: http::Result<http::Request<B>>, left: Duration) -> Prepared<B> {
        let prepared = prepared.map_err(|_| Cause::BadRequest.of(Kind::Other))?;
        let loopback = prepared.uri().host().is_some_and(is_loopback);
        let config = self.agent.configure_request(prepared).timeout_global(Some(left));
        Ok(if loopback { config.proxy(None).build() } else { config.build() })
    }
}

impl FromEnv for Ureq {
    fn from_env() -> Result<(Self, Config), Error> {
        Ok((Self::new()?, config_from_env()?))
    }
}

impl fmt::Debug for Ureq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ureq")
            .field("compression", &self.compression)
            .field("max_head_bytes", &self.max_head_bytes)
            .field("free_places", &self.gate.free())
            .finish_non_exhaustive()
    }
}

impl Clock for Ureq {
    fn now(&self) -> Moment {
        self.clock.now()
    }
}

impl Transport for Ureq {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        self.exchange(request)
    }

    fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        self.gate.call().and_then(|call| call.pause(duration)).map_err(missing)
    }
}

/// Ends the calls and sleeps of a [`Ureq`], as on Ctrl-C or when a service shuts down.
#[derive(Clone)]
pub struct Interrupt {
    agent: Agent,
    dialer: Dialer,
    gate: Gate<()>,
}

impl Interrupt {
    /// Ends every call and sleep of the transport and its clones with [`Kind::Cancelled`], those that come later included, and
    /// closes its connections. Make a new transport to go on.
    pub fn stop(&self) {
        self.gate.stop();
        self.dialer.stop();
        self.agent.clone().shutdown();
    }
}

impl fmt::Debug for Interrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interrupt").finish_non_exhaustive()
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

fn missing(missing: Missing) -> TransportError {
    match missing {
        Missing::TimedOut => TransportError::new(Kind::Timeout),
        Missing::Stopped => TransportError::new(Kind::Cancelled),
        Missing::Lost => Cause::Library.of(Kind::Other),
    }
}
