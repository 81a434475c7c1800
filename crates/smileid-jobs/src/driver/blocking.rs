//! The blocking driver: one thread claims and records, others ask. Its twin is `nonblocking.rs`.

use core::panic::AssertUnwindSafe;
use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::panic::catch_unwind;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;

use smileid_core::{Answer, Client, Clock, Config, Error, JobStatusQuery, RetryPolicy, Transport};

use super::{Driver, Ended, Flow, Progress, STORE_ATTEMPTS, TICK, Turn, may_pass, panicked};
use crate::error::StoreError;
use crate::job::Claim;
use crate::store::{Done, JobStore};

/// A claimed job with the store's time of the claim, and ours.
type Claimed = (Claim, i64, Duration);

impl Driver {
    /// Works through `store` over `transport`, until no job is waiting, the store is paused by an error, or `watch` asks for the end.
    ///
    /// `watch` is called at least twice a second, from the calling thread.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the store fails. Jobs in flight are asked for again when their lease is over.
    pub fn run<S: JobStore + ?Sized, T: Transport + Clone>(
        &self,
        store: &mut S,
        transport: &T,
        config: &Config,
        watch: &mut dyn FnMut(&Progress) -> Flow,
    ) -> Result<Ended, StoreError> {
        let client = Client::new(transport.clone(), config.clone().with_retry(RetryPolicy::NONE));
        self.run_with(store, transport, &|query: &JobStatusQuery| client.job_status(query.clone()), watch)
    }

    /// Works through `store` with a closure that asks. It must ask once: an attempt that it repeats is not counted against the rate.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the store fails. Jobs in flight are asked for again when their lease is over.
    pub fn run_with<S, C, A>(
        &self,
        store: &mut S,
        clock: &C,
        ask: &A,
        watch: &mut dyn FnMut(&Progress) -> Flow,
    ) -> Result<Ended, StoreError>
    where
        S: JobStore + ?Sized,
        C: Clock + Sync,
        A: Fn(&JobStatusQuery) -> Result<Answer, Error> + Sync,
    {
        let halt = AtomicBool::new(false);
        thread::scope(|scope| {
            let (jobs, queue) = mpsc::channel::<Claimed>();
            let (sender, results) = mpsc::channel();
            let queue = Mutex::new(queue);
            let (halt, queue) = (&halt, std::sync::Arc::new(queue));
            for _ in 0..self.in_flight {
                let (sender, queue) = (sender.clone(), std::sync::Arc::clone(&queue));
                scope.spawn(move || self.work(&queue, &sender, halt, clock, ask));
            }
            drop(sender);
            let ended = self.lead(store, clock, (&jobs, &results), halt, watch);
            // Whatever ended it: the queue is not asked for any more.
            halt.store(true, Ordering::Relaxed);
            ended
        })
    }

    /// Asks for jobs until there are no more.
    fn work<C: Clock, A: Fn(&JobStatusQuery) -> Result<Answer, Error>>(
        &self,
        queue: &Mutex<Receiver<Claimed>>,
        results: &Sender<Done>,
        halt: &AtomicBool,
        clock: &C,
        ask: &A,
    ) {
        loop {
            // The lock is free again before the question is asked.
            let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok((claim, at, origin)) = next else { return };
            let answer = (!halt.load(Ordering::Relaxed)).then(|| {
                let asked = catch_unwind(AssertUnwindSafe(|| ask(&claim.query)));
                asked.unwrap_or_else(|_| Err(panicked(&claim.query)))
            });
            let passed = clock.now().monotonic().saturating_sub(origin);
            if results.send(self.done(&claim, at, passed, answer)).is_err() {
                return;
            }
        }
    }

    /// Claims, collects and records.
    fn lead<S: JobStore + ?Sized, C: Clock>(
        &self,
        store: &mut S,
        clock: &C,
        (jobs, results): (&Sender<Claimed>, &Receiver<Done>),
        halt: &AtomicBool,
        watch: &mut dyn FnMut(&Progress) -> Flow,
    ) -> Result<Ended, StoreError> {
        let mut progress = Progress::default();
        let mut turn = Turn::new(clock.now());
        loop {
            if watch(&progress) == Flow::Finish {
                turn.ends.get_or_insert(Ended::Finished);
                halt.store(true, Ordering::Relaxed);
            }
            let now = clock.now();
            let wanted = turn.wanted(self, now, &progress);
            if wanted > 0 {
                let claimed = patiently(|| store.claim(wanted, self.lease, &self.worker))?;
                let found = claimed.jobs.len();
                progress.in_flight += found as u64;
                for claim in claimed.jobs {
                    // The other end is there for as long as this scope is.
                    let _sent = jobs.send((claim, claimed.at, now.monotonic()));
                }
                turn.claimed(self, now, (found == wanted as usize, claimed.at), claimed.then, &mut progress);
            }
            if let Some(ended) = turn.ended(&progress) {
                return Ok(ended);
            }
            let first = results.recv_timeout(turn.patience(self, clock.now(), &progress));
            let now = clock.now();
            for done in first.into_iter().chain(results.try_iter()) {
                if turn.took(now, done, &mut progress) {
                    halt.store(true, Ordering::Relaxed);
                }
            }
            if turn.is_full(self, now, &progress) {
                let recorded = patiently(|| store.record(&turn.batch))?;
                turn.recorded(now, recorded, &mut progress);
            }
        }
    }
}

/// Calls a store that may be out of reach for a while: a database that restarts is back within the minute.
fn patiently<T>(mut call: impl FnMut() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let mut left = STORE_ATTEMPTS;
    loop {
        match call() {
            Err(error) if may_pass(error.kind()) && left > 0 => {
                left -= 1;
                thread::sleep(TICK);
            }
            outcome => return outcome,
        }
    }
}
