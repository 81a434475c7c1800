//! The findings of the checks, as text and as JSON.

use core::fmt::Write as _;

use serde_json::json;

use crate::failure::Failure;
use crate::output::{Colour, Paint};
use crate::plain::{json, plain};

/// The column in which messages start.
const INDENT: usize = 22;

/// How one check went.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Fine,
    Warned,
    Failed,
    Skipped,
}

struct Check {
    name: &'static str,
    state: State,
    message: String,
    /// What to do about it, if anything.
    fix: Option<String>,
}

/// The checks in the order they were made.
#[derive(Default)]
pub(super) struct Report {
    checks: Vec<Check>,
    first_failure: Option<Failure>,
}

impl Report {
    /// Adds a check that passed.
    pub(super) fn fine(&mut self, name: &'static str, message: &str) {
        self.add(name, State::Fine, message, None);
    }

    /// Adds a check that passed with a doubt.
    pub(super) fn warn(&mut self, name: &'static str, message: &str, fix: &str) {
        self.add(name, State::Warned, message, Some(fix));
    }

    /// Adds a check that was not made.
    pub(super) fn skip(&mut self, name: &'static str, why: &str) {
        self.add(name, State::Skipped, why, None);
    }

    /// Adds a check that failed.
    pub(super) fn fail(&mut self, name: &'static str, failure: Failure, fix: &str) {
        self.add(name, State::Failed, failure.message(), Some(fix));
        self.first_failure.get_or_insert(failure);
    }

    /// Returns the first failure, which decides the exit status.
    pub(super) fn into_failure(self) -> Option<Failure> {
        self.first_failure
    }

    fn add(&mut self, name: &'static str, state: State, message: &str, fix: Option<&str>) {
        self.checks.push(Check { name, state, message: message.to_owned(), fix: fix.map(str::to_owned) });
    }

    /// Writes a line for each check, and below it the fix if there is one.
    pub(super) fn text(&self, paint: Paint) -> String {
        let mut out = String::new();
        for check in &self.checks {
            let (word, colour) = check.state.word();
            let word = paint.paint(colour, &format!("{word:<9}"));
            let _written = writeln!(out, "{word}{:<13}{}", check.name, plain(&check.message));
            if let Some(fix) = &check.fix {
                let _written = writeln!(out, "{:INDENT$}fix: {}", "", plain(fix));
            }
        }
        out
    }

    /// Writes one object; `exit` is the exit status of the command.
    pub(super) fn json(&self) -> String {
        let check = |check: &Check| json!({"name": check.name, "state": check.state.word().0, "message": check.message, "fix": check.fix});
        let checks: Vec<_> = self.checks.iter().map(check).collect();
        let exit = self.first_failure.as_ref().map_or(super::DONE, Failure::exit);
        json(&json!({"checks": checks, "exit": exit})) + "\n"
    }
}

impl State {
    const fn word(self) -> (&'static str, Colour) {
        match self {
            Self::Fine => ("ok", Colour::Good),
            Self::Warned => ("warning", Colour::Doubtful),
            Self::Failed => ("failure", Colour::Bad),
            Self::Skipped => ("skipped", Colour::Faint),
        }
    }
}
