//! Claims: the rate is spent and the leases are written in one transaction.

use core::time::Duration;

use futures_util::future::try_join;
use smileid_core::JobStatusQuery;
use smileid_jobs::{Claim, Claimed, JobKey, Limiter, Record, StoreError, Then};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row, Statement};

use crate::address::Schema;
use crate::control::{self, Now};
use crate::error::Failed;
use crate::open::Session;
use crate::value::bigint;

/// Rows that another transaction is writing are passed over, without waiting for them. Claimed rows stay where they are in the index, so
/// that those in flight are passed over too. The array makes the server read just these rows, however many it expects.
const CLAIM: &str = "
    with u as (
        update {s}.queue q set until = $3, epoch = q.epoch + 1, state = 1
        where q.ctid = any (array(
            select ctid from {s}.queue where due <= $1 and until <= $1 order by due limit $2 for update skip locked
        ))
        returning q.id, q.epoch, q.asks, q.errors, q.provisional_since, q.due, q.woken_at
    ), spent as (
        update {s}.control set spent_until = $4 + $5 * (select count(*) from u) where exists (select from u)
    )
    select u.id, u.epoch, u.asks, u.errors, u.provisional_since, j.user_id, j.job_id, j.imported_at, u.woken_at
    from u join {s}.jobs j on j.id = u.id order by u.due, u.id";

/// When the next job can be claimed, after all that could be were: when one is due, or when a lease ends. The last column is whether any
/// job is waiting.
const NEXT: &str = "
    select (select min(due) from {s}.queue where due > $1), (select min(until) from {s}.queue where due <= $1),
           exists (select from {s}.queue)";

const WAITS: &str = "select exists (select from {s}.queue)";

/// Two round trips: the limiter's row is locked and the clock read; the jobs are claimed, the rate is spent, and all is committed.
pub(crate) async fn claim(
    session: &mut Session,
    schema: &Schema,
    wanted: u32,
    lease: Duration,
) -> Result<Claimed, Failed> {
    let claim = session.prepared(schema, CLAIM, &[Type::INT8, Type::INT8, Type::INT8, Type::INT8, Type::INT8]).await?;
    let (paused, limiter, now) = control::lock(session, schema, &session.begin()).await?;
    let at = now.millis();
    if let Some(pause) = paused {
        session.client.batch_execute("rollback").await?;
        return Ok(Claimed { jobs: Vec::new(), at, then: Then::Paused(pause) });
    }
    let granted = limiter.available(now.0).min(wanted);
    let jobs = leased(&session.client, &claim, (now, &limiter), granted, lease).await?;
    let found = u32::try_from(jobs.len()).unwrap_or(u32::MAX);
    let mut spent = limiter;
    if found > 0 {
        spent.spend(now.0, found);
    }
    let ready = spent.ready_at(now.0) / 1_000_000;
    if found == granted && granted > 0 {
        // There may be more that are due: the limiter says when.
        return Ok(Claimed { jobs, at, then: Then::At(ready) });
    }
    if granted == 0 {
        // Nothing was looked for, and when something is due matters only once the rate allows a question.
        let any: bool = session.read(schema, WAITS, &[]).await?.ok_or_else(no_row)?.try_get(0)?;
        return Ok(Claimed { jobs, at, then: if any { Then::At(ready) } else { Then::Empty } });
    }
    let row = session.read(schema, NEXT, &[bigint(&at)]).await?.ok_or_else(no_row)?;
    let (due, until): (Option<i64>, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
    let then = match [due, until].into_iter().flatten().min() {
        _ if !row.try_get::<_, bool>(2)? => Then::Empty,
        Some(first) => Then::At(first.max(ready)),
        None => Then::At(ready),
    };
    Ok(Claimed { jobs, at, then })
}

/// Claims what was granted, and ends the transaction.
async fn leased(
    client: &Client,
    claim: &Statement,
    (now, limiter): (Now, &Limiter),
    granted: u32,
    lease: Duration,
) -> Result<Vec<Claim>, Failed> {
    if granted == 0 {
        client.batch_execute("rollback").await?;
        return Ok(Vec::new());
    }
    // What any number of questions adds to what was spent.
    let (mut from, mut one) = (*limiter, *limiter);
    from.spend(now.0, 0);
    one.spend(now.0, 1);
    let period = one.spent_until.saturating_sub(from.spent_until);
    let at = now.millis();
    let until = at.saturating_add(i64::try_from(lease.as_millis()).unwrap_or(i64::MAX));
    let most = i64::from(granted);
    let values: [&(dyn ToSql + Sync); 5] = [&at, &most, &until, &from.spent_until, &period];
    // The server commits nothing if the claim fails.
    let (rows, ()) = try_join(client.query(claim, &values), client.batch_execute("commit")).await?;
    rows.iter().map(claimed).collect()
}

/// A query without a table always returns a row.
fn no_row() -> StoreError {
    StoreError::damaged("the server returned no row")
}

fn claimed(row: &Row) -> Result<Claim, Failed> {
    let (user_id, job_id): (String, String) = (row.try_get(5)?, row.try_get(6)?);
    let query = JobStatusQuery::new(user_id, job_id).map_err(|_| StoreError::damaged("an id cannot be asked for"))?;
    let count = |at| row.try_get::<_, i32>(at).map(|count| u32::try_from(count).unwrap_or(0));
    let record = Record {
        imported_at: row.try_get(7)?,
        asks: count(2)?,
        errors: count(3)?,
        provisional_since: row.try_get(4)?,
        woken_at: row.try_get(8)?,
    };
    Ok(Claim { key: JobKey(row.try_get(0)?), epoch: i64::from(row.try_get::<_, i32>(1)?), query, record })
}
