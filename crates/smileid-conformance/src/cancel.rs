//! Futures dropped half-way, at a chosen await point, as an impatient caller would drop them. It wakes no task.

use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;

/// How a future ended that was to be cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cancelled<T> {
    /// It was dropped at the await point asked for.
    AtPoint,
    /// It never came to that point: nothing woke it until `quiet` was over, and it was dropped where it stood.
    Quiet,
    /// It never came to that point: it completed.
    Completed(T),
}

impl<T> Cancelled<T> {
    /// Returns whether it completed.
    #[must_use]
    pub const fn is_completed(&self) -> bool {
        matches!(self, Self::Completed(_))
    }

    /// Returns whether it had gone quiet.
    #[must_use]
    pub const fn is_quiet(&self) -> bool {
        matches!(self, Self::Quiet)
    }
}

/// Polls `future` so many times and drops it, or drops it once `quiet` is over.
///
/// Called with 1, 2, 3, … until it completes or goes quiet, it drops a future at each of its await points. `quiet` is polled only
/// where the future did not make progress; give it the transport's own sleep.
///
/// ```
/// use smileid_conformance::{Cancelled, FakeClock, Scripted, cancelled_after};
/// use smileid_core::AsyncTransport;
/// # use std::{future::Future, pin::pin, task::{Context, Poll, Waker}, time::Duration};
/// # fn block_on<F: Future>(future: F) -> F::Output {
/// #     let mut future = pin!(future);
/// #     loop {
/// #         if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) { return done }
/// #     }
/// # }
/// let transport = Scripted::new(FakeClock::at(0), []);
/// let sleep = || transport.sleep(Duration::from_secs(1));
/// assert!(matches!(block_on(cancelled_after(1, sleep(), std::future::pending::<()>())), Cancelled::AtPoint));
/// assert!(matches!(block_on(cancelled_after(2, sleep(), std::future::pending::<()>())), Cancelled::Completed(Ok(()))));
/// assert_eq!(transport.slept().len(), 1);
/// ```
pub async fn cancelled_after<F: Future, Q: Future>(polls: usize, future: F, quiet: Q) -> Cancelled<F::Output> {
    let mut future = pin!(future);
    let mut quiet = pin!(quiet);
    let mut polled = 0;
    // Both are dropped when this future ends.
    poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Cancelled::Completed(output));
        }
        polled += 1;
        if polled >= polls {
            return Poll::Ready(Cancelled::AtPoint);
        }
        quiet.as_mut().poll(context).map(|_| Cancelled::Quiet)
    })
    .await
}
