//! What a task's steps came to: runs them, times them, prints the table. It knows no step by name.

use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Why a step did not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// It could not run here: what is missing.
    Skipped(String),
    /// It ran and did not hold: what went wrong.
    Failed(String),
}

/// A step's result; the text of a pass is a figure worth the table's last column, or empty.
pub(crate) type Step = Result<String, Stop>;

struct Row {
    name: String,
    step: Step,
    took: Duration,
}

/// The steps of one task, in the order they ran.
pub(crate) struct Report {
    task: String,
    rows: Vec<Row>,
}

impl Report {
    pub(crate) fn new(task: &str) -> Self {
        Self { task: task.to_owned(), rows: Vec::new() }
    }

    /// Runs one step and keeps its result. The next step runs whatever this one came to.
    pub(crate) fn step(&mut self, name: &str, work: impl FnOnce() -> Step) {
        println!("\n=== {name} ===");
        let start = Instant::now();
        let step = work();
        let took = start.elapsed();
        match &step {
            Ok(_) => {}
            Err(Stop::Skipped(reason)) => println!("{name}: SKIPPED: {reason}"),
            Err(Stop::Failed(reason)) => println!("{name}: FAILED: {reason}"),
        }
        self.rows.push(Row { name: name.to_owned(), step, took });
    }

    /// Prints the table and the closing line; the exit code is 1 where a step failed.
    pub(crate) fn finish(&self) -> ExitCode {
        if !self.rows.is_empty() {
            print!("\n{}", self.summary());
        }
        if self.failed().is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    /// The table, one line per step, and the closing line, which never hides a failure.
    fn summary(&self) -> String {
        let width = self.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
        let mut text = String::new();
        for Row { name, step, took } in &self.rows {
            let (word, detail) = match step {
                Ok(detail) => ("ok", detail),
                Err(Stop::Skipped(reason)) => ("SKIPPED", reason),
                Err(Stop::Failed(reason)) => ("FAILED", reason),
            };
            let line = format!("{name:width$}  {word:7}  {:6.1} s  {detail}", took.as_secs_f64());
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text.push_str(&self.closing_line());
        text.push('\n');
        text
    }

    fn closing_line(&self) -> String {
        let failed = self.failed();
        let skipped = self.names(|step| matches!(step, Err(Stop::Skipped(_))));
        let passed = self.rows.len() - failed.len() - skipped.len();
        let word = if failed.is_empty() { "ok" } else { "FAILED" };
        let counts = format!("{}: {word}: {passed} of {} steps passed", self.task, self.rows.len());
        let named = |what, names: Vec<&str>| (!names.is_empty()).then(|| format!("{what}: {}", names.join(", ")));
        let parts = [Some(counts), named("skipped", skipped), named("failed", failed)];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }

    fn failed(&self) -> Vec<&str> {
        self.names(|step| matches!(step, Err(Stop::Failed(_))))
    }

    fn names(&self, keep: impl Fn(&Step) -> bool) -> Vec<&str> {
        self.rows.iter().filter(|row| keep(&row.step)).map(|row| row.name.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report() -> Report {
        let mut report = Report::new("ci");
        report.step("test", || Ok("12 crates".to_owned()));
        report.step("miri", || Err(Stop::Skipped("no nightly".to_owned())));
        report
    }

    #[test]
    fn a_pass_with_a_skip_names_the_skip() {
        let report = report();
        assert_eq!(report.closing_line(), "ci: ok: 1 of 2 steps passed; skipped: miri");
        assert!(report.summary().contains("miri  SKIPPED"));
        assert!(report.summary().contains("no nightly"));
        assert_eq!(report.finish(), ExitCode::SUCCESS);
    }

    #[test]
    fn one_failure_reaches_the_last_line_and_the_exit_code() {
        let mut report = report();
        report.step("clippy", || Err(Stop::Failed("exit code 101".to_owned())));
        report.step("docs", || Ok(String::new()));
        let summary = report.summary();
        assert_eq!(
            summary.lines().last(),
            Some("ci: FAILED: 2 of 4 steps passed; skipped: miri; failed: clippy"),
            "{summary}"
        );
        assert_eq!(report.finish(), ExitCode::FAILURE);
    }
}
