//! What a call and a wait do after each kind of failure. This is the only place that says so.
//!
//! | failure | in a call | in a wait |
//! |---|---|---|
//! | `transport` | retry | count |
//! | `server` | retry | count |
//! | `throttled` | retry | slow down |
//! | `malformed` | retry once | count |
//! | `malformed`, larger than the limit | end | count |
//! | `not_found` | end | if allowed |
//! | `replay` | end | once more |
//! | `replay`, looks like our own request | ask again | once more |
//! | anything else | end | end |
//!
//! - *retry*: sends again after a back-off, while attempts, time and the retry budget are left.
//! - *retry once*: the same, once in a call.
//! - *ask again*: sends again immediately, once in a call. It counts neither as an attempt nor against the retry budget.
//! - *end*: ends with this error.
//! - *count*: polls again, backing off, while fewer polls in a row failed than
//!   [`WaitPolicy::with_error_budget`](super::WaitPolicy::with_error_budget) allows.
//! - *slow down*: the same, and the interval doubles until two answers came.
//! - *if allowed*: polls on as after a pending answer if [`NotFoundPolicy::Pending`](super::NotFoundPolicy::Pending) is set; else ends.
//! - *once more*: polls on as after a pending answer, once in a wait.

use crate::kind::ErrorKind;

/// A failure as policy sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The reply is larger than the limit: sending again brings the same.
    Oversize,
    /// The answer carries the pair of a request signed with the same key, or an honest answer does so by chance.
    Echo,
    /// Anything else, by its kind.
    Kind(ErrorKind),
}

/// What one call does after a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InCall {
    Retry,
    RetryOnce,
    AskAgain,
    End,
}

/// What a wait does after a failed poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InWait {
    Count,
    SlowDown,
    IfAllowed,
    OnceMore,
    End,
}

impl Failure {
    /// What follows in one call.
    pub(crate) const fn in_call(self) -> InCall {
        self.row().0
    }

    /// What follows in a wait.
    pub(crate) const fn in_wait(self) -> InWait {
        self.row().1
    }

    const fn row(self) -> (InCall, InWait) {
        use ErrorKind as K;
        match self {
            Self::Kind(K::Transport | K::Server) => (InCall::Retry, InWait::Count),
            Self::Kind(K::Throttled) => (InCall::Retry, InWait::SlowDown),
            Self::Kind(K::Malformed) => (InCall::RetryOnce, InWait::Count),
            Self::Oversize => (InCall::End, InWait::Count),
            Self::Kind(K::NotFound) => (InCall::End, InWait::IfAllowed),
            Self::Kind(K::Replay) => (InCall::End, InWait::OnceMore),
            Self::Echo => (InCall::AskAgain, InWait::OnceMore),
            Self::Kind(_) => (InCall::End, InWait::End),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::String;

    /// `RetryOnce` as the table writes it: `retry once`.
    fn words(action: impl core::fmt::Debug) -> String {
        let name = format!("{action:?}");
        name.char_indices().fold(String::new(), |mut words, (i, c)| {
            if i > 0 && c.is_ascii_uppercase() {
                words.push(' ');
            }
            words.push(c.to_ascii_lowercase());
            words
        })
    }

    #[test]
    fn documented_table_is_what_the_code_does() {
        let rows = include_str!("on_error.rs").lines().filter_map(|line| line.strip_prefix("//! | ")).skip(1);
        let rows: alloc::vec::Vec<[&str; 3]> = rows
            .map(|row| {
                let mut cells = row.trim_end_matches(" |").split(" | ");
                core::array::from_fn(|_| cells.next().unwrap())
            })
            .collect();
        let kinds = ErrorKind::ALL.iter().map(|kind| (format!("`{kind}`"), Failure::Kind(*kind)));
        let special = [
            ("`malformed`, larger than the limit".into(), Failure::Oversize),
            ("`replay`, looks like our own request".into(), Failure::Echo),
        ];
        let mut used = 0;
        for (name, failure) in kinds.chain(special) {
            let row = rows.iter().find(|row| row[0] == name);
            used += usize::from(row.is_some());
            let [_, call, wait] = row.or(rows.last()).unwrap();
            assert_eq!([words(failure.in_call()), words(failure.in_wait())], [*call, *wait], "{name}");
        }
        assert_eq!((used + 1, rows.last().unwrap()[0]), (rows.len(), "anything else"));
    }
}
