//! `cargo xtask soak`: the long measurements of the reliability bar. What is measured is the example `soak` of the tests; the session's
//! model is tried a million times beside it.

use std::path::Path;

use crate::report::{Report, Step};
use crate::{shell, workspace};

/// The page that `--record` writes where all bounds hold.
const PAGE: &str = "docs/soak.md";

/// How many event sequences the session's model is tried with; the jobs that are polled for a year are a thousandth of it.
const SEQUENCES: &str = "1000000";

const RUN: [&str; 8] = ["run", "--release", "--locked", "--quiet", "--package", "smileid-tests", "--example", "soak"];

pub(crate) fn run(rest: &[String], report: &mut Report) -> Result<(), String> {
    let record = match rest {
        [] => false,
        [record] if record == "--record" => true,
        [other, ..] => return Err(format!("`soak` takes --record, or nothing, got `{other}`")),
    };
    let root = workspace::root();
    report.step("soak", || soak(&root, record));
    report.step("soak: session model", || model(&root));
    Ok(())
}

/// The model tests of the session, which try some thousands of sequences among the ordinary tests.
fn model(root: &Path) -> Step {
    let fixed = ["test", "--release", "--locked", "--quiet", "--package", "smileid-tests"];
    let mut command = shell::cargo(root, &fixed);
    command.args(["--test", "session_model", "--test", "session_year"]).env("SMILEID_CASES", SEQUENCES);
    shell::run(&mut command)
}

fn soak(root: &Path, record: bool) -> Step {
    let mut command = shell::cargo(root, &RUN);
    if record {
        command.args(["--", PAGE]);
    }
    shell::run(&mut command)
}
