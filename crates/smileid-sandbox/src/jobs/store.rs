//! All jobs of a sandbox, those made and those their ids spoke of, each with how far it has come. It is bounded.

use core::time::Duration;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::{Progress, by_id};
use crate::model::{Job, Lasts, Odd, Stage, Step};

/// The most jobs known only by their ids that are remembered: beyond it, all of those start anew.
const MOST_SPOKEN: usize = 100_000;
/// The most jobs that the admin API makes.
const MOST_MADE: usize = 100_000;
/// The most bytes that the jobs which the admin API makes take, and again those known by their ids only: 100,000 usual ones take half.
const MOST_BYTES: usize = 128 << 20;
/// The most stages of one job, those it was moved to included.
const MOST_STEPS: usize = 1000;

/// Why the admin API makes no more jobs.
pub(crate) const FULL: &str = "this sandbox has a hundred thousand jobs, or 128 MiB of them: forget some first";

/// All jobs.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    entries: HashMap<String, StoredJob>,
    /// The keys in the order in which the jobs came to be.
    order: BTreeMap<u64, String>,
    /// The users of the jobs with v3 ids.
    v3_users: HashMap<String, String>,
    next: u64,
    spoken: usize,
    made_bytes: usize,
    spoken_bytes: usize,
    /// Where callbacks go of jobs that name no place of their own.
    pub(crate) callback_url: Option<Arc<str>>,
    /// Whether any job names its own place.
    calls: bool,
    arrivals: Vec<Arrival>,
}

#[derive(Debug)]
struct StoredJob {
    number: u64,
    job: Arc<Job>,
    progress: Progress,
    polls: u64,
    spoken: bool,
}

/// A job's state at a moment.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) job: Arc<Job>,
    progress: Progress,
    /// How often it was asked for.
    pub(crate) polls: u64,
    /// Whether only its id describes it.
    pub(crate) spoken: bool,
}

/// A job came to a stage at which the service sends a callback.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub(crate) seen: Seen,
    pub(crate) url: Arc<str>,
}

impl Seen {
    pub(crate) fn stage(&self) -> &Stage {
        self.progress.stage(&self.job.steps)
    }

    /// Whether a callback is sent when the job comes here: one of the v3 API, or with that oddity, also when its processing starts.
    pub(crate) fn calls_back(&self) -> bool {
        let early = || self.job.is_v3() || self.job.has(Odd::CallbackProcessing);
        self.stage().calls_back() || *self.stage() == Stage::Pending && early()
    }

    /// The stages it came to, the present one first.
    pub(crate) fn been(&self) -> impl Iterator<Item = &Stage> {
        self.progress.been(&self.job.steps).rev()
    }
}

impl Jobs {
    /// Adds a job, or sets it back to its beginning.
    pub(crate) fn insert(&mut self, job: Job, now: Duration) {
        self.remove(&job.user, &job.id);
        self.enter(job, now, false);
    }

    /// Whether the admin API may make these jobs.
    pub(crate) fn has_room_for(&self, more: &[Job]) -> bool {
        let bytes: usize = more.iter().map(Job::bytes).sum();
        (self.entries.len() - self.spoken).saturating_add(more.len()) <= MOST_MADE
            && self.made_bytes.saturating_add(bytes) <= MOST_BYTES
    }

    /// Forgets a job; false if there is none.
    pub(crate) fn remove(&mut self, user_id: &str, job_id: &str) -> bool {
        let Some(entry) = self.entries.remove(&key(user_id, job_id)) else { return false };
        self.order.remove(&entry.number);
        if self.v3_users.get(job_id).is_some_and(|user| user == user_id) {
            self.v3_users.remove(job_id);
        }
        self.spoken -= usize::from(entry.spoken);
        *self.bytes(entry.spoken) -= entry.job.bytes();
        true
    }

    /// Returns a job's stage now that it is asked for once more, or `None` if there is no such job.
    pub(crate) fn poll(&mut self, user_id: &str, job_id: &str, now: Duration) -> Option<Seen> {
        let key = key(user_id, job_id);
        if !self.entries.contains_key(&key) {
            let job = by_id::job(user_id, job_id)?;
            if self.spoken >= MOST_SPOKEN || self.spoken_bytes.saturating_add(job.bytes()) > MOST_BYTES {
                self.forget_spoken();
            }
            self.spoken += 1;
            self.enter(job, now, true);
        }
        let entry = self.entries.get_mut(&key)?;
        entry.polls += 1;
        let seen = |entry: &StoredJob| entry.seen();
        let before = entry.progress.count();
        entry.progress.pass(&entry.job.steps, now);
        let answered = seen(entry);
        entry.progress.polled(&entry.job.steps, now);
        let arrivals = entry.arrivals(before, self.callback_url.as_ref());
        self.arrivals.extend(arrivals);
        Some(answered)
    }

    /// Does what `poll` does for a job with a v3 id, which is asked for by its id only.
    pub(crate) fn poll_v3(&mut self, job_id: &str, now: Duration) -> Option<Seen> {
        let user_id = self.v3_users.get(job_id).map_or(by_id::V3_USER, String::as_str).to_owned();
        self.poll(&user_id, job_id, now)
    }

    /// Returns a job's stage, without asking for it as a client does.
    pub(crate) fn look(&mut self, user_id: &str, job_id: &str, now: Duration) -> Option<Seen> {
        let entry = self.entries.get_mut(&key(user_id, job_id))?;
        let before = entry.progress.count();
        entry.progress.pass(&entry.job.steps, now);
        let arrivals = entry.arrivals(before, self.callback_url.as_ref());
        self.arrivals.extend(arrivals);
        Some(entry.seen())
    }

    /// The latest jobs, the newest first, after passing over `offset` of them.
    pub(crate) fn list(&mut self, offset: usize, limit: usize, now: Duration) -> Vec<Seen> {
        let keys = self.order.values().rev().skip(offset).take(limit);
        let entries = &mut self.entries;
        let seen = keys.filter_map(|key| {
            let entry = entries.get_mut(key)?;
            // Arrivals are for `pass_time` to find: looking at a list sends nothing.
            let mut progress = entry.progress.clone();
            progress.pass(&entry.job.steps, now);
            Some(Seen { progress, ..entry.seen() })
        });
        seen.collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Moves a job to a stage, where it then stays. `Err` says why it cannot be moved; `Ok(None)`, that there is no such job.
    pub(crate) fn move_to(
        &mut self,
        user_id: &str,
        job_id: &str,
        stage: Stage,
        now: Duration,
    ) -> Result<Option<Seen>, &'static str> {
        let Some(entry) = self.entries.get_mut(&key(user_id, job_id)) else { return Ok(None) };
        if entry.job.steps.len() >= MOST_STEPS {
            return Err("this job was moved a thousand times: make another");
        }
        let bytes = if entry.spoken { &mut self.spoken_bytes } else { &mut self.made_bytes };
        let step = Step { stage, lasts: Lasts::Polls(1) };
        if bytes.saturating_add(step.bytes()) > MOST_BYTES {
            return Err(FULL);
        }
        *bytes += step.bytes();
        let before = entry.progress.count();
        entry.progress.pass(&entry.job.steps, now);
        let job = Arc::make_mut(&mut entry.job);
        job.steps.push(step);
        entry.progress.go(job.steps.len() - 1, now);
        let arrivals = entry.arrivals(before, self.callback_url.as_ref());
        self.arrivals.extend(arrivals);
        Ok(Some(entry.seen()))
    }

    /// Lets every job that only time moves go on as far as time has.
    pub(crate) fn pass_time(&mut self, now: Duration) {
        if !self.calls && self.callback_url.is_none() {
            // No callback is sent: each job is moved when it is asked for.
            return;
        }
        for entry in self.entries.values_mut() {
            if entry.progress.due(&entry.job.steps).is_some_and(|due| due <= now) {
                let before = entry.progress.count();
                entry.progress.pass(&entry.job.steps, now);
                self.arrivals.extend(entry.arrivals(before, self.callback_url.as_ref()));
            }
        }
    }

    /// The callbacks that became due since this was last asked.
    pub(crate) fn take_arrivals(&mut self) -> Vec<Arrival> {
        core::mem::take(&mut self.arrivals)
    }

    fn enter(&mut self, job: Job, now: Duration, spoken: bool) {
        let key = key(&job.user, &job.id);
        if job.is_v3() {
            self.v3_users.insert(job.id.clone(), job.user.clone());
        }
        *self.bytes(spoken) += job.bytes();
        let progress = Progress::begin(&job.steps, now);
        let entry = StoredJob { number: self.next, job: Arc::new(job), progress, polls: 0, spoken };
        self.arrivals.extend(entry.arrivals(0, self.callback_url.as_ref()));
        self.calls |= entry.job.callback_url.is_some();
        self.order.insert(self.next, key.clone());
        self.next += 1;
        self.entries.insert(key, entry);
    }

    fn forget_spoken(&mut self) {
        self.entries.retain(|_, entry| !entry.spoken);
        self.order.retain(|_, key| self.entries.contains_key(key));
        self.v3_users.retain(|id, user| self.entries.contains_key(&key(user, id)));
        (self.spoken, self.spoken_bytes) = (0, 0);
    }

    /// What the jobs known by their ids only take, or the others.
    fn bytes(&mut self, spoken: bool) -> &mut usize {
        if spoken { &mut self.spoken_bytes } else { &mut self.made_bytes }
    }
}

impl StoredJob {
    fn seen(&self) -> Seen {
        Seen { job: Arc::clone(&self.job), progress: self.progress.clone(), polls: self.polls, spoken: self.spoken }
    }

    /// The callbacks of the stages it came to beyond the first `before` of them.
    fn arrivals(&self, before: usize, default: Option<&Arc<str>>) -> Vec<Arrival> {
        let Some(url) = self.job.callback_url.as_deref().map(Arc::from).or_else(|| default.cloned()) else {
            return Vec::new();
        };
        let counts = before + 1..=self.progress.count();
        let at = counts.map(|count| Seen { progress: self.progress.as_of(count), ..self.seen() });
        let calling = at.filter(Seen::calls_back);
        calling.map(|seen| Arrival { seen, url: Arc::clone(&url) }).collect()
    }
}

fn key(user_id: &str, job_id: &str) -> String {
    format!("{}:{user_id}{job_id}", user_id.len())
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
