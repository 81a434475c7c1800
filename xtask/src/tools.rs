//! Gets what a step needs and the machine lacks. What cannot be had is told by name, for the step to be skipped.

use std::path::Path;
use std::process::Command;

use crate::report::Stop;
use crate::shell;

/// A component of the toolchain that runs this task.
pub(crate) fn component(name: &str) -> Result<(), Stop> {
    add(&["component", "list", "--installed"], &["component", "add", name], name, &format!("component {name}"))
}

/// The standard libraries for a target, of the toolchain that runs this task.
pub(crate) fn target(name: &str) -> Result<(), Stop> {
    add(&["target", "list", "--installed"], &["target", "add", name], name, &format!("target {name}"))
}

/// A cargo subcommand, from the registry where `cargo VERSION` does not answer.
pub(crate) fn installed(root: &Path, name: &str, version: &[&str]) -> Result<(), Stop> {
    if shell::capture(shell::cargo(root, version).env_remove("CARGO_PKG_NAME")).is_ok() {
        return Ok(());
    }
    let mut install = shell::cargo(root, &["install", name, "--locked"]);
    shell::run(&mut install).map(|_| ()).map_err(|_| missing(name))
}

/// Adds by `rustup` what the list does not name yet.
fn add(list: &[&str], add: &[&str], name: &str, what: &str) -> Result<(), Stop> {
    let installed = shell::capture(Command::new("rustup").args(list)).unwrap_or_default();
    if lists(&installed, name) {
        return Ok(());
    }
    shell::run(Command::new("rustup").args(add)).map(|_| ()).map_err(|_| missing(what))
}

/// A list's line is the name itself or, for most components, the name and the host: `miri-x86_64-…`.
fn lists(installed: &str, name: &str) -> bool {
    installed.lines().filter_map(|line| line.strip_prefix(name)).any(|rest| rest.is_empty() || is_host(rest))
}

fn is_host(rest: &str) -> bool {
    rest.strip_prefix('-').is_some_and(|host| host.matches('-').count() >= 2)
}

fn missing(what: &str) -> Stop {
    Stop::Skipped(format!("{what} cannot be had here"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_with_its_host_or_alone() {
        let installed = "rust-std-x86_64-unknown-linux-gnu\nrust-src\nmiri-aarch64-apple-darwin\n";
        assert!(lists(installed, "rust-std"));
        assert!(lists(installed, "rust-src"));
        assert!(lists(installed, "miri"));
        assert!(!lists(installed, "clippy"));
        assert!(!lists("wasm32-unknown-unknown-x\n", "wasm32-unknown-unknown"));
    }
}
