//! The project's own tasks, run as `cargo xtask TASK`: argument reading and dispatch only, one file per task.
#![allow(clippy::std_instead_of_core, clippy::std_instead_of_alloc, reason = "a program that has std in any case")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a task's output is for the person who runs it")]

mod ci;
mod fuzz;
mod nightly;
mod report;
mod shell;

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use report::Report;

const HELP: &str = "\
cargo xtask TASK

  test [-- ARGS]               every test of the workspace, doctests too; ARGS go to cargo test
  ci                           the gate: test, fmt, clippy, docs, tidy, core without std, three fuzz targets for a short time
  nightly [STEP]…              everything else, or only the steps named:
STEPS
  tidy                         the rules of the house that no compiler knows; they are tests too
  fuzz [TARGET]… [--seconds N] each fuzz target, or those named, for N seconds (default 20)
  peers                        the official clients against the sandbox: the nightly step `interop`
  soak [jobs]                  the nightly step `soak`, or only its kills of workers and of PostgreSQL
  bench [BENCH]… [--quick] [--record]
                               us beside the peers: json, sign, call, wait, poll, start, build, jobs;
                               callbacks and answers only if named; --record writes docs/benchmarks.md
  help                         this text

What a nightly step lacks it installs; what cannot be had is named, and the step is skipped. A failed step makes the exit code 1, a
mistake in the arguments 2.
";

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

/// Runs a task; the error is one line about what is wrong with the command line.
fn dispatch(arguments: &[String]) -> Result<Report, String> {
    let Some((task, rest)) = arguments.split_first() else {
        return Err("no task named; `cargo xtask help` lists them".to_owned());
    };
    let root = root();
    let mut report = Report::new(task);
    match (task.as_str(), rest) {
        ("help" | "--help" | "-h", []) => print!("{}", HELP.replace("STEPS", &nightly::help(&root))),
        ("test", []) => report.step("test", || ci::test(&root, &[])),
        ("test", [dashes, rest @ ..]) if dashes == "--" => report.step("test", || ci::test(&root, rest)),
        ("ci", []) => ci::run(&root, &mut report),
        ("tidy", []) => report.step("tidy", || ci::tidy(&root)),
        ("nightly", _) => nightly::run(rest, &root, &mut report)?,
        ("fuzz", _) => fuzz::run(rest, &root, &mut report)?,
        ("peers", []) => nightly::run(&["interop".to_owned()], &root, &mut report)?,
        ("soak" | "bench", _) => {
            let script = if task == "soak" { "ci/soak.sh" } else { "bench/run.sh" };
            report.step(task, || shell::run(Command::new("bash").current_dir(&root).arg(script).args(rest)));
        }
        ("help" | "--help" | "-h" | "test" | "ci" | "tidy" | "peers", [extra, ..]) => {
            return Err(format!("`{task}` takes no argument `{extra}`"));
        }
        _ => return Err(format!("no task `{task}`; `cargo xtask help` lists them")),
    }
    Ok(report)
}

/// The repository's root: this package lies one folder below it.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
