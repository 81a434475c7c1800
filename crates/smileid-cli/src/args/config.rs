//! The flags of the configuration.
#![expect(clippy::doc_markdown, reason = "these lines are the help that people read on a terminal")]

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::{EnvironmentArg, SchemeArg};

/// The heading of the flags that only a command that connects needs.
pub(super) const CONNECTION: &str = "Connection";

/// Every flag of the configuration: each command that needs credentials accepts all, so that one set of flags serves all.
#[derive(Args)]
pub(crate) struct ConfigArgs {
    #[command(flatten)]
    pub(crate) credentials: CredentialArgs,
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}

/// The partner.
#[derive(Args)]
#[command(next_help_heading = "Credentials")]
pub(crate) struct CredentialArgs {
    /// Partner id, with leading zeros [env: SMILEID_PARTNER_ID]
    #[arg(long, value_name = "ID", allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) partner_id: Option<String>,
    /// File with the API key, - for stdin [env: SMILEID_API_KEY_FILE]
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) api_key_file: Option<PathBuf>,
    /// File with the old key, which verifies but never signs
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) previous_api_key_file: Option<PathBuf>,
    /// Choose how requests are signed [default: hmac]
    #[arg(long, value_enum, ignore_case = true, value_name = "SCHEME")]
    pub(crate) scheme: Option<SchemeArg>,
    /// Profile for everything else [env: SMILEID_PROFILE]
    #[arg(long, value_name = "NAME", value_hint = ValueHint::Other)]
    pub(crate) profile: Option<String>,
    /// File with the profiles [env: SMILEID_PROFILE_FILE]
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) profile_file: Option<PathBuf>,
}

/// The service, and the way to it.
#[derive(Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectionArgs {
    /// Environment; no default [env: SMILEID_ENVIRONMENT]
    #[arg(long, value_enum, ignore_case = true, value_name = "NAME")]
    pub(crate) environment: Option<EnvironmentArg>,
    /// Another service, up to /job_status [env: SMILEID_BASE_URL]
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) base_url: Option<String>,
    /// PEM file with further authorities to trust
    #[arg(long, value_name = "PEM", value_hint = ValueHint::FilePath)]
    pub(crate) ca_file: Option<PathBuf>,
    /// Trust the built-in authorities, not the system's
    #[arg(long)]
    pub(crate) bundled_roots: bool,
    /// Proxy, never for loopback [default: HTTPS_PROXY or ALL_PROXY]
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) proxy: Option<String>,
}
