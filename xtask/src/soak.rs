//! `cargo xtask soak`: the long measurements of the reliability bar. What is measured is the example `soak` of the tests.

use std::path::Path;

use crate::report::{Report, Step};
use crate::{shell, workspace};

/// The page that `--record` writes where all bounds hold.
const PAGE: &str = "docs/soak.md";

const RUN: [&str; 8] = ["run", "--release", "--locked", "--quiet", "--package", "smileid-tests", "--example", "soak"];

pub(crate) fn run(rest: &[String], report: &mut Report) -> Result<(), String> {
    let record = match rest {
        [] => false,
        [record] if record == "--record" => true,
        [other, ..] => return Err(format!("`soak` takes --record, or nothing, got `{other}`")),
    };
    let root = workspace::root();
    report.step("soak", || soak(&root, record));
    Ok(())
}

fn soak(root: &Path, record: bool) -> Step {
    let mut command = shell::cargo(root, &RUN);
    if record {
        command.args(["--", PAGE]);
    }
    shell::run(&mut command)
}
