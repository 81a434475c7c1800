//! The project's own tasks, run as `cargo xtask TASK`: argument reading and dispatch only, one file per task.
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc, reason = "a program that has std in any case")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a task's output is for whoever runs it")]
#![allow(clippy::format_push_string, reason = "a table's text is read easier than its speed is missed")]

mod bench;
mod ci;
mod examples;
mod fuzz;
mod guides;
mod help;
mod nightly;
mod no_std;
mod peers;
mod picture;
mod report;
mod shell;
mod test;
mod tools;
mod workspace;

use std::env;
use std::process::ExitCode;

use report::Report;

/// What the command line asked for: `Err` is one line about what is wrong with it.
type Task = Result<Report, String>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(report) => report.finish(),
        Err(mistake) => {
            eprintln!("xtask: {mistake}");
            ExitCode::from(2)
        }
    }
}

fn dispatch(arguments: &[String]) -> Task {
    let Some((task, rest)) = arguments.split_first() else {
        return Err("no task named; `cargo xtask help` lists them".to_owned());
    };
    let mut report = Report::new(task);
    match task.as_str() {
        "help" | "--help" | "-h" => help::run(rest)?,
        "test" => test::run(rest, &mut report)?,
        "ci" => ci::run(rest, &mut report)?,
        "nightly" => nightly::run(rest, &workspace::root(), &mut report)?,
        "tidy" => {
            no_arguments(task, rest)?;
            report.step("tidy", || test::tidy(&workspace::root()));
        }
        "fuzz" => fuzz::run(rest, &mut report)?,
        "examples" => examples::run(rest, &mut report)?,
        "bench" => bench::run(rest, &mut report)?,
        "guides" => guides::run(rest, &mut report)?,
        "peers" => peers::run(rest, &mut report)?,
        "picture" => picture::run(rest, &mut report)?,
        other => return Err(format!("no task `{other}`; `cargo xtask help` lists them")),
    }
    Ok(report)
}

/// For tasks that take no arguments.
fn no_arguments(task: &str, rest: &[String]) -> Result<(), String> {
    match rest.first() {
        None => Ok(()),
        Some(extra) => Err(format!("`{task}` takes no argument, got `{extra}`")),
    }
}
