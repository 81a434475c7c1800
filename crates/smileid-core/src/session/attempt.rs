//! What an observer sees of each attempt.

use core::fmt;
use core::time::Duration;

use super::{Answer, State};
use crate::error::{Error, ErrorKind};

/// How one attempt went, as an observer sees it once the outcome is known. It contains no id and nothing from a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// The number of the attempt within its call or wait, from 1.
    pub number: u32,
    /// The HTTP status, if a response came.
    pub http_status: Option<u16>,
    /// How the attempt ended.
    pub outcome: OutcomeKind,
    /// How long the attempt took.
    pub duration: Duration,
    /// The time since the call or wait started.
    pub elapsed: Duration,
    /// How long until the next attempt, if there will be one.
    pub next_in: Option<Duration>,
}

/// How an attempt or a call ended, in one word that is fit for metrics.
///
/// ```
/// use smileid_core::{ErrorKind, OutcomeKind};
/// assert_eq!(OutcomeKind::Failed(ErrorKind::Server).as_str(), "server");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutcomeKind {
    /// The answer is not final.
    Pending,
    /// The answer is final and proven.
    Final,
    /// There is no answer, or none that can be trusted.
    Failed(ErrorKind),
}

impl OutcomeKind {
    /// Returns `pending`, `final`, or the word of the error's kind.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => State::Pending.as_str(),
            Self::Final => State::Final.as_str(),
            Self::Failed(kind) => kind.as_str(),
        }
    }
}

impl fmt::Display for OutcomeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<State> for OutcomeKind {
    fn from(state: State) -> Self {
        match state {
            State::Pending => Self::Pending,
            State::Final => Self::Final,
        }
    }
}

impl From<&Result<Answer, Error>> for OutcomeKind {
    fn from(outcome: &Result<Answer, Error>) -> Self {
        match outcome {
            Ok(answer) => answer.state().into(),
            Err(error) => Self::Failed(error.kind()),
        }
    }
}

impl Attempt {
    pub(super) const fn new(
        number: u32,
        http_status: Option<u16>,
        outcome: OutcomeKind,
        duration: Duration,
        elapsed: Duration,
        next_in: Option<Duration>,
    ) -> Self {
        Self { number, http_status, outcome, duration, elapsed, next_in }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn outcomes_and_states_are_shown_by_their_words() {
        for (state, word) in [(State::Pending, "pending"), (State::Final, "final")] {
            assert_eq!((state.as_str(), state.to_string().as_str()), (word, word));
            assert_eq!(OutcomeKind::from(state).to_string(), word);
        }
        assert_eq!(OutcomeKind::Failed(ErrorKind::Server).to_string(), "server");
    }
}
