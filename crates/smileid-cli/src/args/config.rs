//! The flags of the configuration: who asks, and where. The environment and the profile file are read elsewhere.
#![expect(clippy::doc_markdown, reason = "these lines are the help that people read on a terminal")]

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::{EnvironmentArg, SchemeArg};

/// The heading of the flags that only a command that connects has a use for.
pub(super) const CONNECTION: &str = "Connection";

/// All of it: every command that needs credentials takes every flag, so that one set of flags serves all.
#[derive(Args)]
pub(crate) struct ConfigArgs {
    #[command(flatten)]
    pub(crate) credentials: CredentialArgs,
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}

/// Who asks.
#[derive(Args)]
#[command(next_help_heading = "Credentials")]
pub(crate) struct CredentialArgs {
    /// The partner id, with its leading zeros, or SMILEID_PARTNER_ID
    #[arg(long, value_name = "ID", allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) partner_id: Option<String>,
    /// A file with the API key (- for standard input), or SMILEID_API_KEY_FILE; or the key in SMILEID_API_KEY
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) api_key_file: Option<PathBuf>,
    /// A file with the key that is being rotated out: it verifies and never signs
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) previous_api_key_file: Option<PathBuf>,
    /// How requests are signed [default: hmac]
    #[arg(long, value_enum, ignore_case = true, value_name = "SCHEME")]
    pub(crate) scheme: Option<SchemeArg>,
    /// The profile to take what is not given here or in the environment from, or SMILEID_PROFILE [default: default]
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    pub(crate) profile: Option<String>,
    /// The file the profiles stand in, or SMILEID_PROFILE_FILE [default: smileid/profiles.toml in the configuration folder]
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) profile_file: Option<PathBuf>,
}

/// Where, and how to get there.
#[derive(Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectionArgs {
    /// The vendor's environment, or SMILEID_ENVIRONMENT; there is no default
    #[arg(long, value_enum, ignore_case = true, value_name = "NAME")]
    pub(crate) environment: Option<EnvironmentArg>,
    /// Another service: what stands before /job_status, or SMILEID_BASE_URL
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) base_url: Option<String>,
    /// A PEM file with certificate authorities to trust beside the system's
    #[arg(long, value_name = "PEM", value_hint = ValueHint::FilePath)]
    pub(crate) ca_file: Option<PathBuf>,
    /// Trust the authorities built into this program instead of the system's
    #[arg(long)]
    pub(crate) bundled_roots: bool,
    /// A proxy to go through [default: that of HTTPS_PROXY or ALL_PROXY, unless NO_PROXY names the host]; never for loopback
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) proxy: Option<String>,
}
