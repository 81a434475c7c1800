//! What a task's steps came to: runs them, times them, prints the table. It knows no step by name.

use std::process::ExitCode;
use std::time::Instant;

/// Why a step did not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// It could not run here: what is missing.
    Skipped(String),
    /// It ran and failed: what went wrong.
    Failed(String),
}

/// A step's result; the text of a pass is a figure worth the table's last column, or empty.
pub(crate) type Step = Result<String, Stop>;

/// The steps of one task, in the order they ran: a name, a word, and a line for the table.
pub(crate) struct Report {
    task: String,
    rows: Vec<(String, &'static str, String)>,
}

impl Report {
    pub(crate) fn new(task: &str) -> Self {
        Self { task: task.to_owned(), rows: Vec::new() }
    }

    /// Runs one step and keeps its result. The next step runs whatever this one came to.
    pub(crate) fn step(&mut self, name: &str, work: impl FnOnce() -> Step) {
        println!("\n=== {name} ===");
        let start = Instant::now();
        let (came_to, detail) = match work() {
            Ok(figure) => ("ok", figure),
            Err(Stop::Skipped(reason)) => ("SKIPPED", reason),
            Err(Stop::Failed(reason)) => ("FAILED", reason),
        };
        let line = format!("{name:20} {came_to:7} {:7.1} s  {detail}", start.elapsed().as_secs_f64());
        println!("{line}");
        self.rows.push((name.to_owned(), came_to, line));
    }

    /// Prints the table and the closing line; the exit code is 1 if a step failed.
    pub(crate) fn finish(&self) -> ExitCode {
        if !self.rows.is_empty() {
            println!();
            self.rows.iter().for_each(|(.., line)| println!("{}", line.trim_end()));
            println!("{}", self.closing_line());
        }
        if self.named("FAILED").is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    /// A line that never hides a failure or a skip.
    fn closing_line(&self) -> String {
        let (failed, skipped) = (self.named("FAILED"), self.named("SKIPPED"));
        let word = if failed.is_empty() { "ok" } else { "FAILED" };
        let passed = self.named("ok").len();
        let mut line = format!("{}: {word}: {passed} of {} steps passed", self.task, self.rows.len());
        for (what, names) in [("skipped", skipped), ("failed", failed)] {
            if !names.is_empty() {
                line = [line, format!("; {what}: {}", names.join(", "))].concat();
            }
        }
        line
    }

    fn named(&self, what: &str) -> Vec<&str> {
        self.rows.iter().filter(|(_, word, _)| *word == what).map(|(name, ..)| name.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_and_skips_reach_the_last_line_and_the_exit_code() {
        let mut report = Report::new("ci");
        report.step("test", || Ok("12 crates".to_owned()));
        report.step("miri", || Err(Stop::Skipped("no nightly".to_owned())));
        assert_eq!(report.closing_line(), "ci: ok: 1 of 2 steps passed; skipped: miri");
        assert_eq!(report.finish(), ExitCode::SUCCESS);
        report.step("clippy", || Err(Stop::Failed("exit code 101".to_owned())));
        assert_eq!(report.closing_line(), "ci: FAILED: 1 of 3 steps passed; skipped: miri; failed: clippy");
        assert_eq!(report.finish(), ExitCode::FAILURE);
    }
}
