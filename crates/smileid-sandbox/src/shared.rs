//! What the threads of a running sandbox share: partner, jobs, journal, clock. Each lock is held for one step only.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Clock;
use crate::jobs::{Job, Jobs};
use crate::journal::{Exchange, Journal};
use crate::partner::Partner;
use crate::service::{self, Answer};

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) partner: Partner,
    pub(crate) clock: Clock,
    jobs: Mutex<Jobs>,
    journal: Mutex<Journal>,
}

impl Shared {
    pub(crate) fn new(partner: Partner, clock: Clock, jobs: Jobs) -> Self {
        Self { partner, clock, jobs: Mutex::new(jobs), journal: Mutex::default() }
    }

    pub(crate) fn job_status(&self, body: &[u8]) -> Answer {
        let poll = |user_id: &str, job_id: &str| locked(&self.jobs).poll(user_id, job_id);
        service::job_status(&self.partner, self.clock.wall(), body, poll)
    }

    pub(crate) fn add_job(&self, job: Job) {
        locked(&self.jobs).insert(job);
    }

    pub(crate) fn note(&self, exchange: Exchange) {
        locked(&self.journal).note(exchange);
    }

    pub(crate) fn requests(&self) -> u64 {
        locked(&self.journal).requests()
    }

    pub(crate) fn exchanges(&self) -> Vec<Exchange> {
        locked(&self.journal).entries()
    }
}

/// A lock that a panicking thread held is still good here: no invariant spans two steps.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
