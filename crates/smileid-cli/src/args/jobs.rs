//! The flags of `smileid jobs` and its commands: the store, and what is done with it.
#![expect(clippy::doc_markdown, reason = "these lines are the help that people read on a terminal")]

use core::net::SocketAddr;
use core::time::Duration;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};
use smileid_core::ErrorKind;
use smileid_jobs::Rate;

use super::{ConfigArgs, NotFoundArg, duration};

/// Which store.
#[derive(Args)]
pub(crate) struct StoreArgs {
    /// Store, sqlite:PATH or postgres://... [env: SMILEID_STORE]
    #[arg(long, value_name = "STORE", value_hint = ValueHint::Other)]
    pub(crate) store: Option<String>,
}

#[derive(Args)]
pub(crate) struct JobsArgs {
    #[command(subcommand)]
    pub(crate) command: JobsCommand,
}

#[derive(Subcommand)]
pub(crate) enum JobsCommand {
    /// Add jobs to the store, from CSV with a header or from NDJSON
    Import(JobsImportArgs),
    /// Ask for the jobs of the store until they are settled, or for ever
    Run(Box<JobsRunArgs>),
    /// Count the jobs of the store by state
    Status(JobsStatusArgs),
    /// Print the settled jobs
    Export(JobsExportArgs),
    /// Ask again for jobs that need you
    Retry(JobsRetryArgs),
    /// Pause every run on the store
    Pause(StoreArgs),
    /// End a pause
    Resume(StoreArgs),
    /// Set the rate of every run on the store
    Rate(JobsRateArgs),
    /// Delete settled jobs and their answers
    Purge(JobsPurgeArgs),
}

#[derive(Args)]
pub(crate) struct JobsImportArgs {
    /// CSV or NDJSON with user_id and job_id; - for standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Count new, known and refused lines, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Write refused lines to a new file, each with what is wrong
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) rejects: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

/// When a run ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum UntilArg {
    /// When no job is waiting
    Settled,
}

#[derive(Args)]
pub(crate) struct JobsRunArgs {
    /// Limit questions of all runs, as 50/s or 300/min [default: 50/s]
    #[arg(long, value_name = "N/s", value_parser = rate, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) rate: Option<Rate>,
    /// End when no job is waiting [default: go on for ever]
    #[arg(long, value_enum, value_name = "WORD")]
    pub(crate) until: Option<UntilArg>,
    /// Limit the run, then exit 8
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) deadline: Option<Duration>,
    /// Serve metrics for Prometheus, and a page to look at, on this address
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = address, value_hint = ValueHint::Other)]
    pub(crate) metrics: Option<SocketAddr>,
    /// Ask this many questions at a time
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=1024), value_hint = ValueHint::Other)]
    pub(crate) in_flight: u32,
    /// Limit one question [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) timeout: Option<Duration>,
    /// Keep the bodies of answers, which contain personal data
    #[arg(long)]
    pub(crate) keep_bodies: bool,
    /// Choose what to do about an unknown job
    #[arg(long, value_enum, value_name = "WORD", default_value_t = NotFoundArg::End)]
    pub(crate) not_found: NotFoundArg,
    /// Require that a final answer names the user and the job
    #[arg(long)]
    pub(crate) require_ids: bool,
    /// Accept timestamps this far from this clock [default: 5m]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) max_age: Option<Duration>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

#[derive(Args)]
pub(crate) struct JobsStatusArgs {
    /// Count again every second, until interrupted
    #[arg(long)]
    pub(crate) watch: bool,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// One JSON object a line
    Ndjson,
    /// CSV with a header
    Csv,
    /// Apache Parquet, in builds with the feature parquet
    Parquet,
}

#[derive(Args)]
pub(crate) struct JobsExportArgs {
    /// The form of the rows
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ExportFormat::Ndjson)]
    pub(crate) format: ExportFormat,
    /// Print only what came after this cursor, which the last export printed
    #[arg(long, value_name = "CURSOR", allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) since: Option<String>,
    /// Add the bodies that were kept; they contain personal data
    #[arg(long)]
    pub(crate) bodies: bool,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

#[derive(Args)]
pub(crate) struct JobsRetryArgs {
    /// Only jobs that need you, all of them or those of one kind
    #[arg(long, value_name = "KIND", num_args = 0..=1, require_equals = true, default_missing_value = "", value_parser = kind)]
    pub(crate) failed: Option<FailedArg>,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

/// The kind of jobs to retry; none for all.
pub(crate) type FailedArg = Box<Option<ErrorKind>>;

#[derive(Args)]
pub(crate) struct JobsRateArgs {
    /// Questions a second: 50/s, 0.5/s, 300/min
    #[arg(value_name = "N/s", value_parser = rate, allow_hyphen_values = true)]
    pub(crate) rate: Rate,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

#[derive(Args)]
pub(crate) struct JobsPurgeArgs {
    /// Delete what was settled at least this long ago, such as 90d
    #[arg(long, value_name = "TIME", value_parser = age, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) older_than: Duration,
    #[command(flatten)]
    pub(crate) store: StoreArgs,
}

/// A time with its unit: 90 days are not to be 90 seconds, when something is deleted.
fn age(text: &str) -> Result<Duration, String> {
    if text.ends_with(|last: char| last.is_ascii_digit()) {
        return Err("has no unit: write 90d, 12h or 30m".into());
    }
    duration(text)
}

fn rate(text: &str) -> Result<Rate, String> {
    text.parse().map_err(|error: smileid_jobs::NotARate| error.to_string())
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "not an address: write 127.0.0.1:9464".to_owned())
}

fn kind(text: &str) -> Result<FailedArg, String> {
    if text.is_empty() {
        return Ok(Box::new(None));
    }
    let unknown = || "not a kind: smileid jobs status lists the kinds of the jobs that need you".to_owned();
    smileid_jobs::kind_of(text).map(|kind| Box::new(Some(kind))).ok_or_else(unknown)
}
