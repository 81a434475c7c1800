//! The command line: its words and their types.

mod config;
mod examples;
mod images;
#[cfg(feature = "jobs")]
mod jobs;
mod v3;
mod values;

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueHint};
use clap_complete::Shell;
use core::time::Duration;
use smileid_core::Timestamp;

pub(crate) use self::config::ConfigArgs;
pub(crate) use self::images::ImagesArgs;
#[cfg(feature = "jobs")]
pub(crate) use self::jobs::*;
pub(crate) use self::v3::*;
pub(crate) use self::values::{DuplicateKeysArg, EnvironmentArg, Format, LevelArg, NotFoundArg, SchemeArg};
use self::values::{bytes, duration, host, interval, timestamp};

/// Ask Smile ID for the status of a job, and verify the answer.
#[derive(Parser)]
#[command(name = "smileid", bin_name = "smileid", version, subcommand_value_name = "COMMAND")]
pub(crate) struct Cli {
    /// Choose the output format
    #[arg(long, global = true, value_enum, ignore_case = true, value_name = "FORMAT", default_value_t = Format::Text)]
    pub(crate) output: Format,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Returns the description of the command line, for parsing, help, completions and the manual page.
pub(crate) fn described() -> clap::Command {
    // Without a command the mistake is one line, not the whole help.
    let described = Cli::command().arg_required_else_help(false);
    let first = examples::of(described.get_name()).unwrap_or_default();
    described.after_help(format!("{first}\n\n{AFTER}")).mut_subcommands(|command| {
        let name = command.get_name().to_owned();
        let after = examples::of(&name).unwrap_or_default();
        let command = command.mut_subcommands(|within| {
            let within = if name == "v3" { adapted(within) } else { within };
            match examples::of(&format!("{name} {}", within.get_name())) {
                Some(lines) => within.after_help(lines),
                None => within,
            }
        });
        // `sign`, `verify` and `sandbox` accept the flags of a connection, so that one set of flags serves all commands, but do not
        // use or list them.
        let unconnected = matches!(command.get_name(), "sign" | "verify" | "sandbox");
        command.arg_required_else_help(false).after_help(after).mut_args(|arg| {
            let unused = unconnected && arg.get_help_heading() == Some(config::CONNECTION);
            arg.hide(unused)
        })
    })
}

/// The end of the program's help: exits, variables and profiles.
const AFTER: &str = include_str!("after.txt").trim_ascii_end();

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run an example job against a built-in sandbox
    Demo,
    /// Ask once for the status of a job
    Status(StatusArgs),
    /// Ask until the answer is final
    Wait(WaitArgs),
    /// Download a job's images into a folder, with a manifest
    Images(ImagesArgs),
    /// Import many jobs, run them and export the verdicts
    #[cfg(feature = "jobs")]
    Jobs(JobsArgs),
    /// Ask the v3 API, which is not yet tried against the service
    V3(V3Args),
    /// Sign a timestamp and print the signature
    Sign(SignArgs),
    /// Check the signature of a saved reply or callback
    Verify(VerifyArgs),
    /// Read sloppy JSON and print strict JSON
    Parse(ParseArgs),
    /// List the known codes and result codes
    Codes(CodesArgs),
    /// Run a local imitation of the service
    Sandbox(SandboxArgs),
    /// Check the configuration, certificates, clock and connection
    Doctor(DoctorArgs),
    /// Print shell completions
    Completions {
        /// Shell to complete for
        #[arg(value_enum, ignore_case = true)]
        shell: Shell,
    },
    /// Print the manual page of the program or of a command
    Man {
        /// Command to describe [default: the program]
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
}

/// The job to ask for, and how to judge the answer.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags that are given or not, each on its own")]
pub(crate) struct JobArgs {
    /// User id that the job was submitted with
    #[arg(long, value_name = "ID", allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) user_id: String,
    /// Job id that the job was submitted with
    #[arg(long, value_name = "ID", allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) job_id: String,
    /// Include the history: everything sent to the callback
    #[arg(long)]
    pub(crate) history: bool,
    /// Include expiring links to the images
    #[arg(long)]
    pub(crate) image_links: bool,
    /// Require that a final answer names the user and the job
    #[arg(long)]
    pub(crate) require_ids: bool,
    /// Accept timestamps this far from this clock [default: 5m]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) max_age: Option<Duration>,
    /// Choose what `wait` does about an unknown job
    #[arg(long, value_enum, ignore_case = true, value_name = "WORD", default_value_t = NotFoundArg::End)]
    pub(crate) not_found: NotFoundArg,
    /// Exit 3 if not approved; `status` exits 8 if pending
    #[arg(long)]
    pub(crate) exit_status: bool,
}

#[derive(Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) job: JobArgs,
    /// Limit the whole call, retries included [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) timeout: Option<Duration>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

#[derive(Args)]
pub(crate) struct WaitArgs {
    #[command(flatten)]
    pub(crate) job: JobArgs,
    #[command(flatten)]
    pub(crate) poll: PollArgs,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

/// How often a wait asks, and for how long.
#[derive(Args)]
pub(crate) struct PollArgs {
    /// Pause between polls, at least 250ms [default: 2s]
    #[arg(long, value_name = "TIME", value_parser = interval, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) interval: Option<Duration>,
    /// Limit the whole wait, then exit 8 [default: 2m]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) deadline: Option<Duration>,
    /// Limit one poll [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) timeout: Option<Duration>,
}

#[derive(Args)]
pub(crate) struct SignArgs {
    /// Sign this timestamp, in the form given [default: now]
    #[arg(long, value_name = "TIMESTAMP", value_parser = timestamp, allow_hyphen_values = true)]
    pub(crate) timestamp: Option<Timestamp>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

#[derive(Args)]
pub(crate) struct VerifyArgs {
    /// Reply or callback, unchanged; - for standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Judge its age at this time [default: now]
    #[arg(long, value_name = "TIMESTAMP", value_parser = timestamp, allow_hyphen_values = true)]
    pub(crate) at: Option<Timestamp>,
    /// Accept timestamps this far from that time [default: 5m]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) max_age: Option<Duration>,
    /// Header Response-Timestamp of a callback
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) timestamp: Option<String>,
    /// Header Response-Signature of a callback
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) signature: Option<String>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

#[derive(Args)]
pub(crate) struct ParseArgs {
    /// Document to read; - for standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Choose how much to tolerate
    #[arg(long, value_enum, ignore_case = true, value_name = "LEVEL", default_value_t = LevelArg::Documented)]
    pub(crate) level: LevelArg,
    /// Choose what to do about a duplicate key [default: by the level]
    #[arg(long, value_enum, ignore_case = true, value_name = "WORD")]
    pub(crate) duplicate_keys: Option<DuplicateKeysArg>,
}

#[derive(Args)]
pub(crate) struct CodesArgs {
    /// Show only this code
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,
}

#[derive(Args)]
pub(crate) struct SandboxArgs {
    /// Listen here; port 0 picks a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    pub(crate) listen: String,
    /// Allow an address that other machines can reach
    #[arg(long)]
    pub(crate) allow_remote: bool,
    /// Speak TLS, with a new certificate
    #[arg(long)]
    pub(crate) tls: bool,
    /// Write the certificate that clients have to trust
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) ca_out: Option<PathBuf>,
    /// Make a key and write it here; ignore a configured key
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) api_key_out: Option<PathBuf>,
    /// Replace these files, but never a configured key
    #[arg(long)]
    pub(crate) force: bool,
    /// Read jobs, faults and the clock from JSON or TOML
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) scenario: Option<PathBuf>,
    /// Send callbacks here by default: plain http to loopback
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) callback_url: Option<String>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

#[derive(Args)]
pub(crate) struct DoctorArgs {
    /// Also connect and compare clocks; send no credentials
    #[arg(long)]
    pub(crate) online: bool,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::{Kind, exit};

    const README: &str = include_str!("../../README.md");

    #[test]
    fn help_and_readme_list_every_exit_and_variable() {
        assert!(AFTER.is_ascii() && AFTER.lines().all(|line| line.len() <= 72), "{AFTER}");
        for name in crate::config::VARIABLES {
            assert!(AFTER.contains(&format!("  {name} ")) && README.contains(&format!("| `{name}` |")), "{name}");
        }
        for &kind in Kind::ALL {
            let exit = exit(kind);
            let line = AFTER.lines().find(|line| line.starts_with(&format!("  {exit:<5}"))).unwrap();
            assert!(line.contains(kind.as_str()), "{line}: {kind}");
            let row = README.lines().find(|line| line.starts_with(&format!("| {exit} |"))).unwrap();
            assert!(row.contains(&format!("`{kind}`")), "{row}: {kind}");
        }
    }

    #[test]
    fn command_line_is_well_formed() {
        described().debug_assert();
    }

    #[test]
    fn a_mistake_names_the_command_as_people_type_it() {
        let mistake = described().try_get_matches_from(["C:/bin/smileid.exe"]).unwrap_err().to_string();
        assert!(mistake.contains("'smileid' requires a subcommand"), "{mistake}");
    }
}
