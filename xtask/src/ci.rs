//! `cargo xtask ci`: the gate, which every change passes. `.ci/run` runs this; what takes longer is in `cargo xtask nightly`.

use std::path::Path;
use std::process::Command;

use crate::report::{Report, Step};
use crate::{fuzz, shell};

/// The fuzz targets over what a peer sends and what follows from it.
const FUZZED: [&str; 3] = ["json", "reply", "session"];

/// Long enough to replay the corpus and try some new inputs; the long runs are in `cargo xtask nightly fuzz`.
const FUZZ_SECONDS: u32 = 10;

/// Targets without std; for the second there is no std at all.
const BARE: [&str; 2] = ["wasm32-unknown-unknown", "thumbv7em-none-eabi"];

/// Runs every step, whatever the ones before came to.
pub(crate) fn run(root: &Path, report: &mut Report) {
    let rustup = |arguments: &[&str]| shell::run(Command::new("rustup").current_dir(root).args(arguments));
    let cargo = |line: &str| shell::cargo(root, &line.split(' ').collect::<Vec<_>>());
    report.step("test", || test(root, &[]));
    report.step("fmt", || {
        rustup(&["component", "add", "rustfmt", "clippy"])?;
        shell::run(&mut cargo("fmt --all --check"))
    });
    report.step("clippy", || {
        shell::run(&mut cargo("clippy --workspace --all-targets --all-features --locked -- -D warnings"))
    });
    report.step("docs", || {
        shell::run(cargo("doc --workspace --all-features --no-deps --locked").env("RUSTDOCFLAGS", "-D warnings"))
    });
    report.step("tidy", || tidy(root));
    report.step("no_std", || {
        rustup(&[&["target", "add"], &BARE[..]].concat())?;
        for features in ["--no-default-features", "--all-features"] {
            let check =
                cargo("check --locked --lib --package smileid-core --package smileid-v3 --package lenient-json");
            shell::run({ check }.args(BARE.iter().flat_map(|target| ["--target", target])).arg(features))?;
        }
        Ok(String::new())
    });
    fuzz::steps(root, &FUZZED.map(str::to_owned), FUZZ_SECONDS, report);
}

/// All features on, so that no test hides behind one; all binaries run, so that one failure hides no other.
pub(crate) fn test(root: &Path, arguments: &[String]) -> Step {
    let fixed = ["test", "--workspace", "--all-features", "--locked", "--no-fail-fast"];
    shell::run(shell::cargo(root, &fixed).args(arguments))
}

/// The rules of the house that no compiler knows: they are tests, and run with all others too.
pub(crate) fn tidy(root: &Path) -> Step {
    shell::run(&mut shell::cargo(root, &["test", "--workspace", "--all-features", "--locked", "--test", "tidy"]))
}
