//! One file per command, and the way to each. A command ends with an exit status or with a failure.

mod ask;
mod codes;
mod demo;
mod doctor;
mod images;
#[cfg(feature = "jobs")]
mod jobs;
mod out_file;
mod parse;
mod progress;
mod sandbox;
mod shell;
mod sign;
mod v3;
mod verify;

use crate::args::{Cli, Command};
use crate::failure::Failure;

/// What was asked for was done.
const DONE: u8 = 0;

pub(crate) fn run(cli: &Cli) -> Result<u8, Failure> {
    match &cli.command {
        Command::Demo => demo::run(cli.output),
        Command::Status(args) => ask::status(args, cli.output),
        Command::Wait(args) => ask::wait(args, cli.output),
        Command::Images(args) => images::run(args, cli.output),
        #[cfg(feature = "jobs")]
        Command::Jobs(args) => jobs::run(args, cli.output),
        Command::V3(args) => v3::run(args, cli.output),
        Command::Sign(args) => sign::run(args),
        Command::Verify(args) => verify::run(args, cli.output),
        Command::Parse(args) => parse::run(args),
        Command::Codes(args) => codes::run(args, cli.output),
        Command::Sandbox(args) => sandbox::run(args),
        Command::Doctor(args) => doctor::run(args, cli.output),
        Command::Completions { shell } => shell::completions(*shell),
        Command::Man { command } => shell::man(command.as_deref()),
    }
}
