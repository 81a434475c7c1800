//! Runs a scenario over a store, and says at which step the store does something else.

use core::fmt;
use core::time::Duration;
use std::collections::{HashMap, HashSet};

use smileid_core::JobStatusQuery;
use smileid_jobs::{
    Again, AnswerRow, Claim, Claimed, Cursor, Done, JobStore, Mode, NewJob, Outcome, Pause, Rate, Record, Recorded,
    Retry, StoreError, StoreErrorKind, Then, Why, Woken,
};

use crate::answers::{SIGNED_AT, settlement};
use crate::{Bench, Idle, Scenario, Step, What};

/// A store did something else than the scenario says.
#[derive(Debug)]
pub struct Failed {
    scenario: &'static str,
    step: usize,
    why: String,
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, step {}: {}", self.scenario, self.step, self.why)
    }
}

impl core::error::Error for Failed {}

/// Runs `scenario` over a new store.
///
/// # Errors
/// Returns [`Failed`], with the number of the step from 1, if the store does anything else.
pub fn run(scenario: &Scenario, bench: &mut dyn Bench) -> Result<(), Failed> {
    let mut play =
        Play { bench, claims: HashMap::new(), records: HashMap::new(), called: HashSet::new(), cursor: Cursor::START };
    for (at, step) in scenario.steps.iter().enumerate() {
        match play.step(step) {
            Ok(Next::GoOn) => {}
            Ok(Next::End) => break,
            Err(why) => return Err(Failed { scenario: scenario.name, step: at + 1, why: format!("{step:?}: {why}") }),
        }
    }
    Ok(())
}

enum Next {
    GoOn,
    End,
}

struct Play<'b> {
    bench: &'b mut dyn Bench,
    /// The latest claim of each worker and job, with the time of its claim.
    claims: HashMap<(&'static str, String), (Claim, i64)>,
    /// What the steps counted of each job.
    records: HashMap<String, Record>,
    /// The jobs that had a callback since their last claim.
    called: HashSet<String>,
    cursor: Cursor,
}

impl Play<'_> {
    fn step(&mut self, step: &Step) -> Result<Next, String> {
        match *step {
            Step::Bind(partner, ours) => {
                let bound = self.bench.store().and_then(|store| store.bind(partner));
                let found = bound.as_ref().err().map(StoreError::kind);
                same("bound", &found, &(!ours).then_some(StoreErrorKind::Partner))?;
            }
            Step::Import(names, new, known) => self.import(names, Mode::Write, (new, known))?,
            Step::DryRun(names, new, known) => self.import(names, Mode::DryRun, (new, known))?,
            Step::Claim(wanted, lease, worker, names) => {
                let found = self.claim(wanted, lease, worker)?;
                same("claimed", &found.iter().map(String::as_str).collect::<Vec<_>>(), &names.to_vec())?;
            }
            Step::ClaimSome(wanted, worker, count) => {
                let found = self.claim(wanted, 60, worker)?;
                same("claimed", &found.len(), &count)?;
            }
            Step::Idle(idle) => self.idle(idle)?,
            Step::Record(worker, outcomes) => self.record(worker, outcomes)?,
            Step::Fenced(worker, outcomes) => {
                let batch = self.batch(worker, outcomes)?;
                let recorded = self.store(|store| store.record(&batch))?;
                same("recorded", &recorded, &Recorded { fenced: outcomes.len() as u64, ..Recorded::default() })?;
            }
            Step::Advance(seconds) => {
                self.bench.advance(Duration::from_secs(seconds)).map_err(words)?;
            }
            Step::SetBack(seconds) => {
                self.bench.set_back(Duration::from_secs(seconds)).map_err(words)?;
            }
            Step::Crash => return Ok(if self.bench.crash() { Next::GoOn } else { Next::End }),
            Step::Pause => self.store(|store| store.pause())?,
            Step::Resume => self.store(|store| store.resume())?,
            Step::Rate(rate) => self.store(|store| store.set_rate(Rate::per_second(rate)))?,
            Step::Due(jobs, seconds) => {
                let counts = self.store(|store| store.counts())?;
                let oldest = counts.oldest_due.map(|oldest| oldest.as_secs());
                same("due", &(counts.due, oldest), &(jobs, Some(seconds)))?;
            }
            Step::Counts(waiting, settled, needs_you) => {
                let counts = self.store(|store| store.counts())?;
                let found = (counts.waiting, counts.settled, counts.needing_you());
                same("counts", &found, &(waiting, settled, needs_you))?;
                same("verdicts", &counts.verdicts, &[settled, 0, 0, 0])?;
            }
            Step::Export(names) => {
                self.cursor = Cursor::START;
                self.export(names)?;
            }
            Step::ExportOn(names) => self.export(names)?,
            Step::ForeignCursor(text) => {
                let page = self.bench.store().and_then(|store| store.answers_after(&Cursor::new(text), 2));
                same("refused", &page.err().map(|error| error.kind()), &Some(StoreErrorKind::Invalid))?;
            }
            Step::Retry(kind, count) => {
                let retried = self.store(|store| store.retry(kind.map_or(Retry::All, Retry::Kind)))?;
                same("retried", &retried, &count)?;
            }
            Step::Wake(name, woken) => {
                let query = query(name)?;
                let found = self.store(|store| store.wake(&query))?;
                same("woken", &found, &woken)?;
                if found == Woken::Due {
                    self.records.entry(name.to_owned()).or_default().woken_at = Some(0);
                    self.called.insert(name.to_owned());
                }
            }
            Step::WasWoken(woken) => {
                let found = self.store(|store| store.was_woken())?;
                same("was woken", &found, &woken)?;
            }
            Step::Purge(seconds, count) => {
                let purged = self.store(|store| store.purge(Duration::from_secs(seconds)))?;
                same("purged", &purged, &count)?;
            }
        }
        Ok(Next::GoOn)
    }

    fn store<T>(&mut self, call: impl FnOnce(&mut dyn JobStore) -> Result<T, StoreError>) -> Result<T, String> {
        self.bench.store().and_then(call).map_err(words)
    }

    fn import(&mut self, names: &[&str], mode: Mode, expected: (u64, u64)) -> Result<(), String> {
        let jobs = names
            .iter()
            .map(|name| Ok(NewJob::new(*name, *name).map_err(|e| e.to_string())?.with_columns(columns(name))));
        let jobs = jobs.collect::<Result<Vec<_>, String>>()?;
        let imported = self.store(|store| store.import(&jobs, mode))?;
        same("imported", &(imported.new, imported.known), &expected)
    }

    fn take(&mut self, wanted: u32, lease: u64, worker: &str) -> Result<Claimed, String> {
        self.store(|store| store.claim(wanted, Duration::from_secs(lease), worker))
    }

    fn claim(&mut self, wanted: u32, lease: u64, worker: &'static str) -> Result<Vec<String>, String> {
        let claimed = self.take(wanted, lease, worker)?;
        let mut names = Vec::new();
        for claim in claimed.jobs {
            let name = claim.query.job_id().to_owned();
            same("the ids", &claim.query.user_id(), &name.as_str())?;
            let counted = self.records.get(&name).copied().unwrap_or_default();
            // Only the store's clock knows the times.
            let timeless = |record: Record| Record {
                imported_at: 0,
                provisional_since: record.provisional_since.map(|_| 0),
                woken_at: record.woken_at.map(|_| 0),
                ..record
            };
            same("the record", &timeless(claim.record), &timeless(counted))?;
            self.claims.insert((worker, name.clone()), (claim, claimed.at));
            self.called.remove(&name);
            names.push(name);
        }
        Ok(names)
    }

    fn idle(&mut self, idle: Idle) -> Result<(), String> {
        let claimed = self.take(10, 60, "none")?;
        if !claimed.jobs.is_empty() {
            return Err(format!("{} jobs were claimed", claimed.jobs.len()));
        }
        match (idle, claimed.then) {
            (Idle::Empty, Then::Empty) | (Idle::Paused, Then::Paused(Pause::Asked)) => Ok(()),
            (Idle::Stopped(kind), Then::Paused(Pause::Stopped(found))) if kind == found => Ok(()),
            (Idle::For(seconds), Then::At(time)) => {
                let found = time.saturating_sub(claimed.at);
                let most = i64::try_from(seconds * 1000).unwrap_or(i64::MAX);
                // A moment passes between two steps of a store whose clock cannot be stopped.
                let near = found <= most.max(1000) && found >= most - 1000;
                if near { Ok(()) } else { Err(format!("idle for {found} ms")) }
            }
            (_, then) => Err(format!("the store says {then:?}")),
        }
    }

    fn batch(&self, worker: &'static str, outcomes: &[(&str, What)]) -> Result<Vec<Done>, String> {
        let done = |(name, what): &(&str, What)| {
            let (claim, at) = self.claims.get(&(worker, (*name).to_owned())).ok_or("the worker has no such claim")?;
            let again = |seconds: u64, why| Again { due: at.saturating_add(seconds.cast_signed() * 1000), why };
            let outcome = match *what {
                What::Settled => Outcome::Settled(Box::new(settlement(&claim.query).map_err(|e| e.to_string())?)),
                What::Again(seconds) => Outcome::Again(again(seconds, Why::NotYet)),
                What::Provisional(seconds) => Outcome::Again(again(seconds, Why::Provisional)),
                What::Failed(seconds) => Outcome::Again(again(seconds, Why::Failed(smileid_core::ErrorKind::Server))),
                What::Throttled(seconds) => {
                    Outcome::Again(again(seconds, Why::Throttled(Some(Duration::from_secs(seconds)))))
                }
                What::Released => Outcome::Again(again(0, Why::Released)),
                What::NeedsYou(kind) => Outcome::NeedsYou(kind),
                What::Stop(kind) => Outcome::Stop(kind, again(0, Why::Released)),
            };
            Ok::<_, String>(Done { key: claim.key, epoch: claim.epoch, outcome })
        };
        outcomes.iter().map(done).collect()
    }

    fn record(&mut self, worker: &'static str, outcomes: &[(&str, What)]) -> Result<(), String> {
        let batch = self.batch(worker, outcomes)?;
        let recorded = self.store(|store| store.record(&batch))?;
        let mut expected = Recorded::default();
        for ((name, _), done) in outcomes.iter().zip(&batch) {
            match &done.outcome {
                Outcome::Settled(_) => expected.settled += 1,
                Outcome::NeedsYou(_) => {
                    expected.needs_you += 1;
                    let counted = self.records.entry((*name).to_owned()).or_default();
                    counted.errors = 0;
                    // A callback during the question keeps the job in the queue.
                    counted.woken_at = counted.woken_at.filter(|_| self.called.contains(*name));
                }
                Outcome::Again(again) | Outcome::Stop(_, again) => {
                    expected.again += 1;
                    let at = self.claims.get(&(worker, (*name).to_owned())).map_or(0, |(_, at)| *at);
                    let counted = self.records.entry((*name).to_owned()).or_default();
                    counted.count(again.why, at);
                }
            }
        }
        same("recorded", &recorded, &expected)
    }

    fn export(&mut self, names: &[&str]) -> Result<(), String> {
        let mut rows: Vec<AnswerRow> = Vec::new();
        loop {
            let cursor = self.cursor.clone();
            let page = self.store(|store| store.answers_after(&cursor, 2))?;
            self.cursor = page.cursor;
            if page.rows.is_empty() {
                break;
            }
            rows.extend(page.rows);
        }
        let found: Vec<&str> = rows.iter().map(|row| row.job_id.as_str()).collect();
        same("exported", &found, &names.to_vec())?;
        for row in &rows {
            let settlement = settlement(&query(&row.job_id)?).map_err(|e| e.to_string())?;
            same("columns", &row.columns.as_deref(), &Some(columns(&row.job_id).as_str()))?;
            let words = (row.verdict.as_str(), row.reason.as_deref(), row.code.as_deref(), row.result_code.as_deref());
            same("the answer", &words, &("approved", None, Some("2302"), Some("0810")))?;
            same("the proof", &(row.proof.as_str(), row.signed_at), &("hmac", SIGNED_AT))?;
            same("the digest", &row.body_sha256, settlement.body_sha256())?;
            same("the body", &row.body, &None)?;
        }
        Ok(())
    }
}

fn query(name: &str) -> Result<JobStatusQuery, String> {
    JobStatusQuery::new(name, name).map_err(|e| e.to_string())
}

/// Columns that a store could spoil: quotes, a backslash, letters beyond ASCII.
fn columns(name: &str) -> String {
    format!(r#"{{"name":"{name}","place":"Ìbàdàn \"\\\u0000","empty":""}}"#)
}

fn words(error: impl core::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

fn same<T: PartialEq + fmt::Debug>(what: &str, found: &T, expected: &T) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{what}: found {found:?}, expected {expected:?}")) }
}
