//! The JSON bench, and which of its peers can be had. The measuring is done in `bench/`.

use std::path::Path;
use std::process::Command;

use super::{Arguments, instructions};
use crate::report::Stop;
use crate::shell;

/// The programs of `bench/`: what measures time, then what counts allocations, each of which takes a bench's name.
const PROGRAMS: [&str; 2] = ["time", "memory"];

/// The peers that a build can be without: features of `bench/`, each named for its crate.
const PEERS: [&str; 4] = ["json5", "serde_json_lenient", "simd-json", "sonic-rs"];

pub(super) fn json(root: &Path, arguments: &Arguments) -> Result<String, Stop> {
    let peers = build(root)?;
    let mut printed = String::new();
    if arguments.no_run {
        return Ok(printed);
    }
    for program in PROGRAMS {
        let mut command = shell::cargo(root, &["run", "--bin", program]);
        with_peers(&mut command, &peers).args(["--", "json"]);
        command.args(arguments.quick.then_some("--quick").filter(|_| program == "time"));
        printed += &shell::run_keeping(&mut command)?;
    }
    printed += &instructions::table(&instructions::Plan {
        program: root.join("bench/target/release/count"),
        words: &["json", "a: the sample, strict"],
        groups: &[
            &["ours, owned", "serde_json owned"],
            &["ours, borrowed, from_str", "serde_json borrowed, from_str"],
            &["ours, JobStatus (its own copy)", "serde_json, derive with flatten"],
        ],
        rounds: (500, 2500),
    })?;
    Ok(printed)
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

#[cfg(test)]
mod tests {
    use super::PEERS;

    #[test]
    fn the_peers_are_the_manifests_features() {
        let manifest = std::fs::read_to_string(crate::workspace::root().join("bench/Cargo.toml")).unwrap();
        let quoted = PEERS.map(|peer| format!("\"{peer}\"")).join(", ");
        assert!(manifest.contains(&format!("default = [{quoted}]")), "{quoted}");
    }
}
