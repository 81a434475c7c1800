//! Answers out, and counts.

use core::time::Duration;

use smileid_jobs::{AnswerRow, Answers, Counts, Cursor, StoreError, due_since, kind_of};
use tokio_postgres::{Client, IsolationLevel, Row, Transaction};

use crate::address::Schema;
use crate::control;
use crate::error::Failed;
use crate::open::{Session, change};
use crate::value::bigint;

const PAGE: &str = "
    select a.number, j.user_id, j.job_id, j.columns, a.verdict, a.reason, a.code, a.result_code, a.proof, a.signed_at,
           a.body_sha256, a.settled_at, a.body
    from {s}.answers a join {s}.jobs j on j.id = a.id
    where a.number > $1 and a.number <= $2 order by a.number limit $3";

/// Reads a page by its key.
///
/// Numbers are given out before they are committed: a page that ended with the latest one could pass over a smaller one that is
/// committed later. So a page ends at the horizon, which is moved when it is reached.
pub(crate) async fn answers_after(
    session: &mut Session,
    schema: &Schema,
    cursor: &Cursor,
    most: u32,
) -> Result<Answers, Failed> {
    let after: i64 = match cursor.as_str() {
        "" => 0,
        text => text.parse().ok().filter(|number| *number >= 0).ok_or_else(StoreError::foreign_cursor)?,
    };
    let most = i64::from(most);
    let mut rows = page(&session.client, schema, [after, session.horizon, most]).await?;
    if (rows.len() as u64) < most.cast_unsigned() {
        session.horizon = horizon(&mut session.client, schema).await?;
        rows = page(&session.client, schema, [after, session.horizon, most]).await?;
    }
    // Behind a number that no answer has had, from another store, the next answers would never be exported.
    if after > session.horizon && given_out(&session.client, schema).await?.is_some_and(|last| after > last) {
        return Err(StoreError::foreign_cursor().into());
    }
    let cursor = match rows.last() {
        Some(row) => Cursor::new(row.try_get::<_, i64>(0)?.to_string()),
        None => cursor.clone(),
    };
    let rows = rows.iter().map(answer).collect::<Result<_, _>>()?;
    Ok(Answers { rows, cursor })
}

/// The last number that was given out, also to an answer that is deleted. None if the user may not read it.
async fn given_out(client: &Client, schema: &Schema) -> Result<Option<i64>, Failed> {
    let sql = "select case when has_sequence_privilege(s, 'select, usage') then coalesce(pg_sequence_last_value(s::regclass), 0) end \
               from pg_get_serial_sequence('{s}.answers', 'number') s";
    Ok(client.query_typed_one(&schema.sql(sql), &[]).await?.try_get(0)?)
}

async fn page(client: &Client, schema: &Schema, range: [i64; 3]) -> Result<Vec<Row>, Failed> {
    let values = range.each_ref().map(bigint);
    Ok(client.query_typed(&schema.sql(PAGE), &values).await?)
}

/// Waits until all numbers that are given out are committed, for a moment, and returns the last of them.
async fn horizon(client: &mut Client, schema: &Schema) -> Result<i64, Failed> {
    let change = change(client).await?;
    let sql = "select pg_advisory_xact_lock(1397574210, '{s}.answers'::regclass::oid::int)";
    change.query_typed(&schema.sql(sql), &[]).await?;
    // After the lock, in a separate statement: it sees what was committed while this one waited.
    let sql = "select coalesce(max(number), 0) from {s}.answers";
    let last = change.query_typed_one(&schema.sql(sql), &[]).await?.try_get(0)?;
    change.commit().await?;
    Ok(last)
}

fn answer(row: &Row) -> Result<AnswerRow, Failed> {
    let body = row.try_get::<_, Option<Vec<u8>>>(12)?.map(String::from_utf8).transpose();
    let digest: &[u8] = row.try_get(10)?;
    Ok(AnswerRow {
        user_id: row.try_get(1)?,
        job_id: row.try_get(2)?,
        columns: row.try_get(3)?,
        verdict: row.try_get(4)?,
        reason: row.try_get(5)?,
        code: row.try_get(6)?,
        result_code: row.try_get(7)?,
        proof: row.try_get(8)?,
        signed_at: row.try_get(9)?,
        body_sha256: digest.try_into().map_err(|_| StoreError::damaged("a digest has another length"))?,
        settled_at: row.try_get(11)?,
        body: body.map_err(|_| StoreError::damaged("a body is not UTF-8"))?,
    })
}

/// Counts from one snapshot.
pub(crate) async fn counts(client: &mut Client, schema: &Schema) -> Result<Counts, Failed> {
    let read = client.build_transaction().isolation_level(IsolationLevel::RepeatableRead).read_only(true);
    let read = read.start().await?;
    let now = control::now(read.client()).await?;
    let (paused, limiter) = control::read(read.client(), schema).await?;
    let mut counts = Counts::default();
    (counts.paused, counts.rate, counts.allowed) = (paused, limiter.rate, limiter.allowed(now.0));
    let number = |row: &Row, at| row.try_get::<_, i64>(at).map(|number| u64::try_from(number).unwrap_or(0));
    let sql = "select sum(approved)::bigint, sum(provisional)::bigint, sum(rejected)::bigint, sum(undetermined)::bigint, \
               sum(waiting)::bigint from {s}.tally";
    let row = read.query_typed_one(&schema.sql(sql), &[]).await?;
    counts.verdicts = [number(&row, 0)?, number(&row, 1)?, number(&row, 2)?, number(&row, 3)?];
    counts.settled = counts.verdicts.iter().sum();
    counts.waiting = number(&row, 4)?;
    let sql = "select count(*) from {s}.queue where provisional_since is not null";
    counts.provisional = number(&read.query_typed_one(&schema.sql(sql), &[]).await?, 0)?;
    counts.due = due(&read, schema, now.millis(), counts.waiting).await?;
    // Of the jobs that a callback made due, and of the others.
    let sql = "select (select min(due) from {s}.queue where due < 0), (select min(due) from {s}.queue where due >= 0)";
    let row = read.query_typed_one(&schema.sql(sql), &[]).await?;
    let waited = |due: i64| u64::try_from(now.millis().saturating_sub(due_since(due))).ok().map(Duration::from_millis);
    let first: [Option<i64>; 2] = [row.try_get(0)?, row.try_get(1)?];
    counts.oldest_due = first.into_iter().flatten().filter_map(waited).max();
    let sql = "select kind, count(*) from {s}.needs_you group by kind order by kind collate \"C\"";
    for row in read.query_typed(&schema.sql(sql), &[]).await? {
        let kind = kind_of(row.try_get(0)?);
        let kind = kind.ok_or_else(|| StoreError::damaged("a job needs a person for no known reason"))?;
        counts.needs_you.push((kind, number(&row, 1)?));
    }
    Ok(counts)
}

/// How many rows are looked at first, on each side of the present.
const FIRST: i64 = 1 << 12;

/// Counts the waiting jobs that are due: from the side of the present on which there are fewer, so that a backlog that is all due, or not
/// due at all, costs nothing.
async fn due(read: &Transaction<'_>, schema: &Schema, now: i64, waiting: u64) -> Result<u64, Failed> {
    let due = schema.sql("select count(*) from (select from {s}.queue where due <= $1 limit $2) q");
    let later = schema.sql("select count(*) from (select from {s}.queue where due > $1 limit $2) q");
    let mut most = FIRST;
    loop {
        let values = [&now, &most].map(bigint);
        let found: i64 = read.query_typed_one(&due, &values).await?.try_get(0)?;
        if found < most {
            return Ok(found.cast_unsigned());
        }
        let found: i64 = read.query_typed_one(&later, &values).await?.try_get(0)?;
        if found < most {
            return Ok(waiting.saturating_sub(found.cast_unsigned()));
        }
        most = most.saturating_mul(4);
    }
}
