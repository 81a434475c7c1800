//! One file per command, and the way to each. A command ends with an exit status of its own, or with a failure.

mod demo;

use crate::args::{Cli, Command};
use crate::failure::Failure;

/// What was asked for was done.
const DONE: u8 = 0;

pub(crate) fn run(cli: &Cli) -> Result<u8, Failure> {
    match &cli.command {
        Command::Demo => demo::run(cli.output),
    }
}
