//! When to claim and how many, when to record, and when the run is over: the state that both drivers share.

use core::time::Duration;

use smileid_core::Moment;

use super::{AHEAD, BREATH, Driver, Ended, FRESH, LOOK, Progress, TICK, recalls};
use crate::outcome::{Outcome, Why};
use crate::store::{Claimed, Done, Pause, Recorded, Then};

/// How often the speed is measured by which jobs are claimed ahead.
const MEASURED: Duration = Duration::from_millis(25);

/// When to claim, and whether to.
pub(super) struct Turn {
    /// Why the run is to end.
    pub(super) ends: Option<Ended>,
    /// What is to be recorded next.
    pub(super) batch: Vec<Done>,
    next_claim: Duration,
    next_look: Duration,
    first_done: Option<Duration>,
    /// How many jobs are being recorded, and whether a claim is being made, beside the questions.
    recording: usize,
    claiming: bool,
    recall: Recall,
    /// Whether one came while a claim was being made.
    overtaken: bool,
    ahead: Ahead,
}

/// Where the last outcome that recalls jobs is. Until the store knows of it, nothing is claimed.
#[derive(PartialEq, Eq)]
enum Recall {
    Known,
    InBatch,
    Recording,
}

/// How many jobs are claimed ahead: what is asked in a while, by the slower of the last two measures. Questions that were sent together
/// end together, and say nothing of the speed.
struct Ahead {
    jobs: u32,
    last: u32,
    since: Duration,
    asked: u32,
}

impl Ahead {
    fn measure(&mut self, now: Duration, most: u32) {
        let passed = now.saturating_sub(self.since);
        if passed >= MEASURED {
            let asked = u128::from(self.asked) * AHEAD.as_nanos() / passed.as_nanos();
            let last = u32::try_from(asked).unwrap_or(u32::MAX).min(most);
            *self = Self { jobs: last.min(self.last), last, since: now, asked: 0 };
        }
    }
}

impl Turn {
    pub(super) fn new(now: Moment) -> Self {
        let since = now.monotonic();
        Self {
            ends: None,
            batch: Vec::new(),
            next_claim: since,
            next_look: since,
            first_done: None,
            recording: 0,
            claiming: false,
            recall: Recall::Known,
            overtaken: false,
            ahead: Ahead { jobs: 0, last: 0, since, asked: 0 },
        }
    }

    /// How many jobs are missing, if it is time to claim them. A claim is made when half of what is claimed ahead is used up.
    pub(super) fn wanted(&mut self, driver: &Driver, now: Moment, progress: &Progress) -> u32 {
        self.ahead.measure(now.monotonic(), driver.most());
        if now.monotonic() >= self.next_claim { self.missing(driver, progress) } else { 0 }
    }

    /// How many jobs are to be claimed as soon as it is time.
    fn missing(&self, driver: &Driver, progress: &Progress) -> u32 {
        let claimed = u32::try_from(progress.in_flight).unwrap_or(u32::MAX);
        let missing = driver.in_flight.saturating_add(self.ahead.jobs).saturating_sub(claimed);
        // After a crash, whatever was asked and not recorded is asked again: it is never more than is in flight and two batches.
        let unrecorded = u32::try_from(self.batch.len().saturating_add(self.recording)).unwrap_or(u32::MAX);
        let most = driver.most().saturating_add(driver.in_flight);
        let missing = missing.min(most.saturating_sub(claimed).saturating_sub(unrecorded));
        let may = self.ends.is_none() && !self.claiming && self.recall == Recall::Known;
        let claims = may && missing >= self.ahead.jobs.div_ceil(2);
        if claims { missing } else { 0 }
    }

    /// Whether to look now for a callback: the next claim is yet to come. It counts as a claim that is being made.
    pub(super) fn looks(&mut self, driver: &Driver, now: Moment, progress: &Progress) -> bool {
        let now = now.monotonic();
        let looks = self.may_look(driver, progress) && now >= self.next_look && now < self.next_claim;
        self.claiming |= looks;
        looks
    }

    /// Takes in whether there was a callback: then jobs are claimed at once.
    pub(super) fn looked(&mut self, now: Moment, was_woken: bool) {
        self.claiming = false;
        self.next_look = now.monotonic().saturating_add(LOOK);
        if was_woken {
            self.next_claim = now.monotonic();
        }
    }

    fn may_look(&self, driver: &Driver, progress: &Progress) -> bool {
        progress.paused.is_none() && self.missing(driver, progress) > 0
    }

    /// How many more outcomes the blocking driver waits for before it claims or records. It waits for the first one, as that says when to
    /// record, and for each one if the run is to end.
    pub(super) fn lacks(&self, driver: &Driver, progress: &Progress) -> usize {
        if self.first_done.is_none() || self.ends.is_some() {
            return 1;
        }
        let full = driver.batch.saturating_sub(self.batch.len()).max(1);
        // With so many claimed jobs left a claim can be made. With fewer, only its time has to come.
        let spare = driver.in_flight.saturating_add(self.ahead.jobs).saturating_sub(self.ahead.jobs.div_ceil(2).max(1));
        let until = progress.in_flight.saturating_sub(u64::from(spare));
        usize::try_from(until).ok().filter(|until| *until > 0).map_or(full, |until| until.min(full))
    }

    /// Takes in that a claim is being made.
    pub(super) fn claims(&mut self) {
        self.claiming = true;
        self.overtaken = false;
    }

    /// Whether jobs were recalled since the last claim began: what it brings is given back.
    pub(super) const fn is_overtaken(&self) -> bool {
        self.overtaken
    }

    /// How long the job at this place of a claim may wait until it is asked for.
    ///
    /// What is claimed before a stall and asked for after it comes on top of what the limiter grants then. Of as many jobs as are asked
    /// for in [`AHEAD`], that is at most 0.5 % of the rate of 10 s. Those beyond are a burst, and must not be late. The first job never is
    /// one of them, so that a run whose every step is slow goes on.
    pub(super) fn fresh(&self, driver: &Driver, place: usize) -> Duration {
        let most = if place < self.ahead.jobs.max(1) as usize { FRESH } else { AHEAD };
        most.min(driver.lease / 8)
    }

    /// Takes in what a claim of so many jobs said.
    pub(super) fn claimed(
        &mut self,
        driver: &Driver,
        now: Moment,
        (wanted, claimed): (u32, &Claimed),
        progress: &mut Progress,
    ) {
        self.claiming = false;
        progress.paused = None;
        progress.in_flight = progress.in_flight.saturating_add(claimed.jobs.len() as u64);
        let pause = match claimed.then {
            _ if claimed.jobs.len() == wanted as usize => Duration::ZERO,
            Then::At(time) => {
                let wait = u64::try_from(time.saturating_sub(claimed.at)).unwrap_or(0);
                Duration::from_millis(wait).clamp(BREATH, TICK)
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
                    self.ends.get_or_insert(Ended::Empty);
                }
                TICK
            }
        };
        self.next_claim = now.monotonic().saturating_add(pause);
        self.next_look = now.monotonic().saturating_add(LOOK);
    }

    /// Takes in what came of one job.
    pub(super) fn took(&mut self, now: Moment, done: Done, progress: &mut Progress) {
        progress.count(&done);
        let why = done.outcome.again().map(|again| again.why);
        self.ahead.asked = self.ahead.asked.saturating_add(u32::from(why != Some(Why::Released)));
        if let Outcome::Stop(kind, _) = done.outcome {
            self.ends = Some(Ended::Stopped(kind));
        }
        if recalls(&done.outcome) {
            self.recall = Recall::InBatch;
            self.overtaken |= self.claiming;
        }
        self.first_done.get_or_insert(now.monotonic());
        self.batch.push(done);
    }

    /// Returns what is to be recorded now.
    pub(super) fn records(&mut self) -> Vec<Done> {
        self.recording = self.batch.len();
        self.first_done = None;
        if self.recall == Recall::InBatch {
            self.recall = Recall::Recording;
        }
        core::mem::take(&mut self.batch)
    }

    /// Takes in that the batch was recorded. With nothing in flight the next claim is made at once: it may be the last.
    pub(super) fn recorded(&mut self, now: Moment, recorded: Recorded, progress: &mut Progress) {
        progress.add(recorded);
        self.recording = 0;
        if self.recall == Recall::Recording {
            self.recall = Recall::Known;
        }
        if progress.in_flight == 0 {
            self.next_claim = now.monotonic();
        }
    }

    /// Whether the batch is to be recorded now.
    pub(super) fn is_full(&self, driver: &Driver, now: Moment, progress: &Progress) -> bool {
        let late = self.first_done.is_some_and(|first| now.monotonic() >= first.saturating_add(driver.flush));
        let now = late
            || self.recall == Recall::InBatch
            || self.batch.len() >= driver.batch
            || progress.in_flight == 0
            || self.ends.is_some();
        !self.batch.is_empty() && self.recording == 0 && now
    }

    /// How long to wait for the next answer.
    pub(super) fn patience(&self, driver: &Driver, now: Moment, progress: &Progress) -> Duration {
        let flush = self.first_done.filter(|_| self.recording == 0).map(|first| first.saturating_add(driver.flush));
        let claim = (self.missing(driver, progress) > 0).then_some(self.next_claim);
        let look = self.may_look(driver, progress).then_some(self.next_look);
        let until = [flush, claim, look].into_iter().flatten().min();
        until.map_or(TICK, |until| until.saturating_sub(now.monotonic())).clamp(BREATH, TICK)
    }

    /// Why the run has ended, once nothing of it is left.
    pub(super) fn ended(&self, progress: &Progress) -> Option<Ended> {
        let left = progress.in_flight > 0 || !self.batch.is_empty() || self.recording > 0 || self.claiming;
        self.ends.filter(|_| !left)
    }
}
