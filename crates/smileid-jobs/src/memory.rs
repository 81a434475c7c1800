//! The model of a store: it keeps everything in memory, and says by its simplicity what the others must do. Use it in tests.

use core::time::Duration;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use smileid_core::{Clock, ErrorKind, JobStatusQuery};

use crate::error::StoreError;
use crate::job::{Claim, JobKey, NewJob, Record};
use crate::limiter::{Limiter, Rate};
use crate::outcome::{Outcome, Why};
use crate::settlement::Settlement;
use crate::store::{
    AnswerRow, Answers, AsyncJobStore, Claimed, Counts, Cursor, Done, Imported, JobStore, Mode, Pause, Recorded, Retry,
    Then, Woken, due_called, due_first, due_since,
};

/// A store in memory, over a clock that you give it.
#[derive(Debug)]
pub struct MemoryStore<C> {
    clock: C,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    partner: Option<String>,
    jobs: Vec<Row>,
    by_ids: HashMap<(String, String), usize>,
    limiter: Limiter,
    paused: Option<Pause>,
    woken: bool,
    answers: BTreeMap<u64, (usize, Settlement, i64)>,
    next_answer: u64,
}

#[derive(Debug, Clone)]
struct Row {
    job: NewJob,
    record: Record,
    epoch: i64,
    place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Waiting { due: i64 },
    Claimed { due: i64, until: i64, woken: bool },
    NeedsYou(ErrorKind),
    Settled,
    Purged,
}

impl<C: Clock> MemoryStore<C> {
    /// Creates an empty store.
    #[must_use]
    pub fn new(clock: C) -> Self {
        let state = State {
            partner: None,
            jobs: Vec::new(),
            by_ids: HashMap::new(),
            limiter: Limiter::new(Rate::DEFAULT),
            paused: None,
            woken: false,
            answers: BTreeMap::new(),
            next_answer: 1,
        };
        Self { clock, state: Mutex::new(state) }
    }

    fn state(&self) -> (MutexGuard<'_, State>, i64) {
        (self.state.lock().unwrap_or_else(PoisonError::into_inner), self.clock.now().unix_millis())
    }
}

/// Nanoseconds of a time in milliseconds, as the limiter counts.
const fn nanos(millis: i64) -> i64 {
    millis.saturating_mul(1_000_000)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl State {
    fn find(&self, user_id: &str, job_id: &str) -> Option<usize> {
        let at = *self.by_ids.get(&(user_id.to_owned(), job_id.to_owned()))?;
        self.jobs.get(at).is_some_and(|row| row.place != Place::Purged).then_some(at)
    }

    fn import(&mut self, now: i64, jobs: &[NewJob], mode: Mode) -> Imported {
        let before = self.jobs.len();
        let mut imported = Imported::default();
        for job in jobs {
            if self.find(job.user_id(), job.job_id()).is_some() {
                imported.known += 1;
                continue;
            }
            imported.new += 1;
            let record = Record { imported_at: now, ..Record::default() };
            self.by_ids.insert((job.user_id().to_owned(), job.job_id().to_owned()), self.jobs.len());
            self.jobs.push(Row { job: job.clone(), record, epoch: 0, place: Place::Waiting { due: now } });
        }
        if mode == Mode::DryRun {
            self.jobs.truncate(before);
        }
        imported
    }

    fn claim(&mut self, now: i64, wanted: u32, lease: Duration) -> Result<Claimed, StoreError> {
        let none = |then| Ok(Claimed { jobs: Vec::new(), at: now, then });
        if let Some(pause) = self.paused {
            return none(Then::Paused(pause));
        }
        let mut due: Vec<(i64, usize)> = (0..).zip(&self.jobs).filter_map(|(at, row)| Some((row.due()?, at))).collect();
        due.sort_unstable();
        let Some(&(first, _)) = due.first() else { return none(Then::Empty) };
        let ready = due.iter().take_while(|(due, _)| *due <= now).count();
        let granted = self.limiter.take(nanos(now), wanted.min(u32::try_from(ready).unwrap_or(u32::MAX)));
        let mut jobs = Vec::new();
        for &(_, at) in due.iter().take(granted as usize) {
            let Some(row) = self.jobs.get_mut(at) else { continue };
            row.epoch += 1;
            let due = row.due_since().unwrap_or(now);
            row.place = Place::Claimed { due, until: now.saturating_add(millis(lease)), woken: false };
            jobs.push(row.claim(at)?);
        }
        let next = due.get(granted as usize).map_or(first, |(due, _)| *due);
        let then = Then::At(next.max(self.limiter.ready_at(nanos(now)) / 1_000_000));
        Ok(Claimed { jobs, at: now, then })
    }

    fn record(&mut self, now: i64, batch: &[Done]) -> Recorded {
        let mut recorded = Recorded::default();
        for done in batch {
            if let Some(asked) = done.outcome.throttled() {
                self.limiter.throttled(nanos(now), asked);
            }
            if let Outcome::Stop(kind, _) = &done.outcome {
                self.paused.get_or_insert(Pause::Stopped(*kind));
            }
            let at = usize::try_from(done.key.0).unwrap_or(usize::MAX);
            let Some(row) = self.jobs.get_mut(at).filter(|row| row.is_claimed_as(done.epoch)) else {
                recorded.fenced += 1;
                continue;
            };
            match &done.outcome {
                Outcome::Settled(settlement) => {
                    recorded.settled += 1;
                    row.place = Place::Settled;
                    self.answers.insert(self.next_answer, (at, Settlement::clone(settlement), now));
                    self.next_answer += 1;
                }
                Outcome::NeedsYou(kind) => {
                    recorded.needs_you += 1;
                    row.record.errors = 0;
                    if let Place::Claimed { due, woken: true, .. } = row.place {
                        row.place = Place::Waiting { due };
                    } else {
                        row.record.woken_at = None;
                        row.place = Place::NeedsYou(*kind);
                    }
                }
                Outcome::Again(again) | Outcome::Stop(_, again) => {
                    recorded.again += 1;
                    row.record.count(again.why, now);
                    row.place = Place::Waiting {
                        due: match row.place {
                            Place::Claimed { due, woken, .. } if woken || again.why == Why::Released => due,
                            _ => again.due,
                        },
                    };
                }
            }
        }
        recorded
    }

    fn counts(&self, now: i64) -> Counts {
        let allowed = self.limiter.allowed(nanos(now));
        let mut counts = Counts { paused: self.paused, rate: self.limiter.rate, allowed, ..Counts::default() };
        for row in &self.jobs {
            if let Some(due) = row.due_since() {
                counts.waiting += 1;
                counts.provisional += u64::from(row.record.provisional_since.is_some());
                if due <= now {
                    counts.due += 1;
                    let waited = Duration::from_millis(u64::try_from(now - due_since(due)).unwrap_or(0));
                    counts.oldest_due = counts.oldest_due.max(Some(waited));
                }
            }
            if let Place::NeedsYou(kind) = row.place {
                match counts.needs_you.iter_mut().find(|(known, _)| *known == kind) {
                    Some((_, jobs)) => *jobs += 1,
                    None => counts.needs_you.push((kind, 1)),
                }
            }
        }
        counts.needs_you.sort_by_key(|(kind, _)| kind.as_str());
        for (_, settlement, _) in self.answers.values() {
            counts.settled += 1;
            let word = settlement.verdict().as_str();
            let all = ["approved", "provisional", "rejected", "undetermined"];
            let at = all.iter().position(|known| *known == word);
            if let Some(jobs) = at.and_then(|at| counts.verdicts.get_mut(at)) {
                *jobs += 1;
            }
        }
        counts
    }

    fn answers_after(&self, cursor: &Cursor, most: u32) -> Result<Answers, StoreError> {
        let after: u64 = if cursor.as_str().is_empty() {
            0
        } else {
            let known = cursor.as_str().parse().ok().filter(|number| *number < self.next_answer);
            known.ok_or_else(StoreError::foreign_cursor)?
        };
        let mut answers = Answers { rows: Vec::new(), cursor: cursor.clone() };
        for (number, (at, settlement, settled_at)) in self.answers.range(after + 1..).take(most as usize) {
            let Some(row) = self.jobs.get(*at) else { continue };
            answers.rows.push(row.answer(settlement, *settled_at));
            answers.cursor = Cursor::new(number.to_string());
        }
        Ok(answers)
    }

    fn retry(&mut self, now: i64, which: Retry) -> u64 {
        let mut changed = 0;
        for row in &mut self.jobs {
            if let Place::NeedsYou(kind) = row.place
                && (which == Retry::All || which == Retry::Kind(kind))
            {
                changed += 1;
                row.record.errors = 0;
                row.place = Place::Waiting { due: now };
            }
        }
        changed
    }

    fn wake(&mut self, now: i64, query: &JobStatusQuery) -> Woken {
        let at = self.find(query.user_id(), query.job_id());
        let Some(row) = at.and_then(|at| self.jobs.get_mut(at)) else { return Woken::Unknown };
        let called = due_called(row.record.woken_at, now);
        match &mut row.place {
            Place::Settled | Place::Purged => return Woken::Settled,
            Place::Claimed { due, woken, .. } => (*due, *woken) = (called.min(*due), true),
            Place::Waiting { due } => *due = called.min(*due),
            Place::NeedsYou(_) => {
                row.record.errors = 0;
                row.place = Place::Waiting { due: due_first(now) };
            }
        }
        row.record.woken_at = Some(now);
        self.woken = true;
        Woken::Due
    }

    fn purge(&mut self, now: i64, older_than: Duration) -> u64 {
        let before = now.saturating_sub(millis(older_than));
        let old: Vec<u64> = self.answers.iter().filter(|(_, answer)| answer.2 <= before).map(|(n, _)| *n).collect();
        for number in &old {
            if let Some((at, ..)) = self.answers.remove(number)
                && let Some(row) = self.jobs.get_mut(at)
            {
                row.place = Place::Purged;
            }
        }
        old.len() as u64
    }
}

impl Row {
    /// When the job became due, or will, if it is waiting or claimed.
    const fn due_since(&self) -> Option<i64> {
        match self.place {
            Place::Waiting { due } | Place::Claimed { due, .. } => Some(due),
            _ => None,
        }
    }

    /// When the job can be claimed, if it is waiting: a claimed one can be when its lease ends.
    const fn due(&self) -> Option<i64> {
        match self.place {
            Place::Waiting { due } | Place::Claimed { until: due, .. } => Some(due),
            _ => None,
        }
    }

    fn is_claimed_as(&self, epoch: i64) -> bool {
        self.epoch == epoch && matches!(self.place, Place::Claimed { .. })
    }

    fn claim(&self, at: usize) -> Result<Claim, StoreError> {
        let query = JobStatusQuery::new(self.job.user_id(), self.job.job_id())
            .map_err(|_| StoreError::damaged("an id cannot be asked for"))?;
        let key = JobKey(i64::try_from(at).unwrap_or(i64::MAX));
        Ok(Claim { key, epoch: self.epoch, query, record: self.record })
    }

    fn answer(&self, settlement: &Settlement, settled_at: i64) -> AnswerRow {
        AnswerRow {
            user_id: self.job.user_id().to_owned(),
            job_id: self.job.job_id().to_owned(),
            columns: self.job.columns().map(str::to_owned),
            verdict: settlement.verdict().as_str().to_owned(),
            reason: settlement.reason().map(|reason| reason.as_str().to_owned()),
            code: settlement.code().map(str::to_owned),
            result_code: settlement.result_code().map(str::to_owned),
            proof: settlement.proof().as_str().to_owned(),
            signed_at: settlement.signed_at(),
            body_sha256: *settlement.body_sha256(),
            settled_at,
            body: settlement.expose_body().map(str::to_owned),
        }
    }
}

impl Record {
    /// Counts an answer or a failure after which the job is asked for again.
    pub fn count(&mut self, why: Why, now: i64) {
        match why {
            Why::NotYet | Why::Provisional => {
                self.asks = self.asks.saturating_add(1);
                self.errors = 0;
            }
            Why::Failed(_) => self.errors = self.errors.saturating_add(1),
            Why::Throttled(_) | Why::Released => {}
        }
        if why == Why::Provisional {
            self.provisional_since.get_or_insert(now);
        }
    }
}

/// Writes both traits over one set of functions: blocking and async differ in nothing here. A shared store is one for blocking code too, so
/// that callbacks come in beside a run.
macro_rules! both {
    ($(fn $name:ident($($arg:ident: $kind:ty),*) -> $out:ty = |$state:ident, $now:ident| $body:expr;)*) => {
        impl<C: Clock + Send + Sync> JobStore for MemoryStore<C> {
            $(fn $name(&mut self, $($arg: $kind),*) -> Result<$out, StoreError> {
                #[allow(unused_mut, unused_variables, reason = "not every function changes the state or needs the time")]
                let (mut $state, $now) = self.state();
                $body
            })*
        }

        impl<C: Clock + Send + Sync> JobStore for &MemoryStore<C> {
            $(fn $name(&mut self, $($arg: $kind),*) -> Result<$out, StoreError> {
                #[allow(unused_mut, unused_variables, reason = "not every function changes the state or needs the time")]
                let (mut $state, $now) = self.state();
                $body
            })*
        }

        impl<C: Clock + Send + Sync> AsyncJobStore for MemoryStore<C> {
            $(async fn $name(&self, $($arg: $kind),*) -> Result<$out, StoreError> {
                #[allow(unused_mut, unused_variables, reason = "not every function changes the state or needs the time")]
                let (mut $state, $now) = self.state();
                $body
            })*
        }
    };
}

both! {
    fn bind(partner_id: &str) -> () = |state, now| {
        let partner = state.partner.get_or_insert_with(|| partner_id.to_owned());
        if partner == partner_id { Ok(()) } else { Err(StoreError::other_partner()) }
    };
    fn import(jobs: &[NewJob], mode: Mode) -> Imported = |state, now| Ok(state.import(now, jobs, mode));
    fn claim(wanted: u32, lease: Duration, _worker: &str) -> Claimed = |state, now| state.claim(now, wanted, lease);
    fn record(batch: &[Done]) -> Recorded = |state, now| Ok(state.record(now, batch));
    fn counts() -> Counts = |state, now| Ok(state.counts(now));
    fn pause() -> () = |state, now| {
        state.paused.get_or_insert(Pause::Asked);
        Ok(())
    };
    fn resume() -> () = |state, now| {
        state.paused = None;
        Ok(())
    };
    fn set_rate(rate: Rate) -> () = |state, now| {
        state.limiter.set(rate);
        Ok(())
    };
    fn answers_after(cursor: &Cursor, most: u32) -> Answers = |state, now| state.answers_after(cursor, most);
    fn retry(which: Retry) -> u64 = |state, now| Ok(state.retry(now, which));
    fn wake(query: &JobStatusQuery) -> Woken = |state, now| Ok(state.wake(now, query));
    fn was_woken() -> bool = |state, now| Ok(core::mem::take(&mut state.woken));
    fn purge(older_than: Duration) -> u64 = |state, now| Ok(state.purge(now, older_than));
}
