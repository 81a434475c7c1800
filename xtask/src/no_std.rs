//! `cargo xtask no-std`: core needs no std. A stub that cannot link beside std shows it on any host; two bare targets
//! and the list of core's crates show the rest.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::report::{Report, Step, Stop};
use crate::workspace::{self, Package};
use crate::{shell, tools};

const CORE: &str = "smileid-core";
const TARGETS: [&str; 2] = ["wasm32-unknown-unknown", "thumbv7em-none-eabi"];

/// Core's own promise: what its default features bring, build tools included.
const MOST_CRATES: usize = 35;

/// What a stack of one's own over core never sees.
const NOT_IN_OWN_STACK: [&str; 5] = ["reqwest", "ureq", "tokio", "hyper", "rustls"];

/// The compiler's code for two panic handlers: std's and the stub's.
const TWO_PANIC_HANDLERS: &str = "E0152";

pub(crate) fn steps(root: &Path, report: &mut Report) {
    report.step("no-std: stub, default features", || stub(root, &[]));
    report.step("no-std: stub, all features", || stub(root, &core_features(root)?));
    report.step("no-std: the stub refuses std", || stub_refuses_std(root));
    for target in TARGETS {
        report.step(&format!("no-std: {target}"), || bare(root, target));
    }
    report.step("no-std: core's crates", || crates_of_core(root));
    report.step("no-std: a stack of one's own", || own_stack(root));
}

fn stub(root: &Path, features: &[String]) -> Step {
    let mut command = stub_command(root)?;
    if !features.is_empty() {
        let features: Vec<String> = features.iter().map(|feature| format!("{CORE}/{feature}")).collect();
        command.args(["--features", &features.join(",")]);
    }
    shell::run(&mut command)
}

/// Shows that the stub can fail: with std linked on purpose it must, and for that reason.
fn stub_refuses_std(root: &Path) -> Step {
    let mut command = stub_command(root)?;
    match shell::capture(command.args(["--features", "with-std"])) {
        Err(error) if error.contains(TWO_PANIC_HANDLERS) => Ok(TWO_PANIC_HANDLERS.to_owned()),
        Err(error) => Err(Stop::Failed(format!("not refused with {TWO_PANIC_HANDLERS}, but: {error}"))),
        Ok(_) => Err(Stop::Failed("the stub links std and compiles: it shows nothing".to_owned())),
    }
}

fn stub_command(root: &Path) -> Result<std::process::Command, Stop> {
    lock_of_stub(root)?;
    let manifest = "xtask/no-std-stub/Cargo.toml";
    Ok(shell::cargo(root, &["build", "--manifest-path", manifest, "--target-dir", "target/no-std-stub"]))
}

/// The stub is built with the product's own versions.
pub(crate) fn lock_of_stub(root: &Path) -> Result<(), Stop> {
    let lock = root.join("xtask/no-std-stub/Cargo.lock");
    let copied = fs::copy(root.join("Cargo.lock"), lock);
    copied.map(|_| ()).map_err(|error| Stop::Failed(format!("copying the lock file for the stub: {error}")))
}

fn core_features(root: &Path) -> Result<Vec<String>, Stop> {
    let packages = workspace::packages(root)?;
    let core = packages.into_iter().find(|package| package.name == CORE);
    core.map(|core| core.features).ok_or_else(|| Stop::Failed(format!("no package {CORE}")))
}

fn bare(root: &Path, target: &str) -> Step {
    tools::target(target)?;
    for features in ["--no-default-features", "--all-features"] {
        let fixed = ["build", "--locked", "--package", CORE, "--lib", "--target", target, features];
        shell::run(&mut shell::cargo(root, &fixed))?;
    }
    Ok(String::new())
}

fn crates_of_core(root: &Path) -> Step {
    let crates = tree(root, CORE, "normal,build")?;
    let count = crates.len();
    if count > MOST_CRATES {
        let names: Vec<&str> = crates.iter().map(String::as_str).collect();
        return Err(Stop::Failed(format!("{count} crates, at most {MOST_CRATES}: {}", names.join(", "))));
    }
    without(&crates, CORE)?;
    Ok(format!("{count} crates, at most {MOST_CRATES}"))
}

fn own_stack(root: &Path) -> Step {
    let packages = workspace::packages(root)?;
    let Some((package, edges)) = packages.iter().find_map(own_stack_package) else {
        return Err(Stop::Skipped("there is no own-stack example".to_owned()));
    };
    let crates = tree(root, package, edges)?;
    without(&crates, package)?;
    Ok(format!("{package}: {} crates", crates.len()))
}

/// The package that is the example, or has it; an example inside a package is built with its dev-dependencies.
fn own_stack_package(package: &Package) -> Option<(&str, &'static str)> {
    let is_own_stack = |name: &String| name.replace('_', "-").contains("own-stack");
    if is_own_stack(&package.name) {
        Some((&package.name, "normal,build"))
    } else if package.examples.iter().any(is_own_stack) {
        Some((&package.name, "normal,build,dev"))
    } else {
        None
    }
}

fn without(crates: &BTreeSet<String>, whose: &str) -> Result<(), Stop> {
    let unwanted: Vec<&str> = NOT_IN_OWN_STACK
        .into_iter()
        .filter(|name| crates.iter().any(|line| line.split(' ').next() == Some(name)))
        .collect();
    if unwanted.is_empty() { Ok(()) } else { Err(Stop::Failed(format!("{whose} brings {}", unwanted.join(", ")))) }
}

/// The crates a package brings, itself left out, each as name and version.
/// The crates that a package brings, itself left out, each with its version.
pub(crate) fn tree(root: &Path, package: &str, edges: &str) -> Result<BTreeSet<String>, Stop> {
    let fixed = ["tree", "--locked", "--package", package, "--edges", edges, "--prefix", "none", "--format", "{p}"];
    let text = shell::capture(&mut shell::cargo(root, &fixed))
        .map_err(|error| Stop::Failed(format!("cargo tree: {error}")))?;
    Ok(read_tree(&text, package))
}

fn read_tree(text: &str, package: &str) -> BTreeSet<String> {
    let name_and_version = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let lines = text.lines().filter(|line| !line.is_empty()).map(name_and_version);
    lines.filter(|line| line.split(' ').next() != Some(package)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_counted_once_for_each_name_and_version() {
        let text = "smileid-core v0.1.0 (/r/core)\nbase64 v0.23.1\nserde v1.0.0\nserde v1.0.0 (*)\nserde v2.0.0\n\n";
        let crates = read_tree(text, CORE);
        assert_eq!(
            crates.iter().map(String::as_str).collect::<Vec<_>>(),
            ["base64 v0.23.1", "serde v1.0.0", "serde v2.0.0"]
        );
    }

    #[test]
    fn an_http_stack_in_a_tree_is_told_by_name() {
        let crates = read_tree("a v1\ntokio-util v1\nserde v1", "b");
        assert_eq!(without(&crates, "b"), Ok(()));
        let crates = read_tree("a v1\ntokio v1\nureq v3", "b");
        assert_eq!(without(&crates, "b"), Err(Stop::Failed("b brings ureq, tokio".to_owned())));
    }

    #[test]
    fn the_example_is_found_as_a_package_or_in_one() {
        let package = |name: &str, example: &str| Package {
            version: "0.1.0".to_owned(),
            name: name.to_owned(),
            features: Vec::new(),
            examples: vec![example.to_owned()],
            folder: String::new(),
        };
        assert_eq!(own_stack_package(&package("example-own-stack", "")), Some(("example-own-stack", "normal,build")));
        assert_eq!(
            own_stack_package(&package("smileid-core", "own_stack")),
            Some(("smileid-core", "normal,build,dev"))
        );
        assert_eq!(own_stack_package(&package("smileid-cli", "demo")), None);
    }
}
