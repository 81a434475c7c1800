//! The transport itself: one exchange, bounded in time, size and number.

use alloc::sync::Arc;
use core::fmt;
use core::time::Duration;
use std::io::Write;
use std::time::{Instant, SystemTime};

use smileid_core::{Clock, Moment, Request, Response, Transport, TransportError, TransportErrorKind as Kind};
use smileid_http::{Cause, Compression, SetupError, TransportOptions, origin, unix_millis};

use crate::dial::Dialer;
use crate::error::{self, Missing};
use crate::pool::Pool;
use crate::request::{self, Target};
use crate::response;
use crate::semaphore::Semaphore;

/// A blocking transport. Clones share connections, the bound on requests in flight, and the interruption.
///
/// ```no_run
/// use smileid_http_blocking::{HttpTransport, TransportOptions, Roots};
/// let transport = HttpTransport::new()?;
/// let in_a_bare_container = HttpTransport::with_options(&TransportOptions::new().with_roots(Roots::Bundled))?;
/// # Ok::<(), smileid_http_blocking::SetupError>(())
/// ```
#[derive(Clone)]
pub struct HttpTransport {
    /// Monotonic time counts from here.
    origin: Instant,
    dialer: Dialer,
    permits: Semaphore,
    pool: Arc<Pool>,
    compression: Compression,
    max_head_bytes: usize,
}

impl HttpTransport {
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
        Ok(Self {
            origin: origin(),
            dialer: Dialer::new(options)?,
            permits: Semaphore::new(options.max_in_flight()),
            pool: Arc::new(Pool::new(options.max_idle(), options.idle_timeout())),
            compression: options.compression(),
            max_head_bytes: options.max_head_bytes(),
        })
    }

    /// Returns a handle that ends the calls and sleeps of this transport and its clones, from any thread.
    #[must_use]
    pub fn interrupt(&self) -> Interrupt {
        Interrupt { dialer: self.dialer.clone(), permits: self.permits.clone(), pool: Arc::clone(&self.pool) }
    }

    fn exchange(&self, request: &Request) -> Result<Response, TransportError> {
        let now = Instant::now();
        let until = now.checked_add(request.timeout.min(TransportOptions::LONGEST)).unwrap_or(now);
        let _permit = self.permits.acquire(until).map_err(|missing| match missing {
            Missing::TimedOut => Cause::InFlight.of(Kind::Timeout),
            Missing::Stopped => missing.into(),
        })?;
        let outcome = self.ask(request, until);
        // A socket that was shut down under the call looks like the service's own doing, or even like the end of a body.
        if self.permits.is_stopped() { Err(Missing::Stopped.into()) } else { outcome }
    }

    fn ask(&self, asked: &Request, until: Instant) -> Result<Response, TransportError> {
        let bad = || Cause::BadRequest.of(Kind::Other);
        let target = Target::parse(&asked.url).ok_or_else(bad)?;
        let bytes = request::written(asked, &target, self.compression).ok_or_else(bad)?;
        let mut connection = match self.pool.take(&target) {
            Some(idle) => idle,
            None => self.dialer.connect(&target, until, &self.permits)?,
        };
        connection.socket.set_deadline(until);
        let wire = &mut connection.inbox.source;
        wire.write_all(bytes.bytes()).and_then(|()| wire.flush()).map_err(|error| error::exchanging(&error))?;
        let most = asked.max_response_bytes;
        let received = response::read(&mut connection.inbox, self.max_head_bytes, self.compression, most)?;
        if received.reusable && !self.permits.is_stopped() {
            self.pool.put(&target, connection);
        }
        Ok(received.response)
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport")
            .field("compression", &self.compression)
            .field("max_head_bytes", &self.max_head_bytes)
            .field("free_permits", &self.permits.free())
            .finish_non_exhaustive()
    }
}

impl Clock for HttpTransport {
    fn now(&self) -> Moment {
        Moment::new(unix_millis(SystemTime::now()), self.origin.elapsed())
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        self.exchange(request)
    }

    fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        self.permits.pause(duration).map_err(Into::into)
    }
}

/// Ends the calls and sleeps of a [`HttpTransport`], as on Ctrl-C or when a service shuts down.
#[derive(Clone)]
pub struct Interrupt {
    dialer: Dialer,
    permits: Semaphore,
    pool: Arc<Pool>,
}

impl Interrupt {
    /// Ends every call and sleep of the transport and its clones with [`Kind::Cancelled`], those that come later included, and
    /// closes its connections. Make a new transport to go on.
    pub fn stop(&self) {
        self.permits.stop();
        self.dialer.stop();
        self.pool.clear();
    }
}

impl fmt::Debug for Interrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interrupt").finish_non_exhaustive()
    }
}
