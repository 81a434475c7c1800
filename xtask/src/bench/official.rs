//! The official Python client beside ours, against the same server: processor time per call. The JavaScript client speaks https alone,
//! so that its calls would not be the same bytes; it is left out by name.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use super::plot;
use crate::peers::clients;
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
    match clients::python(&root.join("target/peers"), "python-3.0.1", "smile-id-core==3.0.1") {
        Ok(programs) => rows(root, &programs.join("python"), ours, &mut table)?,
        Err(Stop::Skipped(reason)) => table += &format!("| Python 3.0.1, left out: {reason} | | | |\n"),
        Err(failed) => return Err(failed),
    }
    table += "| JavaScript 3.2.1, left out: it speaks https alone | | | |\n";
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
