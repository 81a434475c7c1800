//! The one row that everyone shares: the partner, the pause, and the limiter.

use rusqlite::{Connection, OptionalExtension};
use smileid_jobs::kind_of;
use smileid_jobs::{Limiter, Pause, Rate, StoreError};

use crate::error::failed;

/// The word for a pause that a person asked for. Kinds of errors have other words.
const ASKED: &str = "asked";

/// Reads the pause and the limiter.
pub(crate) fn read(connection: &Connection) -> Result<(Option<Pause>, Limiter), StoreError> {
    let sql = "select paused, rate, spent_until, held_until, lowered_to, lowered_at from control";
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    let rate = |number: i64| Rate::per_kilosecond(u64::try_from(number).unwrap_or(0));
    let (paused, limiter) = statement
        .query_row((), |row| {
            let limiter = Limiter {
                rate: rate(row.get(1)?),
                spent_until: row.get(2)?,
                held_until: row.get(3)?,
                lowered_to: rate(row.get(4)?),
                lowered_at: row.get(5)?,
            };
            Ok((row.get::<_, Option<String>>(0)?, limiter))
        })
        .map_err(failed)?;
    let pause = |word: String| match word.as_str() {
        ASKED => Ok(Pause::Asked),
        word => kind_of(word).map(Pause::Stopped).ok_or_else(|| StoreError::damaged("the pause has no known reason")),
    };
    Ok((paused.map(pause).transpose()?, limiter))
}

/// Writes the limiter.
pub(crate) fn write(connection: &Connection, limiter: &Limiter) -> Result<(), StoreError> {
    let sql = "update control set rate = ?1, spent_until = ?2, held_until = ?3, lowered_to = ?4, lowered_at = ?5";
    let mut statement = connection.prepare_cached(sql).map_err(failed)?;
    let rate = |rate: Rate| rate.in_kilosecond().cast_signed();
    let values =
        (rate(limiter.rate), limiter.spent_until, limiter.held_until, rate(limiter.lowered_to), limiter.lowered_at);
    statement.execute(values).map(drop).map_err(failed)
}

/// Pauses, unless there is a pause already: the first reason is the one to look into.
pub(crate) fn pause(connection: &Connection, pause: Pause) -> Result<(), StoreError> {
    let word = match pause {
        Pause::Asked => ASKED,
        Pause::Stopped(kind) => kind.as_str(),
    };
    connection.execute("update control set paused = coalesce(paused, ?1)", (word,)).map(drop).map_err(failed)
}

/// Ends a pause.
pub(crate) fn resume(connection: &Connection) -> Result<(), StoreError> {
    connection.execute("update control set paused = null", ()).map(drop).map_err(failed)
}

/// Makes the store a partner's, or checks that it is.
pub(crate) fn bind(connection: &Connection, partner_id: &str) -> Result<(), StoreError> {
    let sql = "update control set partner = coalesce(partner, ?1) returning partner";
    let partner: Option<Option<String>> =
        connection.query_row(sql, (partner_id,), |row| row.get(0)).optional().map_err(failed)?;
    if partner.flatten().as_deref() == Some(partner_id) { Ok(()) } else { Err(StoreError::other_partner()) }
}
