//! The flags of `smileid images`.

use core::time::Duration;
use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::{ConfigArgs, bytes, duration};

/// What to fetch, from where, and to which folder.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags that are given or not, each on its own")]
pub(crate) struct ImagesArgs {
    /// User id that the job was submitted with
    #[arg(long, value_name = "ID", allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) user_id: String,
    /// Job id that the job was submitted with
    #[arg(long, value_name = "ID", allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) job_id: String,
    /// Folder for images and manifest.json; created private to you
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) out: PathBuf,
    /// Replace files that exist
    #[arg(long)]
    pub(crate) force: bool,
    /// Also fetch from this host; may be repeated
    #[arg(long, value_name = "HOST", value_hint = ValueHint::Hostname)]
    pub(crate) allow_host: Vec<String>,
    /// Fetch only from the hosts of --allow-host
    #[arg(long, requires = "allow_host")]
    pub(crate) no_vendor_hosts: bool,
    /// Also fetch from this machine, even without TLS
    #[arg(long)]
    pub(crate) allow_loopback: bool,
    /// Also fetch through a proxy, which can reach private addresses
    #[arg(long)]
    pub(crate) trust_proxy: bool,
    /// Limit the bytes of one image [default: 16777216]
    #[arg(long, value_name = "BYTES", value_parser = bytes, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) max_bytes: Option<usize>,
    /// Limit the time for one image [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) image_timeout: Option<Duration>,
    /// Limit the time for all images [default: 2m]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) deadline: Option<Duration>,
    /// Limit asking for the job, retries included [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) timeout: Option<Duration>,
    /// Require that the answer names the user and the job
    #[arg(long)]
    pub(crate) require_ids: bool,
    /// Accept timestamps this far from this clock [default: 5m]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) max_age: Option<Duration>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}
