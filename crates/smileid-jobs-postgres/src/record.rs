//! Outcomes in: one transaction for a batch, refused by epoch, and each settlement written once.

use std::collections::HashSet;

use futures_util::future::try_join;
use smileid_core::Reason;
use smileid_jobs::{Done, Outcome, Pause, Recorded, Settlement, Why};
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Transaction};

use crate::address::Schema;
use crate::control::{self, Now};
use crate::error::Failed;
use crate::open::change;
use crate::value::{Value, bigint};

const AGAIN: &str = "
    update {s}.queue q set
        due = case when q.state = 2 then $1 else s.due end,
        state = 0,
        asks = q.asks + (s.why in (1, 2))::int,
        errors = case s.why when 0 then q.errors when 3 then q.errors + 1 else 0 end,
        provisional_since = case when s.why = 2 then coalesce(q.provisional_since, $1) else q.provisional_since end
    from unnest($2::bigint[], $3::int[], $4::bigint[], $5::smallint[]) s (id, epoch, due, why)
    where q.id = s.id and q.epoch = s.epoch and q.state > 0";

const SETTLE: &str = "
    with s as (
        select * from unnest($2::bigint[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[],
                             $10::bytea[], $11::bytea[])
        with ordinality s (id, epoch, verdict, reason, code, result_code, proof, signed_at, body_sha256, body, place)
    ), u as (
        delete from {s}.queue q using s where q.id = s.id and q.epoch = s.epoch and q.state > 0 returning q.id, q.epoch
    ), a as (
        insert into {s}.answers (id, verdict, reason, code, result_code, proof, signed_at, body_sha256, settled_at, body)
        select id, verdict, reason, code, result_code, proof, signed_at, body_sha256, $1, body
        from s join u using (id, epoch) order by place
        returning verdict
    ), t as (
        update {s}.tally set
            approved = approved + (select count(*) from a where verdict = 'approved'),
            provisional = provisional + (select count(*) from a where verdict = 'provisional'),
            rejected = rejected + (select count(*) from a where verdict = 'rejected'),
            undetermined = undetermined + (select count(*) from a where verdict = 'undetermined'),
            waiting = waiting - (select count(*) from a)
        where slot = pg_backend_pid() % 16 and exists (select from a)
    )
    select count(*) from a";

const NEEDS_YOU: &str = "
    with s as (
        select * from unnest($2::bigint[], $3::int[], $4::text[]) s (id, epoch, kind)
    ), u as (
        delete from {s}.queue q using s where q.id = s.id and q.epoch = s.epoch and q.state > 0
        returning q.id, q.epoch, q.asks, q.provisional_since
    ), n as (
        insert into {s}.needs_you (id, at, provisional_since, epoch, asks, kind)
        select id, $1, provisional_since, epoch, asks, kind from s join u using (id, epoch)
        returning 1
    ), t as (
        update {s}.tally set waiting = waiting - (select count(*) from n)
        where slot = pg_backend_pid() % 16 and exists (select from n)
    )
    select count(*) from n";

/// What is sent to the server of a batch: each claim once, and its first outcome.
#[derive(Default)]
struct Batch<'a> {
    again: Vec<(i64, i32, i64, i16)>,
    settled: Vec<(i64, i32, &'a Settlement)>,
    needs_you: Vec<(i64, i32, &'static str)>,
}

impl<'a> Batch<'a> {
    fn of(batch: &'a [Done]) -> Self {
        let mut sorted = Self::default();
        let mut seen = HashSet::new();
        for done in batch {
            // An epoch that no claim carries is refused by not being sent.
            let (id, Ok(epoch)) = (done.key.0, i32::try_from(done.epoch)) else { continue };
            if !seen.insert((id, epoch)) {
                continue;
            }
            match &done.outcome {
                Outcome::Settled(settlement) => sorted.settled.push((id, epoch, settlement)),
                Outcome::NeedsYou(kind) => sorted.needs_you.push((id, epoch, kind.as_str())),
                Outcome::Again(again) | Outcome::Stop(_, again) => {
                    sorted.again.push((id, epoch, again.due, number(again.why)));
                }
            }
        }
        sorted
    }
}

/// What the statement counts, as [`smileid_jobs::Record::count`] does.
const fn number(why: Why) -> i16 {
    match why {
        Why::Throttled(_) | Why::Released => 0,
        Why::NotYet => 1,
        Why::Provisional => 2,
        Why::Failed(_) => 3,
    }
}

pub(crate) async fn record(client: &mut Client, schema: &Schema, batch: &[Done]) -> Result<Recorded, Failed> {
    let sorted = Batch::of(batch);
    let change = change(client).await?;
    pressure(&change, schema, batch).await?;
    let now = ordered(&change, schema, !sorted.settled.is_empty()).await?.millis();
    let mut recorded = Recorded::default();
    if !sorted.again.is_empty() {
        recorded.again = again(&change, schema, now, &sorted.again).await?;
    }
    if !sorted.needs_you.is_empty() {
        recorded.needs_you = needs_you(&change, schema, now, &sorted.needs_you).await?;
    }
    if !sorted.settled.is_empty() {
        recorded.settled = settle(&change, schema, now, &sorted.settled).await?;
    }
    change.commit().await?;
    let accepted = recorded.again + recorded.needs_you + recorded.settled;
    recorded.fenced = (batch.len() as u64).saturating_sub(accepted);
    Ok(recorded)
}

/// What the service and its errors say to everyone: fewer requests, or none. It comes first, as a claim locks this row first too.
async fn pressure(change: &Transaction<'_>, schema: &Schema, batch: &[Done]) -> Result<(), Failed> {
    let throttled: Vec<_> = batch.iter().filter_map(|done| done.outcome.throttled()).collect();
    let stop = batch.iter().find_map(|done| match done.outcome {
        Outcome::Stop(kind, _) => Some(kind),
        _ => None,
    });
    if throttled.is_empty() && stop.is_none() {
        return Ok(());
    }
    let (_, mut limiter, now) = control::lock(change, schema).await?;
    for asked in &throttled {
        limiter.throttled(now.0, *asked);
    }
    if !throttled.is_empty() {
        control::write(change.client(), schema, &limiter).await?;
    }
    if let Some(kind) = stop {
        control::pause(change.client(), schema, Pause::Stopped(kind)).await?;
    }
    Ok(())
}

/// Reads the clock. If answers are to be written, an export waits from here on until their numbers are committed.
async fn ordered(change: &Transaction<'_>, schema: &Schema, answers: bool) -> Result<Now, Failed> {
    if !answers {
        return control::now(change.client()).await;
    }
    let sql = schema.sql("select pg_advisory_xact_lock_shared(1397574210, '{s}.answers'::regclass::oid::int)");
    let lock = async { Ok::<_, Failed>(change.query_typed(&sql, &[]).await?) };
    Ok(try_join(lock, control::now(change.client())).await?.1)
}

async fn again(
    change: &Transaction<'_>,
    schema: &Schema,
    now: i64,
    jobs: &[(i64, i32, i64, i16)],
) -> Result<u64, Failed> {
    let ids: Vec<i64> = jobs.iter().map(|job| job.0).collect();
    let epochs: Vec<i32> = jobs.iter().map(|job| job.1).collect();
    let dues: Vec<i64> = jobs.iter().map(|job| job.2).collect();
    let whys: Vec<i16> = jobs.iter().map(|job| job.3).collect();
    let values: [Value<'_>; 5] = [
        bigint(&now),
        (&ids, Type::INT8_ARRAY),
        (&epochs, Type::INT4_ARRAY),
        (&dues, Type::INT8_ARRAY),
        (&whys, Type::INT2_ARRAY),
    ];
    Ok(change.execute_typed(&schema.sql(AGAIN), &values).await?)
}

async fn needs_you(
    change: &Transaction<'_>,
    schema: &Schema,
    now: i64,
    jobs: &[(i64, i32, &'static str)],
) -> Result<u64, Failed> {
    let ids: Vec<i64> = jobs.iter().map(|job| job.0).collect();
    let epochs: Vec<i32> = jobs.iter().map(|job| job.1).collect();
    let kinds: Vec<&str> = jobs.iter().map(|job| job.2).collect();
    let values: [Value<'_>; 4] =
        [bigint(&now), (&ids, Type::INT8_ARRAY), (&epochs, Type::INT4_ARRAY), (&kinds, Type::TEXT_ARRAY)];
    count(change, &schema.sql(NEEDS_YOU), &values).await
}

async fn settle(
    change: &Transaction<'_>,
    schema: &Schema,
    now: i64,
    jobs: &[(i64, i32, &Settlement)],
) -> Result<u64, Failed> {
    let ids: Vec<i64> = jobs.iter().map(|job| job.0).collect();
    let epochs: Vec<i32> = jobs.iter().map(|job| job.1).collect();
    let texts = |text: fn(&Settlement) -> Option<&str>| jobs.iter().map(|job| text(job.2)).collect::<Vec<_>>();
    let verdicts = texts(|settlement| Some(settlement.verdict().as_str()));
    let reasons = texts(|settlement| settlement.reason().map(Reason::as_str));
    let codes = texts(Settlement::code);
    let results = texts(Settlement::result_code);
    let proofs = texts(|settlement| Some(settlement.proof().as_str()));
    let signed: Vec<i64> = jobs.iter().map(|job| job.2.signed_at()).collect();
    let digests: Vec<&[u8]> = jobs.iter().map(|job| job.2.body_sha256().as_slice()).collect();
    let bodies: Vec<Option<&[u8]>> = jobs.iter().map(|job| job.2.expose_body().map(str::as_bytes)).collect();
    let values: [Value<'_>; 11] = [
        bigint(&now),
        (&ids, Type::INT8_ARRAY),
        (&epochs, Type::INT4_ARRAY),
        (&verdicts, Type::TEXT_ARRAY),
        (&reasons, Type::TEXT_ARRAY),
        (&codes, Type::TEXT_ARRAY),
        (&results, Type::TEXT_ARRAY),
        (&proofs, Type::TEXT_ARRAY),
        (&signed, Type::INT8_ARRAY),
        (&digests, Type::BYTEA_ARRAY),
        (&bodies, Type::BYTEA_ARRAY),
    ];
    count(change, &schema.sql(SETTLE), &values).await
}

async fn count(change: &Transaction<'_>, sql: &str, values: &[Value<'_>]) -> Result<u64, Failed> {
    Ok(change.query_typed_one(sql, values).await?.try_get::<_, i64>(0)?.cast_unsigned())
}
