//! The loop: claim, ask, record. It decides nothing about answers. The two drivers are twins.

mod blocking;
mod board;
mod nonblocking;
mod turn;

use core::time::Duration;

use smileid_core::{__internal::new_error, Answer, Error, ErrorKind, JobStatusQuery};

use self::turn::Turn;
use crate::decide::ask_once;
use crate::error::StoreErrorKind;
use crate::job::Claim;
use crate::outcome::{Again, Outcome, Why};
use crate::policy::Policy;
use crate::store::{Done, Pause, Recorded};

/// How long the loop sleeps at most: a pause, a resumption or an import by another process is noticed within it.
const TICK: Duration = Duration::from_millis(500);
/// How often a run that waits looks for callbacks.
const LOOK: Duration = Duration::from_millis(100);
/// How long the loop sleeps at least before it looks for work again.
const BREATH: Duration = Duration::from_millis(1);
/// How much work is claimed ahead: what the run asks in this time. It is longer than a store usually takes to flush a batch.
const AHEAD: Duration = Duration::from_millis(50);
/// A job that was claimed ahead and has waited for this long is given back: the store may be paused or the rate lower by now.
const FRESH: Duration = Duration::from_secs(1);
/// How often a store that cannot be reached is tried again, one tick apart.
const STORE_ATTEMPTS: u32 = 120;
/// How often a record is tried again although the run is to end: what it has is paid for, and a store connects again at the next call.
const LAST_ATTEMPTS: u32 = 2;

/// Works through a store: claims jobs, asks for them and records what follows.
///
/// A session inside sends each question once: what is asked again is asked through the store, so that every attempt counts against
/// the shared rate.
#[derive(Debug, Clone)]
pub struct Driver {
    policy: Policy,
    worker: String,
    in_flight: u32,
    lease: Duration,
    batch: usize,
    flush: Duration,
    forever: bool,
}

impl Driver {
    /// Creates a driver that ends when no job is waiting.
    ///
    /// `worker` names this process in the store. It asks up to 32 questions at a time, holds a job for up to two minutes, and records
    /// 128 outcomes at a time, or what there is 10 ms after the first of them. So that no question waits while a batch is written, it
    /// claims ahead what it asks in 50 ms, and gives those jobs back when it ends or the service asks for fewer requests.
    #[must_use]
    pub fn new(policy: Policy, worker: impl Into<String>) -> Self {
        Self {
            policy,
            worker: worker.into(),
            in_flight: 32,
            lease: Duration::from_secs(120),
            batch: 128,
            flush: Duration::from_millis(10),
            forever: false,
        }
    }

    /// Sets how many questions are asked at a time, from 1 to 4096.
    #[must_use]
    pub fn with_in_flight(mut self, questions: u32) -> Self {
        self.in_flight = questions.clamp(1, 4096);
        self
    }

    /// Sets how long a claimed job is kept from other workers. Give it two seconds more than the longest call takes: a job may wait for
    /// a second before its question is sent, and its outcome is yet to be recorded then.
    #[must_use]
    pub const fn with_lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// Goes on when no job is waiting: others may be imported.
    #[must_use]
    pub const fn forever(mut self) -> Self {
        self.forever = true;
        self
    }

    /// How many jobs are claimed ahead at most: two batches, so that there is one to ask while the other is written.
    fn most(&self) -> u32 {
        u32::try_from(self.batch).unwrap_or(u32::MAX).saturating_mul(2)
    }

    /// What follows from an answer that was asked for after `claim`.
    fn done(&self, claim: &Held, now: Duration, answer: Result<Answer, Error>) -> Done {
        let passed = i64::try_from(now.saturating_sub(claim.origin).as_millis()).unwrap_or(i64::MAX);
        let now = claim.at.saturating_add(passed);
        let Claim { key, epoch, query, record } = &claim.claim;
        Done { key: *key, epoch: *epoch, outcome: ask_once(query, record, answer, now, &self.policy) }
    }
}

/// A claimed job: the store's time of the claim, our time before it, and until when it may be asked for.
#[derive(Debug)]
struct Held {
    claim: Claim,
    at: i64,
    origin: Duration,
    until: Duration,
}

impl Held {
    /// Whether the job was claimed too long ago to ask for it now.
    fn is_stale(&self, now: Duration) -> bool {
        now >= self.until
    }

    /// What is recorded of a job that was not asked for: it keeps its place.
    fn released(&self) -> Done {
        let again = Again { due: self.at, why: Why::Released };
        Done { key: self.claim.key, epoch: self.claim.epoch, outcome: Outcome::Again(again) }
    }
}

/// Whether the jobs that were claimed ahead are given back after this outcome: the run stops, or the service asked for fewer requests.
fn recalls(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Stop(..)) || outcome.throttled().is_some()
}

/// What a run has done so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Progress {
    /// Questions that were asked.
    pub asked: u64,
    /// Answers and errors whose outcome was recorded.
    pub recorded: Recorded,
    /// Attempts that failed.
    pub failed: u64,
    /// Answers by which the service asked for fewer requests.
    pub throttled: u64,
    /// Jobs that are claimed by this run at the moment, those included that it has not asked for yet.
    pub in_flight: u64,
    /// Why the store is paused, if it is.
    pub paused: Option<Pause>,
}

impl Progress {
    fn count(&mut self, done: &Done) {
        let why = done.outcome.again().map(|again| again.why);
        self.in_flight = self.in_flight.saturating_sub(1);
        self.asked += u64::from(why != Some(Why::Released) || matches!(done.outcome, Outcome::Stop(..)));
        self.failed += u64::from(matches!(why, Some(Why::Failed(_))));
        self.throttled += u64::from(matches!(why, Some(Why::Throttled(_))));
    }

    fn add(&mut self, recorded: Recorded) {
        self.recorded.settled += recorded.settled;
        self.recorded.again += recorded.again;
        self.recorded.needs_you += recorded.needs_you;
        self.recorded.fenced += recorded.fenced;
    }
}

/// What a run is to do next, as its watcher says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Go on.
    GoOn,
    /// Finish the questions that were sent, give back the others, and end.
    Finish,
}

/// Why a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// No job is waiting.
    Empty,
    /// The watcher asked for it.
    Finished,
    /// A job met an error that every other would meet, and the store is paused.
    Stopped(ErrorKind),
}

/// Whether a store's error may pass by itself.
fn may_pass(kind: StoreErrorKind) -> bool {
    matches!(kind, StoreErrorKind::Lost | StoreErrorKind::Busy)
}

/// The question of a claim, asked by a panicking closure: the job needs a person, and the run goes on.
fn panicked(_query: &JobStatusQuery) -> Error {
    new_error(ErrorKind::Internal, "the code that asks panicked: please report this")
}
