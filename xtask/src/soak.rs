//! `cargo xtask soak`: the long measurements of the reliability bar. What is measured is the example `soak` of the tests.

use std::fs;
use std::path::Path;

use crate::report::{Report, Step, Stop};
use crate::{shell, workspace};

/// The page that `--record` writes.
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
    let page = shell::capture(&mut shell::cargo(root, &RUN)).map_err(Stop::Failed)?;
    print!("{page}");
    if record {
        let page = format!("{page}\n{}\n", machine());
        fs::write(root.join(PAGE), page).map_err(|error| Stop::Failed(format!("writing {PAGE}: {error}")))?;
    }
    Ok(String::new())
}

/// What it was measured on, as far as figures depend on it.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, core::num::NonZero::get);
    format!(
        "Measured on {cores} cores, {} {}, with others at work on the machine.",
        std::env::consts::OS,
        std::env::consts::ARCH
    )
}
