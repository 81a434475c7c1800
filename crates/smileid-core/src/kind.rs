//! The words for what went wrong. What follows from each is policy's, and what an error says of it is the error's.

use core::fmt;

/// What went wrong, in one word. The words are stable: scripts may depend on them.
///
/// What a call and a wait do after each kind is the table of [`policy::on_error`](crate::policy::on_error).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A value that was given is not usable: an id, the form of a key, a URL, a flag, a file of this crate. Nothing was sent.
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
    /// No complete reply came: name resolution, connection, reset, attempt timeout.
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
    pub const ALL: &'static [Self] = &[
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

    /// Returns the word.
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

#[cfg(test)]
mod tests {
    use super::ErrorKind;

    #[test]
    fn no_two_kinds_share_a_word() {
        for (i, a) in ErrorKind::ALL.iter().enumerate() {
            assert!(ErrorKind::ALL.iter().skip(i + 1).all(|b| a != b && a.as_str() != b.as_str()), "{a}");
        }
    }
}
