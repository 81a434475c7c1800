//! What the threads of the blocking driver share: jobs to ask for, and what came of them.

use core::time::Duration;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::{Held, recalls};
use crate::store::Done;

/// Jobs on one side, outcomes on the other.
#[derive(Debug, Default)]
pub(super) struct Board {
    state: Mutex<State>,
    /// There is a job to ask for, or no more will come.
    jobs: Condvar,
    /// There are as many outcomes as were waited for.
    outcomes: Condvar,
}

#[derive(Debug, Default)]
struct State {
    jobs: VecDeque<Held>,
    outcomes: Vec<Done>,
    asking: usize,
    lacks: usize,
    closed: bool,
}

impl State {
    /// Gives back what was not asked for.
    fn recall(&mut self) {
        let back = self.jobs.drain(..).map(|held| held.released());
        self.outcomes.extend(back);
    }

    fn is_enough(&self) -> bool {
        self.outcomes.len() >= self.lacks || (self.asking == 0 && self.jobs.is_empty())
    }
}

impl Board {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds jobs to ask for.
    pub(super) fn add(&self, jobs: impl ExactSizeIterator<Item = Held>) {
        let count = jobs.len();
        self.state().jobs.extend(jobs);
        (0..count).for_each(|_| self.jobs.notify_one());
    }

    /// Gives back all jobs that were not asked for yet.
    pub(super) fn recall(&self) {
        self.state().recall();
    }

    /// Says that no more jobs will come.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.jobs.clear();
        self.jobs.notify_all();
    }

    /// Asks for jobs until there are no more. `now` reads the clock.
    pub(super) fn work(&self, now: impl Fn() -> Duration, ask: impl Fn(&Held) -> Done) {
        let mut state = self.state();
        loop {
            while let Some(held) = state.jobs.pop_front() {
                if held.is_stale(now()) {
                    state.outcomes.push(held.released());
                    continue;
                }
                state.asking += 1;
                drop(state);
                let done = ask(&held);
                state = self.state();
                state.asking -= 1;
                if recalls(&done.outcome) {
                    state.recall();
                }
                state.outcomes.push(done);
                if state.is_enough() {
                    self.outcomes.notify_one();
                }
            }
            if state.is_enough() {
                self.outcomes.notify_one();
            }
            if state.closed {
                return;
            }
            state = self.jobs.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits for this many outcomes, or until nothing is being asked, and returns those that are there.
    pub(super) fn outcomes(&self, lacks: usize, patience: Duration) -> Vec<Done> {
        let mut state = self.state();
        state.lacks = lacks;
        let idle = state.outcomes.is_empty() && state.asking == 0 && state.jobs.is_empty();
        if idle || !state.is_enough() {
            let waited = self.outcomes.wait_timeout_while(state, patience, |state| idle || !state.is_enough());
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        core::mem::take(&mut state.outcomes)
    }
}

/// Closes the board when the run is over, however that came: the threads end by it.
pub(super) struct Closing<'a>(pub(super) &'a Board);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}
