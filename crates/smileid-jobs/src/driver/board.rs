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
    /// How many threads wait for a job, and whether one waits for outcomes. A notice is a system call even if no thread waits.
    idle: usize,
    waits: bool,
    /// An outcome that recalls jobs is among the outcomes: jobs that come now were claimed before anyone knew.
    recalled: bool,
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

    /// Adds jobs to ask for. If jobs were recalled meanwhile, these are given back too.
    pub(super) fn add(&self, jobs: impl ExactSizeIterator<Item = Held>) {
        let count = jobs.len();
        let mut state = self.state();
        state.jobs.extend(jobs);
        if state.recalled {
            state.recall();
            return;
        }
        let woken = count.min(state.idle);
        drop(state);
        (0..woken).for_each(|_| self.jobs.notify_one());
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

    /// Asks for jobs until there are no more. `is_stale` says which have waited for too long.
    pub(super) fn work(&self, is_stale: impl Fn(&Held) -> bool, ask: impl Fn(&Held) -> Done) {
        let mut state = self.state();
        loop {
            while let Some(held) = state.jobs.pop_front() {
                if is_stale(&held) {
                    state.outcomes.push(held.released());
                    self.tell(&state);
                    continue;
                }
                state.asking += 1;
                drop(state);
                let done = ask(&held);
                state = self.state();
                state.asking -= 1;
                if recalls(&done.outcome) {
                    state.recalled = true;
                    state.recall();
                }
                state.outcomes.push(done);
                self.tell(&state);
            }
            self.tell(&state);
            if state.closed {
                return;
            }
            state.idle += 1;
            state = self.jobs.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }

    /// Wakes the thread that waits for outcomes, if there are enough.
    fn tell(&self, state: &State) {
        if state.waits && state.is_enough() {
            self.outcomes.notify_one();
        }
    }

    /// Waits for this many outcomes, or until nothing is being asked, and returns those that are there.
    pub(super) fn outcomes(&self, lacks: usize, patience: Duration) -> Vec<Done> {
        let mut state = self.state();
        state.lacks = lacks;
        let idle = state.outcomes.is_empty() && state.asking == 0 && state.jobs.is_empty();
        if idle || !state.is_enough() {
            state.waits = true;
            let waited = self.outcomes.wait_timeout_while(state, patience, |state| idle || !state.is_enough());
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
            state.waits = false;
        }
        state.recalled = false;
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

#[cfg(test)]
mod tests {
    use core::sync::atomic::{AtomicU32, Ordering};
    use std::thread;

    use smileid_core::JobStatusQuery;

    use super::*;
    use crate::job::{Claim, JobKey, Record};
    use crate::outcome::{Again, Outcome, Why};

    fn held(key: i64) -> Held {
        let query = JobStatusQuery::new("user", "job").unwrap();
        let claim = Claim { key: JobKey(key), epoch: 1, query, record: Record::default() };
        Held { claim, at: 0, origin: Duration::ZERO, until: Duration::MAX }
    }

    #[test]
    fn jobs_that_were_claimed_before_a_recall_was_known_are_given_back() {
        let (board, asked) = (Board::default(), AtomicU32::new(0));
        let throttled = |held: &Held| {
            asked.fetch_add(1, Ordering::SeqCst);
            let outcome = Outcome::Again(Again { due: 0, why: Why::Throttled(None) });
            Done { key: held.claim.key, epoch: 1, outcome }
        };
        let outcomes = thread::scope(|scope| {
            let _closing = Closing(&board);
            scope.spawn(|| board.work(|_| false, throttled));
            board.add([held(1)].into_iter());
            while board.state().outcomes.is_empty() {
                thread::yield_now();
            }
            // A claim that was under way comes now.
            board.add([held(2), held(3)].into_iter());
            board.outcomes(3, Duration::ZERO)
        });
        let whys: Vec<_> = outcomes.iter().map(|done| done.outcome.again().unwrap().why).collect();
        assert_eq!(whys, [Why::Throttled(None), Why::Released, Why::Released]);
        assert_eq!(asked.into_inner(), 1);
    }
}
