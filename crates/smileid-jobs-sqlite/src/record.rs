//! Claims out, outcomes in.

use core::time::Duration;

use rusqlite::{CachedStatement, Connection};
use smileid_core::JobStatusQuery;
use smileid_jobs::{Claim, Claimed, Done, JobKey, Outcome, Pause, Record, Recorded, Settlement, StoreError, Then, Why};

use crate::control;
use crate::error::failed;
use crate::flight::{Flight, Flying};
use crate::tally::Tally;

/// Nanoseconds of a time in milliseconds, as the limiter counts.
pub(crate) const fn nanos(millis: i64) -> i64 {
    millis.saturating_mul(1_000_000)
}

/// Chooses the jobs to claim and spends the rate. The jobs are marked by the caller, once this is committed.
pub(crate) fn claim(
    connection: &Connection,
    flight: &Flight,
    now: i64,
    wanted: u32,
) -> Result<(Vec<Found>, Then), StoreError> {
    let (paused, mut limiter) = control::read(connection)?;
    if let Some(pause) = paused {
        return Ok((Vec::new(), Then::Paused(pause)));
    }
    let granted = limiter.available(nanos(now)).min(wanted) as usize;
    let found = if granted == 0 { Vec::new() } else { due(connection, flight, now, granted)? };
    if !found.is_empty() {
        limiter.spend(nanos(now), u32::try_from(found.len()).unwrap_or(u32::MAX));
        control::write(connection, &limiter)?;
    }
    let ready = limiter.ready_at(nanos(now)) / 1_000_000;
    let then = if found.len() == granted {
        // There may be more: the limiter says when. With nothing granted, nothing was looked for.
        if granted == 0 && is_empty(connection)? { Then::Empty } else { Then::At(ready) }
    } else {
        next_due(connection, flight, now)?.map_or(Then::Empty, |due| Then::At(due.max(ready)))
    };
    Ok((found, then))
}

/// A job that is due and that is not being asked for.
pub(crate) struct Found {
    id: i64,
    due: i64,
    query: JobStatusQuery,
    record: Record,
}

fn due(connection: &Connection, flight: &Flight, now: i64, granted: usize) -> Result<Vec<Found>, StoreError> {
    let sql = "select q.id, q.due, j.user_id, j.job_id, j.imported_at, q.asks, q.errors, q.provisional_since, q.woken_at \
               from queue q join jobs j on j.id = q.id where q.due <= ?1 order by q.due, q.id";
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    // Without a limit: it reads as it is asked, and SQLite would compile the statement anew for each other limit.
    let mut rows = statement.query((now,)).map_err(failed)?;
    let mut found = Vec::with_capacity(granted);
    while found.len() < granted
        && let Some(row) = rows.next().map_err(failed)?
    {
        let id = row.get(0).map_err(failed)?;
        if flight.is_leased(id, now) {
            continue;
        }
        let (user_id, job_id): (String, String) = (row.get(2).map_err(failed)?, row.get(3).map_err(failed)?);
        let query =
            JobStatusQuery::new(user_id, job_id).map_err(|_| StoreError::damaged("an id cannot be asked for"))?;
        let record = Record {
            imported_at: row.get(4).map_err(failed)?,
            asks: row.get(5).map_err(failed)?,
            errors: row.get(6).map_err(failed)?,
            provisional_since: row.get(7).map_err(failed)?,
            woken_at: row.get(8).map_err(failed)?,
        };
        found.push(Found { id, due: row.get(1).map_err(failed)?, query, record });
    }
    Ok(found)
}

/// When the next job can be claimed, after all that could be were: when one is due, or when a lease ends.
fn next_due(connection: &Connection, flight: &Flight, now: i64) -> Result<Option<i64>, StoreError> {
    let mut next = connection.prepare_cached("select min(due) from queue where due > ?1").map_err(failed)?;
    let due: Option<i64> = next.query_row((now,), |row| row.get(0)).map_err(failed)?;
    let next = [due, flight.first_end()].into_iter().flatten().min();
    // What is due and was found just now is in flight as soon as the caller has it.
    Ok(if next.is_some() || is_empty(connection)? { next } else { Some(now) })
}

fn is_empty(connection: &Connection) -> Result<bool, StoreError> {
    let mut any = connection.prepare_cached("select 1 from queue limit 1").map_err(failed)?;
    any.exists(()).map(|any| !any).map_err(failed)
}

/// Marks jobs as claimed.
pub(crate) fn depart(flight: &mut Flight, now: i64, lease: Duration, found: Vec<Found>, then: Then) -> Claimed {
    let until = now.saturating_add(i64::try_from(lease.as_millis()).unwrap_or(i64::MAX));
    let claim = |found: Found| {
        let epoch = flight.depart(found.id, until, found.due, found.record);
        Claim { key: JobKey(found.id), epoch, query: found.query, record: found.record }
    };
    Claimed { jobs: found.into_iter().map(claim).collect(), at: now, then }
}

/// Whether a batch must be on the disk before the caller goes on.
pub(crate) fn must_last(batch: &[Done]) -> bool {
    batch.iter().any(|done| !matches!(done.outcome, Outcome::Again(_)))
}

/// Writes a batch. `landed` has the flights of its jobs, and nothing for an outcome that is refused.
pub(crate) fn record(
    connection: &Connection,
    now: i64,
    batch: &[Done],
    landed: &[Option<Flying>],
) -> Result<Recorded, StoreError> {
    let mut recorded = Recorded::default();
    pressure(connection, now, batch)?;
    let mut statements = Statements::prepare(connection, now)?;
    for (done, flying) in batch.iter().zip(landed) {
        let changed = match flying {
            Some(flying) => statements.one(done, flying)?,
            None => false,
        };
        let count = match (&done.outcome, changed) {
            (_, false) => &mut recorded.fenced,
            (Outcome::Settled(_), true) => &mut recorded.settled,
            (Outcome::NeedsYou(_), true) => &mut recorded.needs_you,
            (Outcome::Again(_) | Outcome::Stop(..), true) => &mut recorded.again,
        };
        *count += 1;
    }
    statements.tally.write(connection)?;
    Ok(recorded)
}

/// What the service and its errors say to everyone: fewer requests, or none.
fn pressure(connection: &Connection, now: i64, batch: &[Done]) -> Result<(), StoreError> {
    let throttled: Vec<_> = batch.iter().filter_map(|done| done.outcome.throttled()).collect();
    if !throttled.is_empty() {
        let (_, mut limiter) = control::read(connection)?;
        for asked in throttled {
            limiter.throttled(nanos(now), asked);
        }
        control::write(connection, &limiter)?;
    }
    for done in batch {
        if let Outcome::Stop(kind, _) = done.outcome {
            control::pause(connection, Pause::Stopped(kind))?;
        }
    }
    Ok(())
}

/// The statements of a batch, prepared once for all of its rows, and what they change of the numbers.
struct Statements<'a> {
    now: i64,
    last_answer: i64,
    again: CachedStatement<'a>,
    leave: CachedStatement<'a>,
    stay: CachedStatement<'a>,
    settle: CachedStatement<'a>,
    needs_you: CachedStatement<'a>,
    tally: Tally,
}

impl<'a> Statements<'a> {
    fn prepare(connection: &'a Connection, now: i64) -> Result<Self, StoreError> {
        let prepare = |sql| connection.prepare_cached(sql).map_err(failed);
        let last_answer = "select last_answer from control";
        Ok(Self {
            now,
            last_answer: prepare(last_answer)?.query_row((), |row| row.get(0)).map_err(failed)?,
            again: prepare(
                "update queue set due = case when due = ?2 then ?3 else due end, asks = ?4, errors = ?5, provisional_since = ?6 \
                 where id = ?1",
            )?,
            leave: prepare("delete from queue where id = ?1 and (?2 is null or due = ?2)")?,
            stay: prepare("update queue set errors = 0 where id = ?1")?,
            settle: prepare(
                "insert into answers (number, id, verdict, reason, code, result_code, proof, signed_at, body_sha256, settled_at, body) \
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?,
            needs_you: prepare(
                "insert into needs_you (id, kind, at, asks, provisional_since) values (?1, ?2, ?3, ?4, ?5)",
            )?,
            tally: Tally::default(),
        })
    }

    fn one(&mut self, done: &Done, flying: &Flying) -> Result<bool, StoreError> {
        let id = done.key.0;
        let was_provisional = i64::from(flying.record.provisional_since.is_some());
        match &done.outcome {
            Outcome::Again(again) | Outcome::Stop(_, again) => {
                let mut record = flying.record;
                record.count(again.why, self.now);
                let due = if again.why == Why::Released { flying.due } else { again.due };
                let values = (id, flying.due, due, record.asks, record.errors, record.provisional_since);
                let changed = self.again.execute(values).map_err(failed)? == 1;
                if changed {
                    self.tally.provisional += i64::from(record.provisional_since.is_some()) - was_provisional;
                }
                return Ok(changed);
            }
            // Only one outcome can take a job out of the queue.
            Outcome::Settled(_) if self.leave.execute((id, None::<i64>)).map_err(failed)? == 0 => return Ok(false),
            // A callback came during the question: the job is asked for once more.
            Outcome::NeedsYou(_) if self.leave.execute((id, flying.due)).map_err(failed)? == 0 => {
                return Ok(self.stay.execute((id,)).map_err(failed)? == 1);
            }
            Outcome::Settled(settlement) => self.settle(id, settlement)?,
            Outcome::NeedsYou(kind) => {
                let Record { asks, provisional_since, .. } = flying.record;
                self.needs_you.execute((id, kind.as_str(), self.now, asks, provisional_since)).map_err(failed)?;
            }
        }
        self.tally.waiting -= 1;
        self.tally.provisional -= was_provisional;
        Ok(true)
    }

    fn settle(&mut self, id: i64, settlement: &Settlement) -> Result<(), StoreError> {
        let reason = settlement.reason().map(smileid_core::Reason::as_str);
        let values = rusqlite::params![
            self.last_answer + self.tally.answers + 1,
            id,
            settlement.verdict().as_str(),
            reason,
            settlement.code(),
            settlement.result_code(),
            settlement.proof().as_str(),
            settlement.signed_at(),
            settlement.body_sha256().as_slice(),
            self.now,
            settlement.expose_body(),
        ];
        self.settle.execute(values).map_err(failed)?;
        self.tally.settle(settlement.verdict().as_str());
        Ok(())
    }
}
