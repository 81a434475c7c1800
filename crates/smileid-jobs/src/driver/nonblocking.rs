//! The async driver: one future claims, asks and records. It needs no runtime beyond its transport's. Its twin is `blocking.rs`.

use core::future::Future;
use core::panic::AssertUnwindSafe;
use core::pin::pin;

use futures_util::future::{Either, FutureExt, select};
use futures_util::stream::{FuturesUnordered, StreamExt};
use smileid_core::{AsyncClient, AsyncTransport, Config, RetryPolicy};

use super::{Driver, Ended, Flow, Progress, STORE_ATTEMPTS, TICK, Turn, may_pass, panicked};
use crate::error::StoreError;
use crate::store::AsyncJobStore;

impl Driver {
    /// Works through `store` over `transport`, until no job is waiting, the store is paused by an error, or `watch` asks for the end.
    ///
    /// `watch` is called at least twice a second. Dropping the future leaves the jobs in flight to be asked for again when their lease
    /// is over.
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
        let mut progress = Progress::default();
        let mut turn = Turn::new(transport.now());
        let mut asks = FuturesUnordered::new();
        loop {
            if watch(&progress) == Flow::Finish {
                turn.ends.get_or_insert(Ended::Finished);
            }
            let now = transport.now();
            let wanted = turn.wanted(self, now, &progress);
            if wanted > 0 {
                let claimed = patiently(transport, || store.claim(wanted, self.lease, &self.worker)).await?;
                let (found, at, origin) = (claimed.jobs.len(), claimed.at, now.monotonic());
                progress.in_flight += found as u64;
                asks.extend(claimed.jobs.into_iter().map(|claim| async move {
                    // Unlike the blocking driver's, every claimed job is asked for at once: none has to be given back.
                    let asked = AssertUnwindSafe(client.job_status(claim.query.clone())).catch_unwind().await;
                    let answer = asked.unwrap_or_else(|_| Err(panicked(&claim.query)));
                    let passed = transport.now().monotonic().saturating_sub(origin);
                    self.done(&claim, at, passed, Some(answer))
                }));
                turn.claimed(self, now, (found == wanted as usize, at), claimed.then, &mut progress);
            }
            if let Some(ended) = turn.ended(&progress) {
                return Ok(ended);
            }
            let patience = transport.sleep(turn.patience(self, transport.now(), &progress));
            let mut done = if asks.is_empty() {
                // A sleep that was cancelled is a wish to end, which the watcher says.
                let _slept = patience.await;
                None
            } else {
                match select(asks.next(), pin!(patience)).await {
                    Either::Left((done, _)) => done,
                    Either::Right(_) => None,
                }
            };
            let now = transport.now();
            while let Some(one) = done {
                let _stops = turn.took(now, one, &mut progress);
                done = asks.next().now_or_never().flatten();
            }
            if turn.is_full(self, now, &progress) {
                let recorded = patiently(transport, || store.record(&turn.batch)).await?;
                turn.recorded(now, recorded, &mut progress);
            }
        }
    }
}

/// Calls a store that may be out of reach for a while: a database that restarts is back within the minute.
async fn patiently<T, F: Future<Output = Result<T, StoreError>>>(
    transport: &impl AsyncTransport,
    mut call: impl FnMut() -> F,
) -> Result<T, StoreError> {
    let mut left = STORE_ATTEMPTS;
    loop {
        match call().await {
            Err(error) if may_pass(error.kind()) && left > 0 => {
                left -= 1;
                let _slept = transport.sleep(TICK).await;
            }
            outcome => return outcome,
        }
    }
}
