//! The flags of `smileid images`: which job, where to, and what may be fetched.

use core::time::Duration;
use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::{ConfigArgs, bytes, duration};

/// What is fetched, from where, and where it goes.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags that are given or not, each on its own")]
pub(crate) struct ImagesArgs {
    /// The user's id, as the job was submitted with
    #[arg(long, value_name = "ID", allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) user_id: String,
    /// The job's id, as it was submitted with
    #[arg(long, value_name = "ID", allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) job_id: String,
    /// The folder for the images and manifest.json; made where it is missing, for you alone
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) out: PathBuf,
    /// Replace files that are there already
    #[arg(long)]
    pub(crate) force: bool,
    /// Also fetch from this host, beside the vendor's storage; may be given again
    #[arg(long, value_name = "HOST", value_hint = ValueHint::Hostname)]
    pub(crate) allow_host: Vec<String>,
    /// Fetch from the hosts of --allow-host alone, not from the vendor's storage
    #[arg(long, requires = "allow_host")]
    pub(crate) no_vendor_hosts: bool,
    /// Also fetch from this machine, even without TLS: for a local sandbox
    #[arg(long)]
    pub(crate) allow_loopback: bool,
    /// Also fetch through a proxy, which looks up names where nobody here sees private addresses
    #[arg(long)]
    pub(crate) trust_proxy: bool,
    /// How many bytes one image may have [default: 16777216]
    #[arg(long, value_name = "BYTES", value_parser = bytes, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) max_bytes: Option<usize>,
    /// How long one image may take [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) image_timeout: Option<Duration>,
    /// How long all images may take [default: 2m]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) deadline: Option<Duration>,
    /// How long asking for the job may take, retries included [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) timeout: Option<Duration>,
    /// Accept the answer only where it names the user and the job
    #[arg(long)]
    pub(crate) require_ids: bool,
    /// How far the answer's timestamp may lie from this clock [default: 5m]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) max_age: Option<Duration>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}
