//! Instructions of our code and of its peers, counted by valgrind where it is present: they do not drift with the machine. What is
//! counted is what a program does in user space; its set-up is taken off by counting twice, with few rounds and with many.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::report::Stop;
use crate::shell;

/// What is counted for one bench: the program, the words before a row's name, its rows with ours first in each group, and how many
/// rounds are few and many.
pub(super) struct Plan {
    pub(super) program: PathBuf,
    pub(super) words: &'static [&'static str],
    pub(super) groups: &'static [&'static [&'static str]],
    pub(super) rounds: (u32, u32),
}

/// A Markdown table of the counts, or a line that says why there is none.
pub(super) fn table(plan: &Plan) -> Result<String, Stop> {
    if shell::capture(Command::new("valgrind").arg("--version")).is_err() {
        return Ok(told("\ninstruction counts, left out: valgrind is not here\n".to_owned()));
    }
    let mut text = String::from("\n| instructions in user space | each | ours / it |\n|---|---|---|\n");
    for group in plan.groups {
        let mut ours = None;
        for row in *group {
            let count = (counted(plan, row, plan.rounds.1)? - counted(plan, row, plan.rounds.0)?)
                / f64::from(plan.rounds.1 - plan.rounds.0);
            let ratio = *ours.get_or_insert(count) / count;
            text += &format!("| {row} | {count:.0} | {ratio:.2} |\n");
        }
    }
    Ok(told(text))
}

/// The instructions of so many rounds, set-up included.
fn counted(plan: &Plan, row: &str, rounds: u32) -> Result<f64, Stop> {
    let mut command = Command::new("valgrind");
    // Nothing is written down: the total is told on standard error.
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--log-fd=1"]).arg(&plan.program);
    command.arg("count").args(plan.words).arg(row).arg(rounds.to_string());
    let said = shell::capture(&mut command).map_err(|said| Stop::Failed(format!("valgrind: {said}")))?;
    collected(&said).ok_or_else(|| Stop::Failed("valgrind told no number of instructions".to_owned()))
}

/// The number behind `Collected :`.
fn collected(said: &str) -> Option<f64> {
    said.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok())
}

fn told(text: String) -> String {
    print!("{text}");
    text
}

/// The plan of a bench in `bench/calls`.
pub(super) fn of_calls(root: &Path, bench: &str) -> Option<Plan> {
    let program = root.join("bench/calls/target/release/smileid-bench-calls");
    let (words, groups, rounds): (&[&str], &[&[&str]], _) = match bench {
        "sign" => {
            (&["sign"], &[&["smileid-core", "hmac, cloned key + base64", "hmac, fresh key + base64"]], (2000, 12_000))
        }
        "call" => (
            &["call"],
            &[
                &[
                    "smileid-http-async",
                    "bare reqwest",
                    "reqwest, serde_json, hmac by hand",
                    "smileid-core over examples/hyper-stack",
                ],
                &["smileid-http-blocking", "bare ureq"],
            ],
            (500, 2500),
        ),
        _ => return None,
    };
    Some(Plan { program, words, groups, rounds })
}

#[cfg(test)]
mod tests {
    use super::collected;

    #[test]
    fn the_total_is_found_in_what_valgrind_says() {
        let said = "==7== Events    : Ir\n==7== Collected : 301614808\n==7== \n==7== I   refs:      301,614,808\n";
        assert_eq!(collected(said), Some(301_614_808.0));
        assert_eq!(collected("==7== Events    : Ir\n"), None);
    }
}
