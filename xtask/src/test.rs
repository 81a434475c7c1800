//! `cargo xtask test`: every test of the workspace, doctests too, by plain `cargo test`.

use std::path::Path;

use crate::report::{Report, Step};
use crate::{shell, workspace};

pub(crate) fn run(rest: &[String], report: &mut Report) -> Result<(), String> {
    let arguments = match rest.split_first() {
        None => rest,
        Some((dashes, arguments)) if dashes == "--" => arguments,
        Some((other, _)) => return Err(format!("`test` takes cargo's arguments after `--`, got `{other}`")),
    };
    let root = workspace::root();
    report.step("test", || all(&root, arguments));
    Ok(())
}

/// All features on, so that no test hides behind one; all binaries run, so that one failure hides no other.
pub(crate) fn all(root: &Path, arguments: &[String]) -> Step {
    let fixed = ["test", "--workspace", "--all-features", "--locked", "--no-fail-fast"];
    shell::run(shell::cargo(root, &fixed).args(arguments))
}

/// The rules of the house that no compiler knows: they are tests, and run with all others too.
pub(crate) fn tidy(root: &Path) -> Step {
    shell::run(&mut shell::cargo(root, &["test", "--workspace", "--all-features", "--locked", "--test", "tidy"]))
}
