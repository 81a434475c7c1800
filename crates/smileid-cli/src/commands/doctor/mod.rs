//! `smileid doctor`: six checks of what a call needs and a line on v3, each with a fix. Without `--online` it sends nothing; with it, one request that
//! carries no credentials and no id.

mod key;
mod partner;
mod place;
mod reach;
mod report;

use self::report::Report;
use super::DONE;
use crate::args::{DoctorArgs, Format};
use crate::config::Configured;
use crate::failure::Failure;
use crate::output::{self, Paint};

pub(super) fn run(args: &DoctorArgs, format: Format) -> Result<u8, Failure> {
    let configured = Configured::read(&args.config)?;
    let mut report = Report::default();
    partner::examine(&configured, &mut report);
    key::examine(&configured, &mut report);
    report.skip("v3_token", key::V3_TOKENS);
    if let Some(environment) = place::examine(&configured, &mut report) {
        reach::examine(&configured, &environment, args.online, &mut report);
    } else {
        report.skip("trust", "no environment to reach yet");
        reach::clock(None, &mut report);
        report.skip("online", "no environment to reach yet");
    }
    output::data(&match format {
        Format::Text => report.text(Paint::for_stdout()),
        Format::Json => report.json(),
    })?;
    report.into_failure().map_or(Ok(DONE), Err)
}
