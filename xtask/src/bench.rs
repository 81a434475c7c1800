//! `cargo xtask bench`: the JSON reader beside its peers, in the crate `bench/` with a lock file of its own, so that
//! the peers never enter the product's. The measuring is done there.

use std::path::Path;
use std::process::Command;

use crate::report::{Report, Step, Stop};
use crate::{shell, workspace};

const BENCHES: [&str; 1] = ["json"];

/// The programs of `bench/`, each of which takes a bench's name.
const PROGRAMS: [&str; 2] = ["time", "memory"];

/// The peers that a build can be without: features of `bench/`, each named for its crate.
const PEERS: [&str; 4] = ["json5", "serde_json_lenient", "simd-json", "sonic-rs"];

#[derive(Debug, Default, PartialEq, Eq)]
struct Arguments {
    name: Option<&'static str>,
    quick: bool,
    no_run: bool,
}

pub(crate) fn run(rest: &[String], report: &mut Report) -> Result<(), String> {
    let arguments = read(rest)?;
    let root = workspace::root();
    report.step("bench", || measure(&root, &arguments));
    Ok(())
}

/// Builds the benches, and runs them unless told otherwise: what measures time, then what counts allocations.
fn measure(root: &Path, arguments: &Arguments) -> Step {
    exists(root)?;
    let peers = build(root)?;
    if arguments.no_run {
        return Ok(String::new());
    }
    for program in PROGRAMS {
        let mut command = shell::cargo(root, &["run", "--bin", program]);
        with_peers(&mut command, &peers).args(["--", arguments.name.unwrap_or("json")]);
        command.args(arguments.quick.then_some("--quick").filter(|_| program == "time"));
        shell::run(&mut command)?;
    }
    Ok(String::new())
}

/// Builds with all peers, or else with those that can be had: a peer is a library that may be out of reach, or not for this machine.
fn build(root: &Path) -> Result<Vec<&'static str>, Stop> {
    let built = |action: &str, peers: &[&str]| {
        let mut command = shell::cargo(root, &[action, "--bins"]);
        shell::run(with_peers(&mut command, peers))
    };
    if built("build", &PEERS).is_ok() {
        return Ok(PEERS.to_vec());
    }
    let (found, missing): (Vec<&str>, Vec<&str>) = PEERS.iter().partition(|peer| built("check", &[peer]).is_ok());
    println!("left out, for they cannot be had here: {}", missing.join(", "));
    built("build", &found).map(|_| found)
}

fn with_peers<'c>(command: &'c mut Command, peers: &[&str]) -> &'c mut Command {
    command.args(["--release", "--locked", "--manifest-path", "bench/Cargo.toml", "--no-default-features"]);
    command.args(["--features", &peers.join(",")])
}

/// For CI: the benches still compile. Their figures are for a quiet machine.
pub(crate) fn still_compiles(root: &Path) -> Step {
    exists(root)?;
    shell::run(&mut shell::cargo(root, &["check", "--locked", "--manifest-path", "bench/Cargo.toml"]))
}

fn exists(root: &Path) -> Result<(), Stop> {
    let there = root.join("bench/Cargo.toml").is_file();
    there.then_some(()).ok_or_else(|| Stop::Skipped("there is no bench/Cargo.toml".to_owned()))
}

fn read(rest: &[String]) -> Result<Arguments, String> {
    let mut arguments = Arguments::default();
    for argument in rest {
        match argument.as_str() {
            "--quick" => arguments.quick = true,
            "--no-run" => arguments.no_run = true,
            option if option.starts_with('-') => return Err(format!("`bench` has no option `{option}`")),
            name => {
                let known = BENCHES.into_iter().find(|known| *known == name);
                let known = known.ok_or_else(|| format!("no bench `{name}`; there is {}", BENCHES.join(", ")))?;
                if arguments.name.replace(known).is_some() {
                    return Err("`bench` takes one name".to_owned());
                }
            }
        }
    }
    Ok(arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn arguments_come_in_any_order() {
        let both = Arguments { name: Some("json"), quick: false, no_run: true };
        assert_eq!(read(&words("--no-run json")), Ok(both));
        assert_eq!(read(&words("--quick")), Ok(Arguments { name: None, quick: true, no_run: false }));
    }

    #[test]
    fn the_peers_are_the_manifests_features() {
        let manifest = std::fs::read_to_string(workspace::root().join("bench/Cargo.toml")).unwrap();
        let quoted = PEERS.map(|peer| format!("\"{peer}\"")).join(", ");
        assert!(manifest.contains(&format!("default = [{quoted}]")), "{quoted}");
    }

    #[test]
    fn mistakes_are_told() {
        for mistake in ["xml", "--fast", "json json"] {
            assert!(read(&words(mistake)).is_err(), "{mistake}");
        }
    }
}
