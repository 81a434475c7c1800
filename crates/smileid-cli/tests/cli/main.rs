//! Tests of the `smileid` command as users run it: arguments in, standard output, standard error and exit status out.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::format_push_string, reason = "tests")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "what this machine cannot test is named")]

mod common;
mod record;

mod answers;
mod configuration;
mod demo;
mod doctor;
#[cfg(unix)]
mod ending;
#[cfg(unix)]
mod examples;
mod images;
#[cfg(unix)]
mod jobs;
mod mistakes;
#[cfg(unix)]
mod out_files;
mod parse;
mod proofs;
mod recorded;
mod replies;
mod schemas;
mod shapes;
mod shell;
#[cfg(unix)]
mod terminal;
mod tools;
mod usage;
