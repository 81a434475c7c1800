//! `smileid jobs retry, pause, resume, rate, purge`: what people do with a store.

use smileid_jobs::Retry;

use super::address;
use crate::args::{Format, JobsPurgeArgs, JobsRateArgs, JobsRetryArgs, StoreArgs};
use crate::commands::DONE;
use crate::failure::Failure;
use crate::output;

pub(super) fn retry(args: &JobsRetryArgs, format: Format) -> Result<u8, Failure> {
    let which = args.failed.as_deref().copied().flatten().map_or(Retry::All, Retry::Kind);
    let retried = address::open(&args.store)?.retry(which)?;
    print(format, &format!("{retried} jobs are due again"), &format!("{{\"retried\":{retried}}}"))
}

pub(super) fn pause(args: &StoreArgs, format: Format) -> Result<u8, Failure> {
    address::open(args)?.pause()?;
    print(
        format,
        "paused: runs end their questions and wait; smileid jobs resume ends the pause",
        "{\"paused\":\"asked\"}",
    )
}

pub(super) fn resume(args: &StoreArgs, format: Format) -> Result<u8, Failure> {
    address::open(args)?.resume()?;
    print(format, "resumed", "{\"paused\":null}")
}

pub(super) fn rate(args: &JobsRateArgs, format: Format) -> Result<u8, Failure> {
    address::open(&args.store)?.set_rate(args.rate)?;
    print(
        format,
        &format!("the rate of every run is {}", args.rate),
        &format!("{{\"rate\":{}}}", super::status::per_second(args.rate)),
    )
}

pub(super) fn purge(args: &JobsPurgeArgs, format: Format) -> Result<u8, Failure> {
    let purged = address::open(&args.store)?.purge(args.older_than)?;
    print(format, &format!("{purged} settled jobs and their answers are deleted"), &format!("{{\"purged\":{purged}}}"))
}

fn print(format: Format, text: &str, json: &str) -> Result<u8, Failure> {
    let line = if format == Format::Text { text } else { json };
    output::data(&format!("{line}\n"))?;
    Ok(DONE)
}
