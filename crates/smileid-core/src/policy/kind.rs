//! The words for what went wrong, and what follows from each in a call and in a wait. It knows no error's details.

use core::fmt;

/// What went wrong, in one word. People's scripts depend on these words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A value we were given is not usable: an id, the form of a key, a URL, a flag, a file of ours. Nothing was sent.
    InvalidInput,
    /// The service refuses the request as it is.
    Request,
    /// The enrolled user is disabled.
    Disabled,
    /// The service answered with a redirect, which is never followed.
    Redirected,
    /// A fault of this library, or of how a session is driven.
    Internal,
    /// The credentials were refused, or the key is missing or unreadable.
    Credentials,
    /// A final answer without anything that proves it.
    Unproven,
    /// A final answer whose proof does not verify.
    Signature,
    /// A final answer whose proof is too old, too new, or our own request's.
    Replay,
    /// A final answer about another job or another user.
    Mismatch,
    /// No complete reply came: name resolution, connection, reset, attempt time-out.
    Transport,
    /// No trustworthy TLS connection.
    Tls,
    /// The service failed: 408, 425, 5xx or code 2301.
    Server,
    /// Too many requests (429), or our own retry budget is empty.
    Throttled,
    /// The deadline of the call or wait passed.
    Deadline,
    /// A complete reply that cannot be read, or one that is too large.
    Malformed,
    /// The service knows no such job or user.
    NotFound,
    /// The call was cancelled on this side.
    Cancelled,
}

impl ErrorKind {
    /// Every kind there is.
    pub const ALL: [Self; 18] = [
        Self::InvalidInput,
        Self::Request,
        Self::Disabled,
        Self::Redirected,
        Self::Internal,
        Self::Credentials,
        Self::Unproven,
        Self::Signature,
        Self::Replay,
        Self::Mismatch,
        Self::Transport,
        Self::Tls,
        Self::Server,
        Self::Throttled,
        Self::Deadline,
        Self::Malformed,
        Self::NotFound,
        Self::Cancelled,
    ];

    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid_input",
            Self::Request => "request",
            Self::Disabled => "disabled",
            Self::Redirected => "redirected",
            Self::Internal => "internal",
            Self::Credentials => "credentials",
            Self::Unproven => "unproven",
            Self::Signature => "signature",
            Self::Replay => "replay",
            Self::Mismatch => "mismatch",
            Self::Transport => "transport",
            Self::Tls => "tls",
            Self::Server => "server",
            Self::Throttled => "throttled",
            Self::Deadline => "deadline",
            Self::Malformed => "malformed",
            Self::NotFound => "not_found",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A failure as policy sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The reply is larger than the limit: sending again brings the same.
    Oversize,
    /// Anything else, by its kind.
    Kind(ErrorKind),
}

/// What one call does after a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InCall {
    /// Sends again while attempts are left.
    Retry,
    /// Sends once more and no more.
    RetryOnce,
    /// Ends.
    End,
}

/// What a wait does after a failed poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InWait {
    /// Goes on; the failure counts against the error budget.
    Count,
    /// Goes on, more slowly; it counts as well.
    SlowDown,
    /// Goes on if the caller said so, as after a pending answer.
    IfAllowed,
    /// Makes one fresh poll and no more.
    OnceMore,
    /// Ends.
    End,
}

impl Failure {
    /// What follows in one call.
    pub(crate) const fn in_call(self) -> InCall {
        match self {
            Self::Kind(ErrorKind::Transport | ErrorKind::Server | ErrorKind::Throttled) => InCall::Retry,
            Self::Kind(ErrorKind::Malformed) => InCall::RetryOnce,
            Self::Oversize | Self::Kind(_) => InCall::End,
        }
    }

    /// What follows in a wait.
    pub(crate) const fn in_wait(self) -> InWait {
        match self {
            Self::Oversize | Self::Kind(ErrorKind::Transport | ErrorKind::Server | ErrorKind::Malformed) => {
                InWait::Count
            }
            Self::Kind(ErrorKind::Throttled) => InWait::SlowDown,
            Self::Kind(ErrorKind::NotFound) => InWait::IfAllowed,
            Self::Kind(ErrorKind::Replay) => InWait::OnceMore,
            Self::Kind(_) => InWait::End,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ErrorKind as K;

    #[test]
    fn the_table_of_what_follows_from_each_kind() {
        for kind in K::ALL {
            let (call, wait) = match kind {
                K::Transport | K::Server => (InCall::Retry, InWait::Count),
                K::Throttled => (InCall::Retry, InWait::SlowDown),
                K::Malformed => (InCall::RetryOnce, InWait::Count),
                K::NotFound => (InCall::End, InWait::IfAllowed),
                K::Replay => (InCall::End, InWait::OnceMore),
                _ => (InCall::End, InWait::End),
            };
            assert_eq!((Failure::Kind(kind).in_call(), Failure::Kind(kind).in_wait()), (call, wait), "{kind}");
        }
        assert_eq!((Failure::Oversize.in_call(), Failure::Oversize.in_wait()), (InCall::End, InWait::Count));
    }

    #[test]
    fn no_two_kinds_share_a_word() {
        for (i, a) in K::ALL.iter().enumerate() {
            assert!(K::ALL.iter().skip(i + 1).all(|b| a != b && a.as_str() != b.as_str()), "{a}");
        }
    }
}
