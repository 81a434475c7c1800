//! The loop: claim, ask, record. It decides nothing about answers. The two drivers are twins.

mod blocking;
mod nonblocking;

use core::time::Duration;

use smileid_core::{__internal::new_error, Answer, Error, ErrorKind, JobStatusQuery, Moment};

use crate::decide::ask_once;
use crate::error::StoreErrorKind;
use crate::job::Claim;
use crate::outcome::{Again, Outcome, Why};
use crate::policy::Policy;
use crate::store::{Done, Pause, Recorded, Then};

/// How long the loop sleeps at most: a pause, a resumption or an import by another process is noticed within it.
const TICK: Duration = Duration::from_millis(500);
/// How long the loop sleeps at least before it looks for work again.
const BREATH: Duration = Duration::from_millis(1);
/// How often a store that cannot be reached is tried again, one tick apart.
const STORE_ATTEMPTS: u32 = 120;

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
    /// up to 256 outcomes at a time, 10 ms after the first of them at the latest.
    #[must_use]
    pub fn new(policy: Policy, worker: impl Into<String>) -> Self {
        Self {
            policy,
            worker: worker.into(),
            in_flight: 32,
            lease: Duration::from_secs(120),
            batch: 256,
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

    /// Sets how long a claimed job is kept from other workers. Give it more than the longest call takes.
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

    /// What follows from an answer that was asked for after `claim`, when `passed` was over since the store's time `at`.
    fn done(&self, claim: &Claim, at: i64, passed: Duration, answer: Option<Result<Answer, Error>>) -> Done {
        let now = at.saturating_add(i64::try_from(passed.as_millis()).unwrap_or(i64::MAX));
        let outcome = match answer {
            Some(answer) => ask_once(&claim.query, &claim.record, answer, now, &self.policy),
            None => Outcome::Again(Again { due: at, why: Why::Released }),
        };
        Done { key: claim.key, epoch: claim.epoch, outcome }
    }
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
    /// Jobs that are claimed by this run at the moment.
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

/// When to claim, and whether to. It is the state that both drivers share.
struct Turn {
    next_claim: Duration,
    ends: Option<Ended>,
    first_done: Option<Duration>,
    batch: Vec<Done>,
}

impl Turn {
    fn new(now: Moment) -> Self {
        Self { next_claim: now.monotonic(), ends: None, first_done: None, batch: Vec::new() }
    }

    /// How many jobs to claim now.
    fn wanted(&self, driver: &Driver, now: Moment, progress: &Progress) -> u32 {
        let free = u64::from(driver.in_flight).saturating_sub(progress.in_flight);
        let may = self.ends.is_none() && now.monotonic() >= self.next_claim;
        if may { u32::try_from(free).unwrap_or(0) } else { 0 }
    }

    /// Takes in what a claim said.
    fn claimed(&mut self, driver: &Driver, now: Moment, (full, at): (bool, i64), then: Then, progress: &mut Progress) {
        progress.paused = None;
        let pause = match then {
            _ if full => Duration::ZERO,
            Then::At(time) => {
                Duration::from_millis(u64::try_from(time.saturating_sub(at)).unwrap_or(0)).clamp(BREATH, TICK)
            }
            Then::Paused(pause) => {
                progress.paused = Some(pause);
                if let Pause::Stopped(kind) = pause {
                    self.ends = Some(Ended::Stopped(kind));
                }
                TICK
            }
            Then::Empty => {
                if !driver.forever {
                    self.ends = Some(Ended::Empty);
                }
                TICK
            }
        };
        self.next_claim = now.monotonic().saturating_add(pause);
    }

    /// Takes in what came of one job. Returns whether the run stops.
    fn took(&mut self, now: Moment, done: Done, progress: &mut Progress) -> bool {
        progress.count(&done);
        if let Outcome::Stop(kind, _) = done.outcome {
            self.ends = Some(Ended::Stopped(kind));
        }
        self.first_done.get_or_insert(now.monotonic());
        self.batch.push(done);
        matches!(self.ends, Some(Ended::Stopped(_)))
    }

    /// Takes in that the batch was recorded. With nothing in flight the next claim is made at once: it may be the last.
    fn recorded(&mut self, now: Moment, recorded: Recorded, progress: &mut Progress) {
        progress.add(recorded);
        self.batch.clear();
        self.first_done = None;
        if progress.in_flight == 0 {
            self.next_claim = now.monotonic();
        }
    }

    /// Whether the batch is to be recorded now.
    fn is_full(&self, driver: &Driver, now: Moment, progress: &Progress) -> bool {
        let late = self.first_done.is_some_and(|first| now.monotonic() >= first.saturating_add(driver.flush));
        !self.batch.is_empty()
            && (late || self.batch.len() >= driver.batch || progress.in_flight == 0 || self.ends.is_some())
    }

    /// How long to wait for the next answer.
    fn patience(&self, driver: &Driver, now: Moment, progress: &Progress) -> Duration {
        let flush = self.first_done.map(|first| first.saturating_add(driver.flush));
        let claim =
            (self.ends.is_none() && progress.in_flight < u64::from(driver.in_flight)).then_some(self.next_claim);
        let until = [flush, claim].into_iter().flatten().min();
        until.map_or(TICK, |until| until.saturating_sub(now.monotonic())).clamp(BREATH, TICK)
    }

    /// Why the run has ended, once nothing of it is left.
    fn ended(&self, progress: &Progress) -> Option<Ended> {
        self.ends.filter(|_| progress.in_flight == 0 && self.batch.is_empty())
    }
}

/// Whether a store's error may pass by itself.
fn may_pass(kind: StoreErrorKind) -> bool {
    kind == StoreErrorKind::Lost
}

/// The question of a claim, asked by a panicking closure: the job needs a person, and the run goes on.
fn panicked(_query: &JobStatusQuery) -> Error {
    new_error(ErrorKind::Internal, "the code that asks panicked: please report this")
}
