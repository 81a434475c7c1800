//! Tests of the `smileid` command as users run it: arguments in, standard output, standard error and exit status out.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::format_push_string, reason = "tests")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "what this machine cannot test is named")]

mod common;
#[cfg(all(unix, feature = "postgres"))]
#[expect(dead_code, reason = "the store's own tests do more with a server")]
#[path = "../../../smileid-jobs-postgres/tests/store/server.rs"]
mod postgres;
mod record;

mod configuration;
mod demo;
mod doctor;
#[cfg(unix)]
mod ending;
#[cfg(unix)]
mod examples;
mod images;
mod jobs;
mod jobs_input;
mod jobs_parquet;
#[cfg(all(unix, feature = "postgres"))]
mod jobs_postgres;
mod mistakes;
#[cfg(unix)]
mod out_files;
mod parse;
mod recorded;
mod replies;
mod schemas;
mod shapes;
mod shell;
#[cfg(unix)]
mod terminal;
mod tools;
