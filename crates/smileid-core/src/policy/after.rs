//! What follows from each kind of failure, in a call and in a wait: the table of the reliability guide. It knows no error's details.

use crate::kind::ErrorKind;

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
}
