//! `smileid jobs`: many jobs, kept in a store and settled within a rate. What follows from an answer is decided by `smileid-jobs`.

mod address;
mod columns;
mod export;
mod history;
mod import;
mod lines;
mod manage;
mod metrics;
#[cfg_attr(not(feature = "parquet"), path = "no_parquet.rs")]
mod parquet_file;
mod records;
mod rejects;
mod rows;
mod run;
mod status;
mod watch;

use smileid_jobs::{StoreError, StoreErrorKind};

use crate::args::{Format, JobsArgs, JobsCommand};
use crate::failure::{Failure, Kind};

pub(super) fn run(args: &JobsArgs, format: Format) -> Result<u8, Failure> {
    match &args.command {
        JobsCommand::Import(args) => import::run(args, format),
        JobsCommand::Run(args) => run::run(args, format),
        JobsCommand::Status(args) => status::run(args, format),
        JobsCommand::Export(args) => export::run(args, format),
        JobsCommand::Retry(args) => manage::retry(args, format),
        JobsCommand::Pause(args) => manage::pause(args, format),
        JobsCommand::Resume(args) => manage::resume(args, format),
        JobsCommand::Rate(args) => manage::rate(args, format),
        JobsCommand::Purge(args) => manage::purge(args, format),
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let kind = match error.kind() {
            StoreErrorKind::Lost => Kind::Transport,
            StoreErrorKind::Other => Kind::Internal,
            _ => Kind::InvalidInput,
        };
        // SQLite's and PostgreSQL's own words, which hold no value: the stores see to that.
        let mut message = error.to_string();
        let mut cause = core::error::Error::source(&error);
        while let Some(inner) = cause {
            cause = inner.source();
            // SQLite's say the same twice, the second time with its code.
            if cause.is_none_or(|next| !next.to_string().contains(&inner.to_string())) {
                message = format!("{message} ({inner})");
            }
        }
        Self::new(kind, message)
    }
}
