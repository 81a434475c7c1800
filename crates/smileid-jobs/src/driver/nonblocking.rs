//! The async driver: one future claims, asks and records. It needs no runtime beyond its transport's. Its twin is `blocking.rs`.

use core::future::Future;
use core::panic::AssertUnwindSafe;
use core::pin::pin;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::collections::VecDeque;

use futures_util::future::{Either, FutureExt, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use smileid_core::{AsyncClient, AsyncTransport, Config, RetryPolicy};

use super::{
    Driver, Ended, Flow, Held, LAST_ATTEMPTS, Progress, STORE_ATTEMPTS, TICK, Turn, may_pass, panicked, recalls,
};
use crate::error::StoreError;
use crate::store::{AsyncJobStore, Claimed, Done, Recorded};

/// What happens while the driver waits.
enum Event {
    /// A question was answered.
    Asked(Done),
    /// So many jobs were wanted, since then.
    Claimed(u32, Duration, Result<Claimed, StoreError>),
    Recorded(Result<Recorded, StoreError>),
    /// Whether a callback came.
    Looked(Result<bool, StoreError>),
}

impl Driver {
    /// Works through `store` over `transport`, until no job is waiting, the store is paused by an error, or `watch` asks for the end.
    ///
    /// `watch` is called at least twice a second, between questions: they wait until it returns, so let it take a few milliseconds at most. Claims and records are made while questions are in flight. Dropping the future leaves
    /// its jobs to be asked for again when their lease is over.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the store fails.
    pub async fn run_async<S: AsyncJobStore, T: AsyncTransport + Clone>(
        &self,
        store: &S,
        transport: &T,
        config: &Config,
        mut watch: impl FnMut(&Progress) -> Flow,
    ) -> Result<Ended, StoreError> {
        let client = &AsyncClient::new(transport.clone(), config.clone().with_retry(RetryPolicy::NONE));
        let ask = |held: Held| async move {
            if held.is_stale(transport.now().monotonic()) {
                return Event::Asked(held.released());
            }
            let asked = AssertUnwindSafe(client.job_status(held.claim.query.clone())).catch_unwind().await;
            let answer = asked.unwrap_or_else(|_| Err(panicked(&held.claim.query)));
            Event::Asked(self.done(&held, transport.now().monotonic(), answer))
        };
        let ends = &AtomicBool::new(false);
        let claim = |wanted: u32, origin: Duration| async move {
            let claimed = patiently(transport, ends, 0, || store.claim(wanted, self.lease, &self.worker)).await;
            Event::Claimed(wanted, origin, claimed)
        };
        let record = |batch: Vec<Done>| async move {
            Event::Recorded(patiently(transport, ends, LAST_ATTEMPTS, || store.record(&batch)).await)
        };
        let look = || async { Event::Looked(patiently(transport, ends, 0, || store.was_woken()).await) };
        let mut progress = Progress::default();
        let mut turn = Turn::new(transport.now());
        let mut stock = VecDeque::<Held>::new();
        let mut asking = 0;
        let mut events = FuturesUnordered::new();
        loop {
            if watch(&progress) == Flow::Finish {
                turn.ends.get_or_insert(Ended::Finished);
                ends.store(true, Ordering::Relaxed);
            }
            let now = transport.now();
            if turn.looks(self, now, &progress) {
                events.push(Either::Right(Either::Left(look())));
            }
            let wanted = turn.wanted(self, now, &progress);
            if wanted > 0 {
                turn.claims();
                events.push(Either::Left(Either::Left(claim(wanted, now.monotonic()))));
            }
            let recalled = turn.ends.is_some() || progress.paused.is_some();
            while (recalled || asking < self.in_flight)
                && let Some(held) = stock.pop_front()
            {
                if recalled {
                    turn.took(now, held.released(), &mut progress);
                } else {
                    asking += 1;
                    events.push(Either::Right(Either::Right(ask(held))));
                }
            }
            if turn.is_full(self, now, &progress) {
                events.push(Either::Left(Either::Right(record(turn.records()))));
            }
            if let Some(ended) = turn.ended(&progress) {
                return Ok(ended);
            }
            let patience = transport.sleep(turn.patience(self, transport.now(), &progress));
            let mut next = if events.is_empty() {
                // A sleep that was cancelled is a wish to end, which the watcher says.
                let _slept = patience.await;
                None
            } else {
                match select(events.next(), pin!(patience)).await {
                    Either::Left((event, _)) => event,
                    Either::Right(_) => None,
                }
            };
            let now = transport.now();
            while let Some(event) = next {
                match event {
                    Event::Asked(done) => {
                        asking -= 1;
                        if recalls(&done.outcome) {
                            let back = stock.drain(..).map(|held| held.released());
                            back.for_each(|done| turn.took(now, done, &mut progress));
                        }
                        turn.took(now, done, &mut progress);
                    }
                    Event::Claimed(wanted, origin, claimed) => {
                        let claimed = claimed?;
                        turn.claimed(self, now, (wanted, &claimed), &mut progress);
                        let at = claimed.at;
                        for (place, claim) in claimed.jobs.into_iter().enumerate() {
                            let until = now.monotonic().saturating_add(turn.fresh(self, place));
                            let held = Held { claim, at, origin, until };
                            if turn.is_overtaken() {
                                turn.took(now, held.released(), &mut progress);
                            } else {
                                stock.push_back(held);
                            }
                        }
                    }
                    Event::Looked(was_woken) => turn.looked(now, was_woken?),
                    Event::Recorded(recorded) => turn.recorded(now, recorded?, &mut progress),
                }
                next = events.next().now_or_never().flatten();
            }
        }
    }
}

/// Calls a store that may be out of reach for a while: a database that restarts is back within the minute. A run that is to end tries
/// only as often as `least` says.
async fn patiently<T, F: Future<Output = Result<T, StoreError>>>(
    transport: &impl AsyncTransport,
    ends: &AtomicBool,
    least: u32,
    mut call: impl FnMut() -> F,
) -> Result<T, StoreError> {
    let mut tried = 0;
    loop {
        match call().await {
            Err(error)
                if may_pass(error.kind())
                    && tried < STORE_ATTEMPTS
                    && (!ends.load(Ordering::Relaxed) || tried < least) =>
            {
                tried += 1;
                let _slept = transport.sleep(TICK).await;
            }
            outcome => return outcome,
        }
    }
}
