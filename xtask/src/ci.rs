//! `cargo xtask ci`: every check, one after the other, whatever the ones before came to. `.ci/run` is this.

use std::path::Path;

use crate::report::{Report, Step};
use crate::{
    bench, examples, features, fuzz, gates, guides, miri, no_std, peers, picture, portable, shell, test, tidy, tools,
    workspace,
};

/// The oldest compiler the crates promise to build with: `rust-version` in the root manifest.
const MSRV: &str = "1.88";

/// Long enough to replay the corpus and try some new inputs; the long runs are `cargo xtask fuzz`.
const FUZZ_SECONDS: u32 = 10;

pub(crate) fn run(rest: &[String], report: &mut Report) -> Result<(), String> {
    crate::no_arguments("ci", rest)?;
    let root = workspace::root();
    report.step("test", || test::all(&root, &[]));
    report.step("guides", || guides::quick(&root));
    report.step("fmt", || fmt(&root));
    report.step("clippy", || clippy(&root));
    report.step("tidy", || tidy::whole(&root));
    report.step("docs", || docs(&root));
    no_std::steps(&root, report);
    features::steps(&root, report);
    report.step("msrv", || msrv(&root));
    portable::steps(&root, report);
    report.step("fuzz: lock file", || fuzz::lock_is_current(&root));
    fuzz::steps(&root, None, FUZZ_SECONDS, report);
    gates::steps(&root, report);
    report.step("guides: first call", || guides::first_call(&root));
    report.step("picture", || picture::checked(&root));
    examples::all(&root, report);
    peers::all(&root, report);
    report.step("bench compiles", || bench::still_compiles(&root));
    report.step("miri", || miri::core(&root, &[]));
    Ok(())
}

fn fmt(root: &Path) -> Step {
    tools::component("rustfmt")?;
    shell::run(&mut shell::cargo(root, &["fmt", "--all", "--check"]))
}

fn clippy(root: &Path) -> Step {
    tools::component("clippy")?;
    let fixed = ["clippy", "--workspace", "--all-targets", "--all-features", "--locked", "--", "-D", "warnings"];
    shell::run(&mut shell::cargo(root, &fixed))
}

fn docs(root: &Path) -> Step {
    let fixed = ["doc", "--workspace", "--all-features", "--no-deps", "--locked"];
    shell::run(shell::cargo(root, &fixed).env("RUSTDOCFLAGS", "-D warnings"))
}

/// The published crates with the oldest compiler; the tests and these tasks may ask for more.
fn msrv(root: &Path) -> Step {
    tools::toolchain(MSRV)?;
    let packages = workspace::packages(root)?;
    let mut command = shell::cargo_of(MSRV, root, &["check", "--locked", "--all-features"]);
    for package in packages.iter().filter(|package| package.folder.starts_with("crates/")) {
        command.args(["--package", &package.name]);
    }
    // A folder of its own: two compilers in one would build everything anew at each turn.
    shell::run(command.args(["--target-dir", "target/msrv"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_compiler_is_the_manifests() {
        let manifest = std::fs::read_to_string(workspace::root().join("Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("rust-version = \"{MSRV}\"")));
    }
}
