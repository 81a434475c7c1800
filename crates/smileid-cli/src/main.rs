//! The `smileid` command. It decides nothing about replies: the core does.

use std::process::ExitCode;

mod args;
mod commands;
mod config;
mod failure;
mod input;
mod interrupt;
mod output;
mod report;
mod usage;

fn main() -> ExitCode {
    let cli = match usage::parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(ended) => return ExitCode::from(ended),
    };
    match commands::run(&cli) {
        Ok(exit) => ExitCode::from(exit),
        Err(failure) => {
            failure.tell(cli.output);
            ExitCode::from(failure.exit())
        }
    }
}
