//! `smileid sign`: what a request would carry, for those who write a client of their own. It sends nothing.

use std::time::{SystemTime, UNIX_EPOCH};

use core::time::Duration;

use serde_json::{Value, json};
use smileid_core::{Moment, Signer, TimestampForm};

use super::DONE;
use crate::args::SignArgs;
use crate::config::Configured;
use crate::failure::Failure;
use crate::output;
use crate::plain;

pub(super) fn run(args: &SignArgs) -> Result<u8, Failure> {
    let signer = Signer::new(&Configured::read(&args.config)?.credentials()?);
    let authorization = args.timestamp.map_or_else(|| signer.authorize(now()), |given| signer.authorize_at(given));
    let timestamp = authorization.timestamp();
    let unix = matches!(timestamp.form(), TimestampForm::UnixMillis | TimestampForm::UnixSeconds);
    // The legacy scheme sends Unix time as a number. Leading zeros are no number's.
    let is_number = unix && authorization.field() == "sec_key" && !timestamp.as_str().starts_with('0');
    let number = timestamp.as_str().parse::<u64>().ok().filter(|_| is_number);
    let shown = number.map_or_else(|| Value::from(timestamp.as_str()), Value::from);
    output::data(&(plain::json(&json!({"timestamp": shown, authorization.field(): authorization.value()})) + "\n"))?;
    Ok(DONE)
}

/// The present, for signing and for judging ages; no monotonic time is needed for either.
pub(super) fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment::new(i64::try_from(since.as_millis()).unwrap_or(i64::MAX), Duration::ZERO)
}
