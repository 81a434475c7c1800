//! What a call returns when it succeeds. Errors are elsewhere.

use super::Verified;
use crate::reply::{JobStatus, Pending};
use crate::signature::ProofStatus;
use alloc::boxed::Box;

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

__words! {
    /// Whether an answer is final.
    pub enum State {
        /// The service has not reported a final status yet.
        Pending = "pending",
        /// The status is final and proven.
        Final = "final",
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
