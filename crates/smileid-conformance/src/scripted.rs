//! A transport that plays a script in virtual time: no socket, no waiting. It keeps the transport contract as a real one must.

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};

use smileid_core::{AsyncTransport, Clock, Moment, Request, Response, Transport, TransportError, TransportErrorKind};

use crate::FakeClock;

/// What comes of one request in a script.
#[derive(Debug, Clone)]
pub struct Exchange {
    outcome: Outcome,
    after: Duration,
}

#[derive(Debug, Clone)]
enum Outcome {
    Reply(Response),
    Failure(TransportErrorKind),
}

impl Exchange {
    /// Creates a complete reply, at once.
    #[must_use]
    pub const fn reply(reply: Response) -> Self {
        Self { outcome: Outcome::Reply(reply), after: Duration::ZERO }
    }

    /// Creates a failure, at once.
    #[must_use]
    pub const fn failure(kind: TransportErrorKind) -> Self {
        Self { outcome: Outcome::Failure(kind), after: Duration::ZERO }
    }

    /// Creates a silence: the request's timeout ends it.
    #[must_use]
    pub const fn silence() -> Self {
        Self { outcome: Outcome::Failure(TransportErrorKind::Timeout), after: Duration::MAX }
    }

    /// Delays the outcome. If the delay is longer than the request's timeout, it is the timeout.
    #[must_use]
    pub const fn after(mut self, delay: Duration) -> Self {
        self.after = delay;
        self
    }
}

/// A request as a [`Scripted`] transport was given it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Sent {
    /// The request.
    pub request: Request,
    /// When it was sent.
    pub at: Moment,
}

/// A transport, blocking and async, that plays a script in virtual time.
///
/// Each request takes the next [`Exchange`]; sleeping moves the [`FakeClock`] and returns. Limits are kept as the contract asks: a
/// reply later than the request's timeout is a timeout, a body over the cap is too large. As a future, each send and each sleep
/// is pending once before it has its effect, so that it can be dropped half-way. Clones share script, clock and record.
///
/// ```
/// use smileid_conformance::{Exchange, FakeClock, Scripted};
/// use smileid_core::{Clock, Request, Response, Transport, TransportErrorKind};
/// use std::time::Duration;
///
/// let transport = Scripted::new(FakeClock::at(0), [
///     Exchange::failure(TransportErrorKind::Closed),
///     Exchange::reply(Response::new(200, b"{}".to_vec())).after(Duration::from_millis(30)),
/// ]);
/// let request = Request::post("https://example.invalid".into(), Vec::new(), Duration::from_secs(1), 1024);
/// assert_eq!(transport.send(&request).unwrap_err().kind(), TransportErrorKind::Closed);
/// assert_eq!(transport.send(&request).unwrap().status, 200);
/// assert_eq!(transport.now().unix_millis(), 30);
/// assert_eq!(transport.sent().len(), 2);
/// ```
#[derive(Clone)]
pub struct Scripted {
    clock: FakeClock,
    stage: Arc<Mutex<Stage>>,
}

struct Stage {
    play: Play,
    sent: Vec<Sent>,
    slept: Vec<Duration>,
}

type Play = Box<dyn FnMut(&Request, Moment) -> Exchange + Send>;

impl Scripted {
    /// Plays `exchanges` in order; a request after the last of them fails with [`TransportErrorKind::Other`].
    #[must_use]
    pub fn new(clock: FakeClock, exchanges: impl IntoIterator<Item = Exchange>) -> Self {
        let mut left: VecDeque<_> = exchanges.into_iter().collect();
        let ended = Exchange::failure(TransportErrorKind::Other);
        Self::answering(clock, move |_, _| left.pop_front().unwrap_or_else(|| ended.clone()))
    }

    /// Asks `play` what comes of each request, for replies that depend on it or on the time, as a signed one does.
    #[must_use]
    pub fn answering(clock: FakeClock, play: impl FnMut(&Request, Moment) -> Exchange + Send + 'static) -> Self {
        let stage = Stage { play: Box::new(play), sent: Vec::new(), slept: Vec::new() };
        Self { clock, stage: Arc::new(Mutex::new(stage)) }
    }

    /// Returns the clock, to let time pass or jump.
    #[must_use]
    pub const fn clock(&self) -> &FakeClock {
        &self.clock
    }

    /// Returns every request so far, in order.
    #[must_use]
    pub fn sent(&self) -> Vec<Sent> {
        self.stage().sent.clone()
    }

    /// Returns every sleep so far that was slept to its end, in order.
    #[must_use]
    pub fn slept(&self) -> Vec<Duration> {
        self.stage().slept.clone()
    }

    /// Records the request and takes the next exchange. The request is out from here on, even if its future is dropped.
    fn begin(&self, request: &Request) -> Exchange {
        let at = self.clock.now();
        let mut stage = self.stage();
        stage.sent.push(Sent { request: request.clone(), at });
        (stage.play)(request, at)
    }

    fn finish(&self, request: &Request, exchange: Exchange) -> Result<Response, TransportError> {
        if exchange.after > request.timeout {
            self.clock.advance(request.timeout);
            return Err(TransportError::new(TransportErrorKind::Timeout));
        }
        self.clock.advance(exchange.after);
        match exchange.outcome {
            Outcome::Reply(reply) if reply.body.len() > request.max_response_bytes => {
                Err(TransportError::new(TransportErrorKind::TooLarge))
            }
            Outcome::Reply(reply) => Ok(reply),
            Outcome::Failure(kind) => Err(TransportError::new(kind)),
        }
    }

    fn slept_through(&self, duration: Duration) {
        self.clock.advance(duration);
        self.stage().slept.push(duration);
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = self.stage();
        f.debug_struct("Scripted")
            .field("clock", &self.clock)
            .field("sent", &stage.sent.len())
            .field("slept", &stage.slept)
            .finish_non_exhaustive()
    }
}

impl Clock for Scripted {
    fn now(&self) -> Moment {
        self.clock.now()
    }
}

impl Transport for Scripted {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        let exchange = self.begin(request);
        self.finish(request, exchange)
    }

    fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        self.slept_through(duration);
        Ok(())
    }
}

impl AsyncTransport for Scripted {
    async fn send(&self, request: &Request) -> Result<Response, TransportError> {
        let exchange = self.begin(request);
        Pause::default().await;
        self.finish(request, exchange)
    }

    async fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        Pause::default().await;
        self.slept_through(duration);
        Ok(())
    }
}

/// Pending once.
#[derive(Default)]
struct Pause {
    passed: bool,
}

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.passed {
            return Poll::Ready(());
        }
        self.passed = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use core::task::Waker;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn request() -> Request {
        Request::post("https://example.invalid/job_status".into(), b"{}".to_vec(), SECOND, 4)
    }

    fn one(exchange: Exchange) -> Scripted {
        Scripted::new(FakeClock::at(0), [exchange])
    }

    #[test]
    fn limits_hold_as_the_contract_asks() {
        let reply = |body: &[u8]| Exchange::reply(Response::new(503, body.to_vec()));
        for (exchange, expected, passed) in [
            (reply(b"1234"), Ok(503), Duration::ZERO),
            (reply(b"12345"), Err(TransportErrorKind::TooLarge), Duration::ZERO),
            (reply(b"").after(SECOND), Ok(503), SECOND),
            (reply(b"").after(SECOND * 2), Err(TransportErrorKind::Timeout), SECOND),
            (Exchange::silence(), Err(TransportErrorKind::Timeout), SECOND),
            (
                Exchange::failure(TransportErrorKind::Closed).after(SECOND / 2),
                Err(TransportErrorKind::Closed),
                SECOND / 2,
            ),
        ] {
            let transport = one(exchange);
            let outcome = Transport::send(&transport, &request()).map(|r| r.status).map_err(|e| e.kind());
            assert_eq!((outcome, transport.now().monotonic()), (expected, passed));
        }
    }

    #[test]
    fn a_script_that_has_ended_says_so() {
        let transport = Scripted::new(FakeClock::at(0), []);
        let kind = Transport::send(&transport, &request()).unwrap_err().kind();
        assert_eq!(kind, TransportErrorKind::Other);
    }

    #[test]
    fn a_dropped_send_was_sent_and_a_dropped_sleep_was_not_slept() {
        let transport = one(Exchange::reply(Response::new(200, Vec::new())));
        let mut context = Context::from_waker(Waker::noop());
        let request = request();
        {
            let mut send = Box::pin(AsyncTransport::send(&transport, &request));
            assert!(send.as_mut().poll(&mut context).is_pending());
            let mut sleep = Box::pin(AsyncTransport::sleep(&transport, SECOND));
            assert!(sleep.as_mut().poll(&mut context).is_pending());
        }
        assert_eq!(transport.sent().len(), 1);
        assert!(transport.slept().is_empty());
        let mut sleep = Box::pin(AsyncTransport::sleep(&transport, SECOND));
        assert!(sleep.as_mut().poll(&mut context).is_pending());
        assert!(sleep.as_mut().poll(&mut context).is_ready());
        assert_eq!((transport.slept(), transport.now().monotonic()), (vec![SECOND], SECOND));
    }
}
