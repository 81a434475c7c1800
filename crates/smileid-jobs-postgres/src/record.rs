//! Outcomes in: one transaction for a batch, refused by epoch, and each settlement written once.

use std::collections::HashSet;

use futures_util::future::{try_join3, try_join4};
use smileid_core::Reason;
use smileid_jobs::{Done, Outcome, Pause, Recorded, Settlement, Why};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Statement};

use crate::address::Schema;
use crate::control;
use crate::error::Failed;
use crate::open::Session;

const AGAIN: &str = "
    update {s}.queue q set
        due = case when q.state = 2 or s.why = 4 then q.due else s.due end,
        until = 0,
        state = 0,
        asks = q.asks + (s.why in (1, 2))::int,
        errors = case when s.why in (0, 4) then q.errors when s.why = 3 then q.errors + 1 else 0 end,
        provisional_since = case when s.why = 2 then coalesce(q.provisional_since, {now}) else q.provisional_since end
    from unnest($1::bigint[], $2::int[], $3::bigint[], $4::smallint[]) s (id, epoch, due, why)
    where q.id = s.id and q.epoch = s.epoch and q.state > 0";

const SETTLE: &str = "
    with u as (
        delete from {s}.queue q
        using unnest($1::bigint[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bytea[],
                     $10::bytea[])
        with ordinality s (id, epoch, verdict, reason, code, result_code, proof, signed_at, body_sha256, body, place)
        where q.id = s.id and q.epoch = s.epoch and q.state > 0
        returning s.*
    ), a as (
        insert into {s}.answers (id, verdict, reason, code, result_code, proof, signed_at, body_sha256, settled_at, body)
        select id, verdict, reason, code, result_code, proof, signed_at, body_sha256, {now}, body
        from u order by place
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

/// A job for which a callback came during the question is asked for once more.
const NEEDS_YOU: &str = "
    with u as (
        delete from {s}.queue q using unnest($1::bigint[], $2::int[], $3::text[]) s (id, epoch, kind)
        where q.id = s.id and q.epoch = s.epoch and q.state = 1
        returning q.id, q.epoch, q.asks, q.provisional_since, s.kind
    ), w as (
        update {s}.queue q set until = 0, state = 0, errors = 0 from unnest($1::bigint[], $2::int[]) s (id, epoch)
        where q.id = s.id and q.epoch = s.epoch and q.state = 2
        returning 1
    ), n as (
        insert into {s}.needs_you (id, at, provisional_since, epoch, asks, kind)
        select id, {now}, provisional_since, epoch, asks, kind from u
        returning 1
    ), t as (
        update {s}.tally set waiting = waiting - (select count(*) from n)
        where slot = pg_backend_pid() % 16 and exists (select from n)
    )
    select (select count(*) from n) + (select count(*) from w)";

/// Taken before answers are numbered: an export waits for it until their numbers are committed.
const NUMBERING: &str = "select pg_advisory_xact_lock_shared(1397574210, '{s}.answers'::regclass::oid::int)";

const AGAIN_TYPES: [Type; 4] = [Type::INT8_ARRAY, Type::INT4_ARRAY, Type::INT8_ARRAY, Type::INT2_ARRAY];
const NEEDS_YOU_TYPES: [Type; 3] = [Type::INT8_ARRAY, Type::INT4_ARRAY, Type::TEXT_ARRAY];
const SETTLE_TYPES: [Type; 10] = [
    Type::INT8_ARRAY,
    Type::INT4_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::INT8_ARRAY,
    Type::BYTEA_ARRAY,
    Type::BYTEA_ARRAY,
];

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
        Why::Throttled(_) => 0,
        Why::NotYet => 1,
        Why::Provisional => 2,
        Why::Failed(_) => 3,
        Why::Released => 4,
    }
}

/// One round trip: everything is sent at once, and the server runs it one after the other. If anything fails it commits nothing.
pub(crate) async fn record(session: &mut Session, schema: &Schema, batch: &[Done]) -> Result<Recorded, Failed> {
    let sorted = Batch::of(batch);
    // An "again" that is lost with the server is asked once more when its lease ends: it need not wait for the disk.
    let may_be_lost = |done: &Done| matches!(done.outcome, Outcome::Again(_)) && done.outcome.throttled().is_none();
    let mut begin = session.begin();
    if batch.iter().all(may_be_lost) {
        begin += "; set local synchronous_commit = off";
    }
    let numbering = session.prepared(schema, NUMBERING, &[]).await?;
    let again_sql = session.prepared(schema, AGAIN, &AGAIN_TYPES).await?;
    let needs_you_sql = session.prepared(schema, NEEDS_YOU, &NEEDS_YOU_TYPES).await?;
    let settle_sql = session.prepared(schema, SETTLE, &SETTLE_TYPES).await?;
    let in_transaction = pressure(session, schema, batch, &begin).await?;
    let client = &session.client;
    let started = async {
        if !in_transaction {
            client.batch_execute(&begin).await?;
        }
        Ok(())
    };
    let answers = async {
        if !sorted.settled.is_empty() {
            client.query_one(&numbering, &[]).await?;
        }
        Ok(())
    };
    let work = try_join3(
        again(client, &again_sql, &sorted.again),
        needs_you(client, &needs_you_sql, &sorted.needs_you),
        settle(client, &settle_sql, &sorted.settled),
    );
    let commit = async { Ok(client.batch_execute("commit").await?) };
    let ((), (), (again, needs_you, settled), ()) = try_join4(started, answers, work, commit).await?;
    let fenced = (batch.len() as u64).saturating_sub(again + needs_you + settled);
    Ok(Recorded { settled, again, needs_you, fenced })
}

/// What the service and its errors say to everyone: fewer requests, or none. It comes first, as a claim locks this row first too.
/// Returns whether it started the transaction.
async fn pressure(session: &mut Session, schema: &Schema, batch: &[Done], begin: &str) -> Result<bool, Failed> {
    let throttled: Vec<_> = batch.iter().filter_map(|done| done.outcome.throttled()).collect();
    let stop = batch.iter().find_map(|done| match done.outcome {
        Outcome::Stop(kind, _) => Some(kind),
        _ => None,
    });
    if throttled.is_empty() && stop.is_none() {
        return Ok(false);
    }
    let (_, mut limiter, now) = control::lock(session, schema, begin).await?;
    for asked in &throttled {
        limiter.throttled(now.0, *asked);
    }
    if !throttled.is_empty() {
        control::write(&session.client, schema, &limiter).await?;
    }
    if let Some(kind) = stop {
        control::pause(&session.client, schema, Pause::Stopped(kind)).await?;
    }
    Ok(true)
}

type Values<'a, const N: usize> = [&'a (dyn ToSql + Sync); N];

async fn again(client: &Client, sql: &Statement, jobs: &[(i64, i32, i64, i16)]) -> Result<u64, Failed> {
    if jobs.is_empty() {
        return Ok(0);
    }
    let ids: Vec<i64> = jobs.iter().map(|job| job.0).collect();
    let epochs: Vec<i32> = jobs.iter().map(|job| job.1).collect();
    let dues: Vec<i64> = jobs.iter().map(|job| job.2).collect();
    let whys: Vec<i16> = jobs.iter().map(|job| job.3).collect();
    let values: Values<'_, 4> = [&ids, &epochs, &dues, &whys];
    Ok(client.execute(sql, &values).await?)
}

async fn needs_you(client: &Client, sql: &Statement, jobs: &[(i64, i32, &'static str)]) -> Result<u64, Failed> {
    if jobs.is_empty() {
        return Ok(0);
    }
    let ids: Vec<i64> = jobs.iter().map(|job| job.0).collect();
    let epochs: Vec<i32> = jobs.iter().map(|job| job.1).collect();
    let kinds: Vec<&str> = jobs.iter().map(|job| job.2).collect();
    let values: Values<'_, 3> = [&ids, &epochs, &kinds];
    count(client, sql, &values).await
}

async fn settle(client: &Client, sql: &Statement, jobs: &[(i64, i32, &Settlement)]) -> Result<u64, Failed> {
    if jobs.is_empty() {
        return Ok(0);
    }
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
    let values: Values<'_, 10> =
        [&ids, &epochs, &verdicts, &reasons, &codes, &results, &proofs, &signed, &digests, &bodies];
    count(client, sql, &values).await
}

async fn count(client: &Client, sql: &Statement, values: &[&(dyn ToSql + Sync)]) -> Result<u64, Failed> {
    Ok(client.query_one(sql, values).await?.try_get::<_, i64>(0)?.cast_unsigned())
}
