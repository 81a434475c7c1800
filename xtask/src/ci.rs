//! `cargo xtask ci`: the gate, which every change passes. `.ci/run` runs this; what takes longer is in `cargo xtask nightly`.

use std::path::Path;

use crate::report::{Report, Step};
use crate::{fuzz, shell, test, tools, workspace};

/// The fuzz targets over what a peer sends and what follows from it.
const FUZZED: [&str; 3] = ["json", "reply", "session"];

/// Long enough to replay the corpus and try some new inputs; the long runs are in `cargo xtask nightly fuzz`.
const FUZZ_SECONDS: u32 = 10;

/// Targets without std; for the second there is no std at all.
const BARE: [&str; 2] = ["wasm32-unknown-unknown", "thumbv7em-none-eabi"];

pub(crate) fn run(rest: &[String], report: &mut Report) -> Result<(), String> {
    crate::no_arguments("ci", rest)?;
    let root = workspace::root();
    report.step("test", || test::all(&root, &[]));
    report.step("fmt", || fmt(&root));
    report.step("clippy", || clippy(&root));
    report.step("docs", || docs(&root));
    report.step("tidy", || test::tidy(&root));
    for target in BARE {
        report.step(&format!("no_std: {target}"), || bare(&root, target));
    }
    fuzz::steps(&root, &FUZZED.map(str::to_owned), FUZZ_SECONDS, report);
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

/// Core and its JSON with no feature and with all of them, where std cannot be found.
fn bare(root: &Path, target: &str) -> Step {
    tools::target(target)?;
    for features in ["--no-default-features", "--all-features"] {
        let fixed = [
            "check",
            "--locked",
            "--package",
            "smileid-core",
            "--package",
            "lenient-json",
            "--lib",
            "--target",
            target,
            features,
        ];
        shell::run(&mut shell::cargo(root, &fixed))?;
    }
    Ok(String::new())
}
