//! How long the command takes from its start to its end where it asks nobody: what a person at a terminal and a completion feel.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::peers::sandbox::program;
use crate::report::Stop;
use crate::shell;

/// How often each is run.
const RUNS: usize = 200;

/// The same with `--quick`.
const QUICK_RUNS: usize = 20;

/// What is run. The floor is a program that does nothing: starting a process is most of the rest.
const LINES: [&[&str]; 6] =
    [&["--help"], &["--version"], &["help", "exit-codes"], &["completions", "bash"], &["man"], &["demo"]];

pub(super) fn measure(root: &Path, quick: bool) -> Result<String, Stop> {
    shell::run(&mut shell::cargo(root, &["build", "--release", "--locked", "--package", "smileid-cli"]))?;
    let runs = if quick { QUICK_RUNS } else { RUNS };
    let program = program(root, "release");
    let mut table = String::from("| started | median, ms | fastest, ms |\n|---|---|---|\n");
    for line in LINES {
        let (median, fastest) = times(&program, line, runs)?;
        table += &format!("| smileid {} | {median:.2} | {fastest:.2} |\n", line.join(" "));
    }
    table += &match times(Path::new("true"), &[], runs) {
        Ok((median, fastest)) => format!("| a program that does nothing | {median:.2} | {fastest:.2} |\n"),
        Err(_) => "| a program that does nothing | left out: there is no `true` here | |\n".to_owned(),
    };
    print!("{table}");
    Ok(table)
}

/// The median and the shortest of many runs, in milliseconds.
fn times(program: &Path, arguments: &[&str], runs: usize) -> Result<(f64, f64), Stop> {
    let mut times = Vec::with_capacity(runs);
    for _ in 0..runs {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let begun = Instant::now();
        let status = command.status().map_err(|error| Stop::Failed(format!("{}: {error}", program.display())))?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
        if !status.success() {
            return Err(Stop::Failed(format!("{} {}: {status}", program.display(), arguments.join(" "))));
        }
    }
    times.sort_by(f64::total_cmp);
    let at = |place: usize| times.get(place).copied().unwrap_or_default();
    Ok((at(runs / 2), at(0)))
}
