//! Answers out, counts, and what people do with jobs: retry, wake, purge.

use core::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row};
use smileid_core::JobStatusQuery;
use smileid_jobs::{
    AnswerRow, Answers, Counts, Cursor, Retry, StoreError, Woken, due_called, due_first, due_since, kind_of,
};

use crate::control;
use crate::error::failed;
use crate::record::nanos;
use crate::tally::{self, Tally};

/// A page by its key: no reader keeps SQLite's checkpoints waiting for long.
pub(crate) fn answers_after(connection: &Connection, cursor: &Cursor, most: u32) -> Result<Answers, StoreError> {
    let after: i64 = match cursor.as_str() {
        "" => 0,
        text => given_out(connection, text)?,
    };
    let sql = "select a.number, j.user_id, j.job_id, j.columns, a.verdict, a.reason, a.code, a.result_code, a.proof, a.signed_at, \
               a.body_sha256, a.settled_at, a.body from answers a join jobs j on j.id = a.id \
               where a.number > ?1 order by a.number limit ?2";
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    let mut rows = statement.query((after, most)).map_err(failed)?;
    let mut answers = Answers { rows: Vec::new(), cursor: cursor.clone() };
    while let Some(row) = rows.next().map_err(failed)? {
        answers.rows.push(answer(row).map_err(failed)?);
        answers.cursor = Cursor::new(row.get::<_, i64>(0).map_err(failed)?.to_string());
    }
    Ok(answers)
}

/// Reads the number of an answer that there was. Behind a larger one, from another store, the next answers would never be exported.
fn given_out(connection: &Connection, text: &str) -> Result<i64, StoreError> {
    let sql = "select last_answer from control";
    let last =
        connection.prepare_cached(sql).and_then(|mut last| last.query_row((), |row| row.get(0))).map_err(failed)?;
    text.parse().ok().filter(|number| (0..=last).contains(number)).ok_or_else(StoreError::foreign_cursor)
}

fn answer(row: &Row<'_>) -> rusqlite::Result<AnswerRow> {
    Ok(AnswerRow {
        user_id: row.get(1)?,
        job_id: row.get(2)?,
        columns: row.get(3)?,
        verdict: row.get(4)?,
        reason: row.get(5)?,
        code: row.get(6)?,
        result_code: row.get(7)?,
        proof: row.get(8)?,
        signed_at: row.get(9)?,
        body_sha256: row.get(10)?,
        settled_at: row.get(11)?,
        body: row.get(12)?,
    })
}

pub(crate) fn counts(connection: &Connection, now: i64) -> Result<Counts, StoreError> {
    let (paused, limiter) = control::read(connection)?;
    let mut counts = Counts::default();
    (counts.paused, counts.rate, counts.allowed) = (paused, limiter.rate, limiter.allowed(nanos(now)));
    tally::read(connection, &mut counts)?;
    counts.due = tally::due(connection, now, counts.waiting)?;
    // Of the jobs that a callback made due, and of the others.
    let sql = "select (select min(due) from queue where due < 0), (select min(due) from queue where due >= 0)";
    let first: [Option<i64>; 2] =
        connection.query_row(sql, (), |row| Ok([row.get(0)?, row.get(1)?])).map_err(failed)?;
    let waited = |due: i64| u64::try_from(now.saturating_sub(due_since(due))).ok().map(Duration::from_millis);
    counts.oldest_due = first.into_iter().flatten().filter_map(waited).max();
    let mut kinds = connection
        .prepare_cached("select kind, count(*) from needs_you group by kind order by kind")
        .map_err(failed)?;
    let mut rows = kinds.query(()).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let word: String = row.get(0).map_err(failed)?;
        let kind = kind_of(&word).ok_or_else(|| StoreError::damaged("a job needs a person for no known reason"))?;
        counts.needs_you.push((kind, row.get::<_, i64>(1).map_err(failed)?.cast_unsigned()));
    }
    Ok(counts)
}

pub(crate) fn retry(connection: &Connection, now: i64, which: Retry) -> Result<u64, StoreError> {
    let kind = match which {
        Retry::All => None,
        Retry::Kind(kind) => Some(kind.as_str()),
    };
    let enqueue = "insert into queue (id, due, asks, provisional_since) select id, ?2, asks, provisional_since from needs_you \
                   where ?1 is null or kind = ?1";
    let count = "select count(*), count(provisional_since) from needs_you where ?1 is null or kind = ?1";
    back(connection, count, (kind,))?;
    connection.execute(enqueue, (kind, now)).map_err(failed)?;
    let gone = connection.execute("delete from needs_you where ?1 is null or kind = ?1", (kind,)).map_err(failed)?;
    Ok(gone as u64)
}

/// Counts jobs that are about to wait again, by a query that finds them.
fn back(connection: &Connection, count: &str, values: impl rusqlite::Params) -> Result<(), StoreError> {
    let (waiting, provisional) =
        connection.query_row(count, values, |row| Ok((row.get(0)?, row.get(1)?))).map_err(failed)?;
    Tally { waiting, provisional, ..Tally::default() }.write(connection)
}

pub(crate) fn wake(connection: &Connection, now: i64, query: &JobStatusQuery) -> Result<Woken, StoreError> {
    let mut find =
        connection.prepare_cached("select id from jobs where user_id = ?1 and job_id = ?2").map_err(failed)?;
    let id: Option<i64> =
        find.query_row((query.user_id(), query.job_id()), |row| row.get(0)).optional().map_err(failed)?;
    let Some(id) = id else { return Ok(Woken::Unknown) };
    let mut last = connection.prepare_cached("select woken_at from queue where id = ?1").map_err(failed)?;
    let last: Option<i64> = last.query_row((id,), |row| row.get(0)).optional().map_err(failed)?.flatten();
    // Always another time than before: the owner sees by it that the job in flight is to be asked for once more.
    let mut hurry = connection
        .prepare_cached("update queue set due = min(due, ?2) - 1, woken_at = ?3 where id = ?1")
        .map_err(failed)?;
    let mut changed = hurry.execute((id, due_called(last, now), now)).map_err(failed)?;
    if changed == 0 {
        back(connection, "select count(*), count(provisional_since) from needs_you where id = ?1", (id,))?;
        let enqueue = "insert into queue (id, due, asks, provisional_since, woken_at) select id, ?2, asks, provisional_since, ?3 \
                       from needs_you where id = ?1";
        changed = connection.execute(enqueue, (id, due_first(now), now)).map_err(failed)?;
        connection.execute("delete from needs_you where id = ?1", (id,)).map_err(failed)?;
    }
    Ok(if changed == 1 { Woken::Due } else { Woken::Settled })
}

/// How many answers one statement of a purge deletes.
const CHUNK: i64 = 10_000;

/// Deletes a part of what is old, and returns how many that were.
pub(crate) fn purge_some(connection: &Connection, before: i64) -> Result<u64, StoreError> {
    let sql = "select number, id, verdict from answers where settled_at <= ?1 order by number limit ?2";
    let mut old = connection.prepare_cached(sql).map_err(failed)?;
    let mut rows = old.query((before, CHUNK)).map_err(failed)?;
    let (mut purged, mut tally) = (0, Tally::default());
    while let Some(row) = rows.next().map_err(failed)? {
        let (number, id, verdict): (i64, i64, String) =
            (row.get(0).map_err(failed)?, row.get(1).map_err(failed)?, row.get(2).map_err(failed)?);
        for (sql, key) in [("delete from answers where number = ?1", number), ("delete from jobs where id = ?1", id)] {
            connection.prepare_cached(sql).and_then(|mut delete| delete.execute((key,))).map_err(failed)?;
        }
        tally.purge(&verdict);
        purged += 1;
    }
    tally.write(connection)?;
    Ok(purged)
}
