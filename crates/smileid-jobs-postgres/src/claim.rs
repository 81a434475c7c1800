//! Claims: the rate is spent and the leases are written in one transaction.

use core::time::Duration;

use futures_util::future::try_join;
use smileid_core::JobStatusQuery;
use smileid_jobs::{Claim, Claimed, JobKey, Record, StoreError, Then};
use tokio_postgres::{Client, Row, Transaction};

use crate::address::Schema;
use crate::control::{self, Now};
use crate::error::Failed;
use crate::open::change;
use crate::value::bigint;

/// Rows that another transaction is writing are passed over, without waiting for them.
const CLAIM: &str = "
    with c as materialized (
        select ctid, due from {s}.queue where due <= $1 order by due limit $2 for update skip locked
    ), u as (
        update {s}.queue q set due = $3, epoch = q.epoch + 1, state = 1 from c where q.ctid = c.ctid
        returning q.id, q.epoch, q.asks, q.errors, q.provisional_since, c.due
    )
    select u.id, u.epoch, u.asks, u.errors, u.provisional_since, j.user_id, j.job_id, j.imported_at
    from u join {s}.jobs j on j.id = u.id order by u.due, u.id";

pub(crate) async fn claim(
    client: &mut Client,
    schema: &Schema,
    wanted: u32,
    lease: Duration,
) -> Result<Claimed, Failed> {
    let change = change(client).await?;
    let (paused, mut limiter, now) = control::lock(&change, schema).await?;
    let at = now.millis();
    if let Some(pause) = paused {
        return Ok(Claimed { jobs: Vec::new(), at, then: Then::Paused(pause) });
    }
    let granted = limiter.available(now.0).min(wanted);
    let jobs = if granted == 0 { Vec::new() } else { leased(&change, schema, now, granted, lease).await? };
    let found = u32::try_from(jobs.len()).unwrap_or(u32::MAX);
    if found > 0 {
        limiter.spend(now.0, found);
    }
    let first = first_due(&change, schema);
    let first = if found > 0 {
        try_join(control::write(change.client(), schema, &limiter), first).await?.1
    } else {
        first.await?
    };
    change.commit().await?;
    let ready = limiter.ready_at(now.0) / 1_000_000;
    let then = match first {
        None => Then::Empty,
        // There may be more that are due: the limiter says when.
        Some(_) if found == granted => Then::At(ready),
        Some(due) => Then::At(due.max(ready)),
    };
    Ok(Claimed { jobs, at, then })
}

async fn leased(
    change: &Transaction<'_>,
    schema: &Schema,
    now: Now,
    granted: u32,
    lease: Duration,
) -> Result<Vec<Claim>, Failed> {
    let now = now.millis();
    let until = now.saturating_add(i64::try_from(lease.as_millis()).unwrap_or(i64::MAX));
    let most = i64::from(granted);
    let values = [&now, &most, &until].map(bigint);
    let rows = change.query_typed(&schema.sql(CLAIM), &values).await?;
    rows.iter().map(claimed).collect()
}

fn claimed(row: &Row) -> Result<Claim, Failed> {
    let (user_id, job_id): (String, String) = (row.try_get(5)?, row.try_get(6)?);
    let query = JobStatusQuery::new(user_id, job_id).map_err(|_| StoreError::damaged("an id cannot be asked for"))?;
    let count = |at| row.try_get::<_, i32>(at).map(|count| u32::try_from(count).unwrap_or(0));
    let record =
        Record { imported_at: row.try_get(7)?, asks: count(2)?, errors: count(3)?, provisional_since: row.try_get(4)? };
    Ok(Claim { key: JobKey(row.try_get(0)?), epoch: i64::from(row.try_get::<_, i32>(1)?), query, record })
}

/// When the first job of the queue is due, claimed ones included: those are due when their lease ends.
async fn first_due(change: &Transaction<'_>, schema: &Schema) -> Result<Option<i64>, Failed> {
    Ok(change.query_typed_one(&schema.sql("select min(due) from {s}.queue"), &[]).await?.try_get(0)?)
}
