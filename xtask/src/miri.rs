//! `cargo xtask miri`: core's tests under Miri, which finds undefined behaviour in what core is built of.

use std::path::Path;

use crate::report::{Report, Step};
use crate::{shell, tools, workspace};

pub(crate) fn run(rest: &[String], report: &mut Report) -> Result<(), String> {
    let arguments = match rest.split_first() {
        None => rest,
        Some((dashes, arguments)) if dashes == "--" => arguments,
        Some((other, _)) => return Err(format!("`miri` takes cargo's arguments after `--`, got `{other}`")),
    };
    let root = workspace::root();
    report.step("miri", || core(&root, arguments));
    Ok(())
}

/// Core's unit tests without features: under Miri the RSA of `sec-key` takes minutes for each operation, so that is left
/// to `cargo xtask miri -- --all-features`. Doctests run the same code and are left to `test`.
pub(crate) fn core(root: &Path, arguments: &[String]) -> Step {
    tools::nightly_component("rust-src")?;
    tools::nightly_component("miri")?;
    let fixed = ["miri", "test", "--locked", "--package", "smileid-core", "--lib"];
    shell::run(shell::cargo_of(tools::NIGHTLY, root, &fixed).args(arguments))
}
