//! What people and callbacks do with jobs: retry, wake, purge.

use core::time::Duration;

use smileid_core::JobStatusQuery;
use smileid_jobs::{Retry, Woken, due_first};
use tokio_postgres::Client;

use crate::address::Schema;
use crate::control;
use crate::error::Failed;
use crate::open::{Session, change};
use crate::value::{bigint, text};

const RETRY: &str = "
    with n as (
        delete from {s}.needs_you where $2::text is null or kind = $2 returning id, provisional_since, epoch, asks
    ), t as (
        update {s}.tally set waiting = waiting + (select count(*) from n)
        where slot = pg_backend_pid() % 16 and exists (select from n)
    )
    insert into {s}.queue (id, due, provisional_since, epoch, asks) select id, $1, provisional_since, epoch, asks from n";

/// Its due time is that of `smileid_jobs::due_called`.
const WAKE: &str = "
    update {s}.queue set
        due = least(due, case when woken_at > $3 - 60000 and woken_at <= $3 then $3 else $2 end),
        state = case state when 0 then 0 else 2 end,
        woken_at = $3
    where id = $1";

const BACK: &str = "
    with n as (
        delete from {s}.needs_you where id = $1 returning id, provisional_since, epoch, asks
    ), t as (
        update {s}.tally set waiting = waiting + 1
        where slot = pg_backend_pid() % 16 and exists (select from n)
    )
    insert into {s}.queue (id, due, provisional_since, epoch, asks, woken_at)
    select id, $2, provisional_since, epoch, asks, $3 from n";

/// Those that are claimed are passed over: there are few.
const WOKEN: &str = "select due from {s}.queue where due < 0 and state = 0 order by due desc limit 1";

const PURGE: &str = "
    with old as materialized (
        select number from {s}.answers where settled_at <= $1 order by number limit $2 for update skip locked
    ), a as (
        delete from {s}.answers using old where answers.number = old.number returning answers.id, verdict
    ), j as (
        delete from {s}.jobs using a where jobs.id = a.id
    ), t as (
        update {s}.tally set
            approved = approved - (select count(*) from a where verdict = 'approved'),
            provisional = provisional - (select count(*) from a where verdict = 'provisional'),
            rejected = rejected - (select count(*) from a where verdict = 'rejected'),
            undetermined = undetermined - (select count(*) from a where verdict = 'undetermined')
        where slot = pg_backend_pid() % 16
    )
    select count(*) from a";

/// How many answers one transaction of a purge deletes.
const CHUNK: i64 = 10_000;

pub(crate) async fn retry(client: &Client, schema: &Schema, which: Retry) -> Result<u64, Failed> {
    let now = control::now(client).await?.millis();
    let kind = match which {
        Retry::All => None,
        Retry::Kind(kind) => Some(kind.as_str()),
    };
    Ok(client.execute_typed(&schema.sql(RETRY), &[bigint(&now), text(&kind)]).await?)
}

pub(crate) async fn wake(client: &mut Client, schema: &Schema, query: &JobStatusQuery) -> Result<Woken, Failed> {
    let change = change(client).await?;
    let sql = schema.sql("select id from {s}.jobs where user_id = $1 and job_id = $2");
    let Some(row) = change.query_typed_opt(&sql, &[text(&query.user_id()), text(&query.job_id())]).await? else {
        return Ok(Woken::Unknown);
    };
    let id: i64 = row.try_get(0)?;
    let now = control::now(change.client()).await?.millis();
    // A job can move while this waits for its row: from the queue to a person, and back by a retry.
    for sql in [WAKE, BACK, WAKE] {
        if change.execute_typed(&schema.sql(sql), &[bigint(&id), bigint(&due_first(now)), bigint(&now)]).await? == 1 {
            change.commit().await?;
            return Ok(Woken::Due);
        }
    }
    Ok(Woken::Settled)
}

/// Whether there is a callback that came after the last one that was seen.
pub(crate) async fn was_woken(session: &mut Session, schema: &Schema) -> Result<bool, Failed> {
    let Some(row) = session.read(schema, WOKEN, &[]).await? else { return Ok(false) };
    let latest = Some(row.try_get(0)?);
    Ok(core::mem::replace(&mut session.woken, latest) < latest)
}

/// Deletes in several transactions, so that a run can go on meanwhile.
pub(crate) async fn purge(client: &Client, schema: &Schema, older_than: Duration) -> Result<u64, Failed> {
    let older_than = i64::try_from(older_than.as_millis()).unwrap_or(i64::MAX);
    let before = control::now(client).await?.millis().saturating_sub(older_than);
    let sql = schema.sql(PURGE);
    let mut purged = 0;
    loop {
        let row = client.query_typed_one(&sql, &[bigint(&before), bigint(&CHUNK)]).await?;
        match row.try_get::<_, i64>(0)? {
            0 => return Ok(purged),
            some => purged += some.cast_unsigned(),
        }
    }
}
