//! The `smileid` command. It decides nothing about replies: the core does.

use core::panic::AssertUnwindSafe;
use std::panic;
use std::process::ExitCode;

mod args;
mod commands;
mod config;
mod failure;
mod input;
mod interrupt;
mod live;
mod output;
mod plain;
mod report;
mod table;
mod usage;

use args::{Cli, Format};
use failure::{Failure, Kind};

fn main() -> ExitCode {
    let cli = match usage::parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(ended) => return ExitCode::from(ended),
    };
    match guarded(&cli) {
        Ok(exit) => ExitCode::from(exit),
        Err(failure) => {
            failure.print(cli.output);
            ExitCode::from(failure.exit())
        }
    }
}

/// Runs the command. A fault of this program is a failure like any other, and shows no value that it stumbled over.
fn guarded(cli: &Cli) -> Result<u8, Failure> {
    let in_text = cli.output == Format::Text;
    panic::set_hook(Box::new(move |fault| {
        // Only the place: the panic's message may contain a value.
        if let Some(place) = fault.location().filter(|_| in_text) {
            plain::note(&format!("smileid: a fault at {}:{}", place.file(), place.line()));
        }
    }));
    panic::catch_unwind(AssertUnwindSafe(|| commands::run(cli))).unwrap_or_else(|_| {
        Err(Failure::new(Kind::Internal, "a fault of this program, not of yours: please report what you did"))
    })
}
