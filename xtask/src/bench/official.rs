//! The official clients beside ours: processor time per call. The Python client and ours ask the same server; the JavaScript client
//! speaks https alone, so that it and ours ask the same sandbox over TLS.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use super::plot;
use crate::peers::{clients, sandbox::Sandbox, target};
use crate::report::Stop;
use crate::shell;

/// Calls of one measurement: the client takes some milliseconds for each.
const CALLS: &str = "1000";

const IN_FLIGHT: [&str; 3] = ["1", "16", "256"];

const SERVER: &str = "bench/calls/target/release/smileid-bench-calls";

/// A table of the client's figures beside those of `ours`, which the call bench printed.
pub(super) fn beside(root: &Path, ours: &str) -> Result<String, Stop> {
    let mut table =
        String::from("\n| official client | in flight | processor time, µs | ours, async / it |\n|---|---|---|---|\n");
    let scratch = target(root).join("peers");
    match clients::python(&scratch, "python-3.0.1", "smile-id-core==3.0.1") {
        Ok(programs) => rows(root, &programs.join("python"), ours, &mut table)?,
        Err(Stop::Skipped(reason)) => table += &format!("| Python 3.0.1, left out: {reason} | | | |\n"),
        Err(failed) => return Err(failed),
    }
    match clients::node(&scratch, "js-3.2.1", "smile-identity-core@3.2.1") {
        Ok(home) => over_tls(root, &scratch, &home, &mut table)?,
        Err(Stop::Skipped(reason)) => table += &format!("| JavaScript 3.2.1, left out: {reason} | | | |\n"),
        Err(failed) => return Err(failed),
    }
    print!("{table}");
    Ok(table)
}

fn rows(root: &Path, python: &Path, ours: &str, table: &mut String) -> Result<(), Stop> {
    let failed = |what: &dyn core::fmt::Display| Stop::Failed(format!("the bench's server: {what}"));
    let mut server = Command::new(root.join(SERVER))
        .arg("serve")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| failed(&error))?;
    let mut base_url = String::new();
    if let Some(stdout) = server.stdout.take() {
        BufReader::new(stdout).read_line(&mut base_url).map_err(|error| failed(&error))?;
    }
    let all = plot::rows(ours, "CPU per call, µs", 2);
    let mut measured = Ok(());
    for in_flight in IN_FLIGHT {
        let mut command = Command::new(python);
        command.arg(root.join("xtask/peers/bench_python.py")).args([base_url.trim(), CALLS, in_flight]);
        match shell::capture(&mut command) {
            Ok(told) => {
                let theirs: f64 = told.trim().parse().unwrap_or(f64::NAN);
                let own = all.iter().find(|(name, _)| *name == format!("smileid-http-async, {in_flight}"));
                let ratio = own.map_or(f64::NAN, |(_, own)| own / theirs);
                *table += &format!("| Python smile-id-core 3.0.1 | {in_flight} | {theirs:.0} | {ratio:.4} |\n");
            }
            Err(said) => measured = Err(failed(&said)),
        }
    }
    // It ends with its standard input; waiting for it leaves nothing behind.
    drop(server.stdin.take());
    server.wait().map_err(|error| failed(&error))?;
    measured
}

/// The JavaScript client, and ours under the same conditions.
fn over_tls(root: &Path, scratch: &Path, home: &Path, table: &mut String) -> Result<(), Stop> {
    let sandbox = Sandbox::start_built(root, scratch, "bench", &["--tls"], "release")?;
    let number = |command: &mut Command| {
        let told = shell::capture(command).map_err(|said| Stop::Failed(format!("a client over TLS: {said}")))?;
        told.trim().parse::<f64>().map_err(|_| Stop::Failed("a client over TLS told no number".to_owned()))
    };
    for in_flight in IN_FLIGHT {
        let mut ours = Command::new(root.join(SERVER));
        ours.args(["tls", &sandbox.base_url]).args([&sandbox.key_file, &sandbox.ca_file]).args([CALLS, in_flight]);
        let mut theirs = Command::new("node");
        theirs.current_dir(home).env("NODE_EXTRA_CA_CERTS", &sandbox.ca_file);
        theirs.arg(root.join("xtask/peers/bench_js.mjs")).arg(&sandbox.base_url).arg(&sandbox.key_file);
        theirs.args([CALLS, in_flight]);
        let (ours, theirs) = (number(&mut ours)?, number(&mut theirs)?);
        *table += &format!(
            "| JavaScript smile-identity-core 3.2.1, over TLS | {in_flight} | {theirs:.0} | {:.4} |\n",
            ours / theirs
        );
    }
    Ok(())
}
