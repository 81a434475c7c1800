//! The blocking driver: one thread claims and records, others ask. Its twin is `nonblocking.rs`.

use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::thread;

use smileid_core::{Answer, Client, Clock, Config, Error, JobStatusQuery, RetryPolicy, Transport};

use super::board::{Board, Closing};
use super::{Driver, Ended, Flow, Held, LAST_ATTEMPTS, Progress, STORE_ATTEMPTS, TICK, Turn, may_pass, panicked};
use crate::error::StoreError;
use crate::store::JobStore;

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
        let board = Board::default();
        thread::scope(|scope| {
            let _closing = Closing(&board);
            for _ in 0..self.in_flight {
                scope.spawn(|| {
                    board.work(
                        |held| held.is_stale(clock.now().monotonic()),
                        |held| {
                            let asked = catch_unwind(AssertUnwindSafe(|| ask(&held.claim.query)));
                            let answer = asked.unwrap_or_else(|_| Err(panicked(&held.claim.query)));
                            self.done(held, clock.now().monotonic(), answer)
                        },
                    );
                });
            }
            self.lead(store, clock, &board, watch)
        })
    }

    /// Claims, collects and records.
    fn lead<S: JobStore + ?Sized, C: Clock>(
        &self,
        store: &mut S,
        clock: &C,
        board: &Board,
        watch: &mut dyn FnMut(&Progress) -> Flow,
    ) -> Result<Ended, StoreError> {
        let mut progress = Progress::default();
        let mut turn = Turn::new(clock.now());
        loop {
            if watch(&progress) == Flow::Finish {
                turn.ends.get_or_insert(Ended::Finished);
            }
            let now = clock.now();
            if turn.looks(self, now, &progress) {
                let was_woken = patiently(&mut || watch(&progress), 0, || store.was_woken())?;
                turn.looked(now, was_woken);
            }
            let wanted = turn.wanted(self, now, &progress);
            if wanted > 0 {
                let claimed = patiently(&mut || watch(&progress), 0, || store.claim(wanted, self.lease, &self.worker))?;
                let (origin, came) = (now.monotonic(), clock.now().monotonic());
                turn.claimed(self, now, (wanted, &claimed), &mut progress);
                let at = claimed.at;
                board.add(claimed.jobs.into_iter().enumerate().map(|(place, claim)| {
                    let until = came.saturating_add(turn.fresh(self, place));
                    Held { claim, at, origin, until }
                }));
            }
            if turn.ends.is_some() || progress.paused.is_some() {
                board.recall();
            }
            if let Some(ended) = turn.ended(&progress) {
                return Ok(ended);
            }
            let patience = turn.patience(self, clock.now(), &progress);
            let outcomes = board.outcomes(turn.lacks(self, &progress), patience);
            let now = clock.now();
            for done in outcomes {
                turn.took(now, done, &mut progress);
            }
            if turn.is_full(self, now, &progress) {
                let batch = turn.records();
                let recorded = patiently(&mut || watch(&progress), LAST_ATTEMPTS, || store.record(&batch))?;
                turn.recorded(clock.now(), recorded, &mut progress);
            }
        }
    }
}

/// Calls a store that may be out of reach for a while: a database that restarts is back within the minute. A run that is to end tries
/// only as often as `least` says.
fn patiently<T>(
    watch: &mut dyn FnMut() -> Flow,
    least: u32,
    mut call: impl FnMut() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut tried = 0;
    loop {
        match call() {
            Err(error)
                if may_pass(error.kind()) && tried < STORE_ATTEMPTS && (watch() == Flow::GoOn || tried < least) =>
            {
                tried += 1;
                thread::sleep(TICK);
            }
            outcome => return outcome,
        }
    }
}
