//! How a check ended, in words for the person who writes the transport. It judges nothing.

use core::fmt;

/// The rules that were tried and kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    rules: Vec<&'static str>,
}

impl Kept {
    /// Returns their names.
    #[must_use]
    pub fn rules(&self) -> &[&'static str] {
        &self.rules
    }
}

/// The rules that were broken, each with what it asks for and what was seen. Its `Debug` is the same text as its `Display`, so that
/// `unwrap` in a test shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Violations {
    broken: Vec<(&'static str, &'static str, String)>,
    kept: usize,
}

impl Violations {
    /// Returns the names of the broken rules.
    pub fn rules(&self) -> impl Iterator<Item = &'static str> {
        self.broken.iter().map(|(name, _, _)| *name)
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let broken = self.broken.len();
        write!(f, "the transport breaks {broken} of {} rules:", broken + self.kept)?;
        for (name, promise, problem) in &self.broken {
            write!(f, "\n- {name}: {promise}\n  {problem}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for Violations {}

/// Records how each rule fared.
#[derive(Debug, Default)]
pub(super) struct Record {
    kept: Vec<&'static str>,
    broken: Vec<(&'static str, &'static str, String)>,
}

impl Record {
    pub(super) fn note(&mut self, (name, promise): (&'static str, &'static str), outcome: Result<(), String>) {
        match outcome {
            Ok(()) => self.kept.push(name),
            Err(problem) => self.broken.push((name, promise, problem)),
        }
    }

    pub(super) fn end(self) -> Result<Kept, Violations> {
        if self.broken.is_empty() {
            Ok(Kept { rules: self.kept })
        } else {
            Err(Violations { broken: self.broken, kept: self.kept.len() })
        }
    }
}
