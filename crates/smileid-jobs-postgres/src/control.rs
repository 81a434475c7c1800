//! The one row that everyone shares: the partner, the pause, and the limiter; and the one clock.

use futures_util::future::try_join3;
use smileid_jobs::kind_of;
use smileid_jobs::{Limiter, Pause, Rate, StoreError};
use tokio_postgres::{Client, Row};

use crate::address::Schema;
use crate::error::Failed;
use crate::open::Session;
use crate::value::{bigint, text};

/// The word for a pause that a person asked for. Kinds of errors have other words.
const ASKED: &str = "asked";

/// A time of the server's, in nanoseconds since the Unix epoch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Now(pub(crate) i64);

impl Now {
    /// Returns the time in milliseconds.
    pub(crate) const fn millis(self) -> i64 {
        self.0 / 1_000_000
    }

    fn read(row: &Row) -> Result<Self, Failed> {
        Ok(Self(row.try_get::<_, i64>(0)?.saturating_mul(1000)))
    }
}

const CLOCK: &str = "select (extract(epoch from clock_timestamp()) * 1000000)::bigint";

/// Reads the server's clock. It is a separate statement: one that waits for a lock reads the clock before it waits.
pub(crate) async fn now(client: &Client) -> Result<Now, Failed> {
    Now::read(&client.query_typed_one(CLOCK, &[]).await?)
}

const READ: &str = "select paused, rate, spent_until, held_until, lowered_to, lowered_at from {s}.control";
const LOCK: &str = "select paused, rate, spent_until, held_until, lowered_to, lowered_at from {s}.control for update";

/// Locks the row for the rest of the transaction, and then reads the clock.
///
/// The transaction is started by `begin`. All three statements are sent at once, and the server runs them one after the other.
pub(crate) async fn lock(
    session: &mut Session,
    schema: &Schema,
    begin: &str,
) -> Result<(Option<Pause>, Limiter, Now), Failed> {
    let read = session.prepared(schema, LOCK, &[]).await?;
    let clock = session.prepared(schema, CLOCK, &[]).await?;
    let client = &session.client;
    let all = try_join3(client.batch_execute(begin), client.query_opt(&read, &[]), client.query_one(&clock, &[]));
    let ((), row, now) = all.await?;
    let (paused, limiter) = parsed(row.as_ref())?;
    Ok((paused, limiter, Now::read(&now)?))
}

/// Reads the pause and the limiter, without a lock.
pub(crate) async fn read(client: &Client, schema: &Schema) -> Result<(Option<Pause>, Limiter), Failed> {
    parsed(client.query_typed_opt(&schema.sql(READ), &[]).await?.as_ref())
}

fn parsed(row: Option<&Row>) -> Result<(Option<Pause>, Limiter), Failed> {
    let row = row.ok_or_else(|| StoreError::damaged("the row of control is missing"))?;
    let rate = |number: i64| Rate::per_kilosecond(u64::try_from(number).unwrap_or(0));
    let limiter = Limiter {
        rate: rate(row.try_get(1)?),
        spent_until: row.try_get(2)?,
        held_until: row.try_get(3)?,
        lowered_to: rate(row.try_get(4)?),
        lowered_at: row.try_get(5)?,
    };
    let pause = |word: &str| match word {
        ASKED => Ok(Pause::Asked),
        word => kind_of(word).map(Pause::Stopped).ok_or_else(|| StoreError::damaged("the pause has no known reason")),
    };
    Ok((row.try_get::<_, Option<&str>>(0)?.map(pause).transpose()?, limiter))
}

/// Writes the limiter.
pub(crate) async fn write(client: &Client, schema: &Schema, limiter: &Limiter) -> Result<(), Failed> {
    let sql = "update {s}.control set rate = $1, spent_until = $2, held_until = $3, lowered_to = $4, lowered_at = $5";
    let rate = |rate: Rate| rate.in_kilosecond().cast_signed();
    let (rate, lowered_to) = (rate(limiter.rate), rate(limiter.lowered_to));
    let values = [&rate, &limiter.spent_until, &limiter.held_until, &lowered_to, &limiter.lowered_at];
    let values = values.map(bigint);
    client.execute_typed(&schema.sql(sql), &values).await?;
    Ok(())
}

/// Pauses, unless there is a pause already: the first reason is the one to look into.
pub(crate) async fn pause(client: &Client, schema: &Schema, pause: Pause) -> Result<(), Failed> {
    let word = match pause {
        Pause::Asked => ASKED,
        Pause::Stopped(kind) => kind.as_str(),
    };
    let sql = schema.sql("update {s}.control set paused = coalesce(paused, $1)");
    client.execute_typed(&sql, &[text(&word)]).await?;
    Ok(())
}

/// Ends a pause.
pub(crate) async fn resume(client: &Client, schema: &Schema) -> Result<(), Failed> {
    client.execute_typed(&schema.sql("update {s}.control set paused = null"), &[]).await?;
    Ok(())
}

/// Sets the rate.
pub(crate) async fn set_rate(session: &mut Session, schema: &Schema, rate: Rate) -> Result<(), Failed> {
    let (_, mut limiter, _) = lock(session, schema, &session.begin()).await?;
    limiter.set(rate);
    write(&session.client, schema, &limiter).await?;
    Ok(session.client.batch_execute("commit").await?)
}

/// Makes the store a partner's, or checks that it is.
pub(crate) async fn bind(client: &Client, schema: &Schema, partner_id: &str) -> Result<(), Failed> {
    let sql = schema.sql("update {s}.control set partner = coalesce(partner, $1) returning partner = $1");
    let row = client.query_typed_opt(&sql, &[text(&partner_id)]).await?;
    let ours = row.map(|row| row.try_get::<_, bool>(0)).transpose()?;
    if ours == Some(true) { Ok(()) } else { Err(StoreError::other_partner().into()) }
}
