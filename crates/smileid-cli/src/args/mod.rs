//! The command line: its words and their types. What they are put together to, and what is done, is told elsewhere.

mod config;
pub(crate) mod examples;
mod images;
#[cfg(feature = "jobs")]
mod jobs;
mod values;

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueHint};
use clap_complete::Shell;
use core::time::Duration;
use smileid_core::time::Timestamp;

pub(crate) use self::config::ConfigArgs;
pub(crate) use self::images::ImagesArgs;
#[cfg(feature = "jobs")]
pub(crate) use self::jobs::*;
pub(crate) use self::values::{DuplicateKeysArg, EnvironmentArg, Format, LevelArg, NotFoundArg, SchemeArg};
use self::values::{bytes, duration, interval, timestamp};
use crate::pages::TOPICS;

/// Ask Smile ID's job status API how a job stands, and get an answer that is proven before a verdict is read from it.
#[derive(Parser)]
#[command(name = "smileid", version, disable_help_subcommand = true, subcommand_value_name = "COMMAND")]
pub(crate) struct Cli {
    /// How answers and failures are written
    #[arg(long, global = true, value_enum, ignore_case = true, value_name = "FORMAT", default_value_t = Format::Text)]
    pub(crate) output: Format,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What the program's own help ends with, before its examples.
const AFTER: &str = "Exit: 0 done · 2 invalid input · 3 not approved (--exit-status) · 4 credentials · 5 not proven · 6 transport, TLS,\n\
                     server · 7 throttled · 8 deadline · 9 unreadable reply · 10 no such job · 130 interrupted · 1 any other failure.\n\
                     Nothing is sent by any command but status, wait, images, jobs run and doctor --online.";

/// The value of `smileid help`, by its name in messages.
pub(crate) const HELP_VALUE: &str = "COMMAND or TOPIC";

/// The command line as a description, for help, completions and the manual page.
pub(crate) fn described() -> clap::Command {
    let described = Cli::command();
    let commands = described.get_subcommands().map(|c| (c.get_name().to_owned(), about(c))).collect::<Vec<_>>();
    let topics = TOPICS.iter().map(|topic| (topic.name.to_owned(), topic.about.to_owned()));
    let values = commands.iter().cloned().chain(topics).map(|(name, about)| PossibleValue::new(name).help(about));
    let explained = PossibleValuesParser::new(values);
    let pages =
        PossibleValuesParser::new(commands.into_iter().map(|(name, about)| PossibleValue::new(name).help(about)));
    let listed: Vec<String> = TOPICS.iter().map(|t| format!("  smileid help {:<15}{}", t.name, t.about)).collect();
    let listed = listed.join("\n");
    described
        .after_help(format!("{}\n\nTopics:\n{listed}\n\n{AFTER}", examples::text(&examples::FIRST)))
        .mut_subcommands(|command| {
            let after = examples::text(examples::of(command.get_name()));
            // `sign`, `verify` and `sandbox` take the flags of a connection, so that one set of flags serves all commands; they have
            // no use for them, and do not list them.
            let unconnected = matches!(command.get_name(), "sign" | "verify" | "sandbox");
            command.after_help(after).mut_args(|arg| {
                let unused = unconnected && arg.get_help_heading() == Some(config::CONNECTION);
                arg.hide(unused)
            })
        })
        .mut_subcommand("man", |man| man.mut_arg("command", |name| name.value_parser(pages)))
        .mut_subcommand("help", |help| help.mut_arg("word", |word| word.value_parser(explained)))
}

fn about(command: &clap::Command) -> String {
    command.get_about().map(ToString::to_string).unwrap_or_default()
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Run the document's own job against a sandbox inside this program; needs nothing
    Demo,
    /// Ask once how a job stands
    Status(StatusArgs),
    /// Ask again and again until the answer is final
    Wait(WaitArgs),
    /// Download a job's images into a folder, with a manifest
    Images(ImagesArgs),
    /// Settle many jobs: import, run, status, export, retry, pause, resume, rate, purge
    #[cfg(feature = "jobs")]
    Jobs(JobsArgs),
    /// Sign a timestamp and print what a request would carry
    Sign(SignArgs),
    /// Check the signature of a reply or a callback that was kept
    Verify(VerifyArgs),
    /// Read JSON as replies are read, and print it as strict JSON
    Parse(ParseArgs),
    /// List what is known of codes and result codes
    Codes(CodesArgs),
    /// Run a local look-alike of the service, until killed
    Sandbox(SandboxArgs),
    /// Check the configuration, key file, trusted certificates and clock
    Doctor(DoctorArgs),
    /// Print the completions for a shell
    Completions {
        /// The shell
        #[arg(value_enum, ignore_case = true)]
        shell: Shell,
    },
    /// Print the manual: all of it, or the page of one command
    Man {
        /// The command
        #[arg(value_name = "COMMAND", hide_possible_values = true)]
        command: Option<String>,
    },
    /// Print the help of a command or of a topic: exit-codes, configuration, environment, profiles
    Help {
        /// What to explain [default: the program]
        #[arg(value_name = HELP_VALUE, hide_possible_values = true)]
        word: Option<String>,
    },
}

/// Which job is asked for, and how an answer is judged.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags that are given or not, each on its own")]
pub(crate) struct JobArgs {
    /// The user's id, as the job was submitted with
    #[arg(long, value_name = "ID", allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) user_id: String,
    /// The job's id, as it was submitted with
    #[arg(long, value_name = "ID", allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) job_id: String,
    /// Ask for all that was sent to the callback as well
    #[arg(long)]
    pub(crate) history: bool,
    /// Ask for expiring links to the images as well
    #[arg(long)]
    pub(crate) image_links: bool,
    /// Accept a final answer only where it names the user and the job
    #[arg(long)]
    pub(crate) require_ids: bool,
    /// How far an answer's timestamp may lie from this clock [default: 5m]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) max_age: Option<Duration>,
    /// What an unknown job means to `wait`: not there yet, or the end
    #[arg(long, value_enum, ignore_case = true, value_name = "WORD", default_value_t = NotFoundArg::End)]
    pub(crate) not_found: NotFoundArg,
    /// Exit 3 where a final verdict is not approved; `status` exits 8 where the job is pending
    #[arg(long)]
    pub(crate) exit_status: bool,
}

#[derive(Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    pub(crate) job: JobArgs,
    /// How long the whole call may take, retries included [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) timeout: Option<Duration>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

#[derive(Args)]
pub(crate) struct WaitArgs {
    #[command(flatten)]
    pub(crate) job: JobArgs,
    /// The time between polls, at least 250ms [default: 2s]
    #[arg(long, value_name = "TIME", value_parser = interval, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) interval: Option<Duration>,
    /// How long to wait in all; past it the exit is 8 [default: 2m]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) deadline: Option<Duration>,
    /// How long one poll may take [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) timeout: Option<Duration>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

#[derive(Args)]
pub(crate) struct SignArgs {
    /// What to sign, kept as it is given [default: now]
    #[arg(long, value_name = "TIMESTAMP", value_parser = timestamp, allow_hyphen_values = true)]
    pub(crate) timestamp: Option<Timestamp>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

#[derive(Args)]
pub(crate) struct VerifyArgs {
    /// The reply or callback as it came (`--output json` has it under `reply`); - for standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Judge its age as at this time [default: now]
    #[arg(long, value_name = "TIMESTAMP", value_parser = timestamp, allow_hyphen_values = true)]
    pub(crate) at: Option<Timestamp>,
    /// How far its timestamp may lie from that time [default: 5m]
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) max_age: Option<Duration>,
    /// The header Response-Timestamp of a callback
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) timestamp: Option<String>,
    /// The header Response-Signature of a callback
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, value_hint = ValueHint::Other)]
    pub(crate) signature: Option<String>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

#[derive(Args)]
pub(crate) struct ParseArgs {
    /// The document; - for standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// How much is tolerated
    #[arg(long, value_enum, ignore_case = true, value_name = "LEVEL", default_value_t = LevelArg::Documented)]
    pub(crate) level: LevelArg,
    /// What a key that its object already has means [default: as the level says]
    #[arg(long, value_enum, ignore_case = true, value_name = "WORD")]
    pub(crate) duplicate_keys: Option<DuplicateKeysArg>,
}

#[derive(Args)]
pub(crate) struct CodesArgs {
    /// This code alone
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,
}

#[derive(Args)]
pub(crate) struct SandboxArgs {
    /// Where to listen; port 0 is any free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    pub(crate) listen: String,
    /// Allow an address that other machines can reach
    #[arg(long)]
    pub(crate) allow_remote: bool,
    /// Speak TLS, with a certificate made at the start
    #[arg(long)]
    pub(crate) tls: bool,
    /// Where to write the certificate that clients have to trust
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) ca_out: Option<PathBuf>,
    /// Make a key of its own and write it here; a configured key is ignored
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) api_key_out: Option<PathBuf>,
    /// Replace the files of --ca-out and --api-key-out, but never a configured key
    #[arg(long)]
    pub(crate) force: bool,
    /// Jobs, faults and the clock from a file, in JSON or TOML
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) scenario: Option<PathBuf>,
    /// Where callbacks go of jobs that name no place of their own: plain http to loopback
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) callback_url: Option<String>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

#[derive(Args)]
pub(crate) struct DoctorArgs {
    /// Also resolve the service's name, connect, and compare clocks; no credentials are sent
    #[arg(long)]
    pub(crate) online: bool,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}
