//! The command line: its words and their types. What they are put together to, and what is done, is told elsewhere.

use clap::{Parser, Subcommand, ValueEnum};

/// Ask Smile ID's job status API how a job stands, and get an answer that is proven before a verdict is read from it.
#[derive(Debug, Parser)]
#[command(name = "smileid", version, about, max_term_width = 120, disable_help_subcommand = true)]
pub(crate) struct Cli {
    /// How answers and failures are written
    #[arg(long, global = true, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    pub(crate) output: Format,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// How answers and failures are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For scripts: one object on one line
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the document's own job against a sandbox inside this program; needs nothing
    Demo,
}
