//! The table of what came of each call of each peer, read from the scripts' lines.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::report::{Step, Stop};

/// One call of one peer.
struct Row {
    client: &'static str,
    scheme: &'static str,
    call: String,
    ok: bool,
    outcome: String,
}

/// All calls, in the order in which they were made.
#[derive(Default)]
pub(super) struct Table(Vec<Row>);

impl Table {
    /// Runs a script that prints one line of JSON for each call.
    pub(super) fn drive(&mut self, command: &mut Command, client: &'static str, scheme: &'static str) -> Step {
        let failed = |problem: &dyn core::fmt::Display| Stop::Failed(format!("{client}: {problem}"));
        let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| failed(&error))?;
        let before = self.0.len();
        for line in child.stdout.take().map(|out| BufReader::new(out).lines()).into_iter().flatten() {
            let line = line.map_err(|error| failed(&error))?;
            println!("{line}");
            self.0.extend(read(&line, client, scheme));
        }
        let status = child.wait().map_err(|error| failed(&error))?;
        let made = self.0.get(before..).unwrap_or_default();
        let wrong: Vec<&str> = made.iter().filter(|row| !row.ok).map(|row| row.call.as_str()).collect();
        match (wrong.first(), made.len()) {
            (Some(call), _) => {
                Err(failed(&format!("{} calls came out otherwise than expected, first: {call}", wrong.len())))
            }
            (None, 0) => Err(failed(&"no call was made")),
            (None, _) if !status.success() => Err(failed(&format!("it ended with {status}"))),
            (None, count) => Ok(format!("{count} calls as expected")),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The table as Markdown.
    pub(super) fn to_markdown(&self) -> String {
        let mut text = String::from("| client | scheme | call | outcome |\n|---|---|---|---|\n");
        for Row { client, scheme, call, ok, outcome } in &self.0 {
            let outcome = outcome.replace('|', "\\|");
            let wrong = if *ok { "" } else { "NOT AS EXPECTED: " };
            text.push_str(&format!("| {client} | {scheme} | {call} | {wrong}{outcome} |\n"));
        }
        text
    }
}

fn read(line: &str, client: &'static str, scheme: &'static str) -> Option<Row> {
    let value: Value = serde_json::from_str(line).ok()?;
    let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
    Some(Row { client, scheme, call: text("call")?, ok: value.get("ok")?.as_bool()?, outcome: text("outcome")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_rows_and_others_are_passed_over() {
        let rows = [
            "{\"call\": \"a\", \"ok\": true, \"outcome\": \"x|y\"}",
            "{\"call\": \"b\", \"ok\": false, \"outcome\": \"\"}",
            "noise",
            "{}",
        ];
        let table = Table(rows.iter().filter_map(|line| read(line, "C", "s")).collect());
        let expected = "| client | scheme | call | outcome |\n|---|---|---|---|\n| C | s | a | x\\|y |\n| C | s | b | NOT AS EXPECTED:  |\n";
        assert_eq!(table.to_markdown(), expected);
    }

    #[test]
    fn a_script_that_cannot_run_or_says_nothing_fails() {
        let mut table = Table::default();
        assert!(matches!(table.drive(&mut Command::new("no-such-program-here"), "C", "s"), Err(Stop::Failed(_))));
        let mut silent = crate::shell::cargo(&crate::workspace::root(), &["--version"]);
        assert!(matches!(table.drive(&mut silent, "C", "s"), Err(Stop::Failed(_))));
    }
}
