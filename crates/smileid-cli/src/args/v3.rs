//! The flags of `smileid v3` and its commands.

use core::time::Duration;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueHint};
use smileid_core::Timestamp;
use smileid_v3::Product;

use super::config::CONNECTION;
use super::{ConfigArgs, PollArgs, duration, host, timestamp};

#[derive(Args)]
pub(crate) struct V3Args {
    #[command(subcommand)]
    pub(crate) command: V3Command,
}

#[derive(Subcommand)]
pub(crate) enum V3Command {
    /// Ask once for the status of a v3 job
    Status(V3StatusArgs),
    /// Ask until the v3 job is decided
    Wait(V3WaitArgs),
    /// Check the signature of a v3 webhook
    VerifyWebhook(V3WebhookArgs),
}

/// The v3 job to ask for, and how to judge the answer.
#[derive(Args)]
pub(crate) struct V3JobArgs {
    /// Job id that the service returned: job_ and 26 characters
    #[arg(value_name = "JOB_ID", value_hint = ValueHint::Other)]
    pub(crate) job_id: String,
    /// Require that the answer names this user
    #[arg(long, value_name = "ID", allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) user_id: Option<String>,
    /// Name in the answer what the job checks
    #[arg(long, value_name = "PRODUCT", ignore_case = true, value_parser = product())]
    pub(crate) product: Option<Product>,
    /// Require a signature; the documents promise none
    #[arg(long)]
    pub(crate) require_signed: bool,
    /// Host that tokens must name [default: the base URL's]
    #[arg(long, value_name = "HOST", value_hint = ValueHint::Hostname, value_parser = host)]
    pub(crate) api_host: Option<String>,
    /// Exit 3 if not clear; `status` exits 8 if pending
    #[arg(long)]
    pub(crate) exit_status: bool,
}

/// Describes the flags that all commands share as they are in v3. A webhook is checked without a connection.
pub(super) fn adapted(command: clap::Command) -> clap::Command {
    let command = command.mut_arg("scheme", |arg| arg.hide(true));
    if command.get_name() == "verify-webhook" {
        return command
            .mut_arg("partner_id", |arg| arg.help("Partner id, in any form [env: SMILEID_PARTNER_ID]"))
            .mut_args(|arg| if arg.get_help_heading() == Some(CONNECTION) { arg.hide(true) } else { arg });
    }
    command
        .mut_arg("partner_id", |arg| arg.help("Partner id, without leading zeros [env: SMILEID_PARTNER_ID]"))
        .mut_arg("base_url", |arg| arg.help("Another service, with or without /v1 [env: SMILEID_BASE_URL]"))
}

fn product() -> impl TypedValueParser<Value = Product> {
    let word = |word: String| Product::ALL.iter().copied().find(|product| product.as_str().eq_ignore_ascii_case(&word));
    PossibleValuesParser::new(Product::ALL.iter().map(|product| product.as_str()))
        .try_map(move |text| word(text).ok_or("no such product"))
}

#[derive(Args)]
pub(crate) struct V3StatusArgs {
    #[command(flatten)]
    pub(crate) job: V3JobArgs,
    /// Limit the whole call, retries included [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) timeout: Option<Duration>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

#[derive(Args)]
pub(crate) struct V3WaitArgs {
    #[command(flatten)]
    pub(crate) job: V3JobArgs,
    #[command(flatten)]
    pub(crate) poll: PollArgs,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

#[derive(Args)]
pub(crate) struct V3WebhookArgs {
    /// Body of the webhook, unchanged; - for standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Header Response-Timestamp of the webhook
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) timestamp: Option<String>,
    /// Header Response-Signature of the webhook
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) signature: Option<String>,
    /// Judge its age at this time [default: now]
    #[arg(long, value_name = "TIMESTAMP", value_parser = timestamp, allow_hyphen_values = true)]
    pub(crate) at: Option<Timestamp>,
    /// Accept timestamps this far from that time [default: 5m]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) max_age: Option<Duration>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}
