//! What a call ends with when it ends well. Errors are elsewhere.

use alloc::boxed::Box;

use super::Verified;
use crate::reply::{JobStatus, Pending};

/// How the job stands.
///
/// There is no third case: what is neither pending nor proven final is an [`Error`](crate::error::Error).
#[derive(Debug)]
pub enum Answer {
    /// The service has not reported a final status for the job yet. Nothing may be decided from it, whatever it says.
    Pending(Box<Pending>),
    /// The final status, and it is proven.
    Final(Box<Verified<JobStatus>>),
}

impl Answer {
    /// The word of the contract: `pending` or `final`.
    #[must_use]
    pub const fn state(&self) -> &'static str {
        match self {
            Self::Pending(_) => "pending",
            Self::Final(_) => "final",
        }
    }

    /// The status, pending or final.
    #[must_use]
    pub fn status(&self) -> &JobStatus {
        match self {
            Self::Pending(pending) => pending.status(),
            Self::Final(verified) => verified,
        }
    }

    /// The final status, if it is one.
    #[must_use]
    pub fn verified(&self) -> Option<&Verified<JobStatus>> {
        match self {
            Self::Pending(_) => None,
            Self::Final(verified) => Some(verified),
        }
    }
}
