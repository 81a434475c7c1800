//! A transport that sends for real and sleeps in virtual time: pauses of a minute cost a test nothing. It changes no exchange.

use alloc::sync::Arc;
use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};

use smileid_core::{AsyncTransport, Clock, Moment, Request, Response, Transport, TransportError};

/// A transport whose sleeps are skipped: its clock jumps instead, wall and monotonic time alike.
///
/// Clones skip together. With a real service behind it, mind that its replies are signed by a clock that does not jump.
///
/// ```
/// use smileid_conformance::{FakeClock, Hurried, Scripted};
/// use smileid_core::{Clock, Transport};
/// use std::time::Duration;
///
/// let transport = Hurried::new(Scripted::new(FakeClock::at(0), []));
/// transport.sleep(Duration::from_secs(60))?;
/// assert_eq!(transport.now().unix_millis(), 60_000);
/// assert_eq!(transport.slept(), [Duration::from_secs(60)]);
/// # Ok::<(), smileid_core::TransportError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Hurried<T> {
    transport: T,
    slept: Arc<Mutex<Vec<Duration>>>,
}

impl<T> Hurried<T> {
    /// Wraps `transport`, so that its sleeps end at once.
    #[must_use]
    pub fn new(transport: T) -> Self {
        Self { transport, slept: Arc::default() }
    }

    /// Returns the transport that sends.
    pub const fn transport(&self) -> &T {
        &self.transport
    }

    /// Returns every sleep so far, in order.
    #[must_use]
    pub fn slept(&self) -> Vec<Duration> {
        self.record().clone()
    }

    fn skip(&self, duration: Duration) {
        self.record().push(duration);
    }

    fn record(&self) -> MutexGuard<'_, Vec<Duration>> {
        self.slept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clock> Clock for Hurried<T> {
    fn now(&self) -> Moment {
        let skipped = self.record().iter().fold(Duration::ZERO, |sum, slept| sum.saturating_add(*slept));
        let now = self.transport.now();
        let millis = i64::try_from(skipped.as_millis()).unwrap_or(i64::MAX);
        Moment::new(now.unix_millis().saturating_add(millis), now.monotonic().saturating_add(skipped))
    }
}

impl<T: Transport> Transport for Hurried<T> {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        self.transport.send(request)
    }

    fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        self.skip(duration);
        Ok(())
    }
}

impl<T: AsyncTransport> AsyncTransport for Hurried<T> {
    fn send(&self, request: &Request) -> impl Future<Output = Result<Response, TransportError>> + Send {
        self.transport.send(request)
    }

    async fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        self.skip(duration);
        Ok(())
    }
}
