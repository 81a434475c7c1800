//! What a call of v3 returns when it succeeds.

use alloc::boxed::Box;

use smileid_core::State;

use crate::decided::{Decided, FromService};

/// The state of a job.
#[derive(Debug)]
pub enum Answer {
    /// The job is not decided yet.
    Pending(Waiting),
    /// The job is decided.
    Final(Box<FromService<Decided>>),
}

smileid_core::__words! {
    /// Why a job is not decided yet.
    #[non_exhaustive]
    pub enum Waiting {
        /// The service is at work.
        Processing = "processing",
        /// The service does not know the job yet. Its id is only a moment old.
        NotYetFound = "not_found",
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
}
