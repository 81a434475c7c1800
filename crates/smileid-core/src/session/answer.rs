//! What a call returns when it succeeds. Errors are elsewhere.

use alloc::boxed::Box;
use core::fmt;

use super::Verified;
use crate::reply::{JobStatus, Pending};
use crate::signature::ProofStatus;

/// The state of a job.
///
/// There is no third case: an answer that is neither pending nor proven final is an [`Error`](crate::error::Error).
#[derive(Debug)]
pub enum Answer {
    /// The service has not reported a final status for the job yet. Nothing may be decided from it, whatever it says.
    Pending(Box<Pending>),
    /// The final status, and it is proven.
    Final(Box<Verified<JobStatus>>),
}

/// Whether an answer is final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// The service has not reported a final status yet.
    Pending,
    /// The status is final and proven.
    Final,
}

impl State {
    /// Returns the word for it: `pending` or `final`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Final => "final",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Answer {
    /// Returns whether the answer is final.
    #[must_use]
    pub const fn state(&self) -> State {
        match self {
            Self::Pending(_) => State::Pending,
            Self::Final(_) => State::Final,
        }
    }

    /// Returns what the answer's proof amounts to. A pending answer needs none.
    #[must_use]
    pub const fn proof_status(&self) -> ProofStatus {
        match self {
            Self::Pending(pending) => pending.proof_status(),
            Self::Final(verified) => verified.proof().kind().status(),
        }
    }

    /// Returns the status, pending or final.
    #[must_use]
    pub fn status(&self) -> &JobStatus {
        match self {
            Self::Pending(pending) => pending.status(),
            Self::Final(verified) => verified,
        }
    }

    /// Returns the final status, if it is one.
    #[must_use]
    pub fn verified(&self) -> Option<&Verified<JobStatus>> {
        match self {
            Self::Pending(_) => None,
            Self::Final(verified) => Some(verified),
        }
    }
}
