//! What follows from one answer. Only [`ask_once`](crate::ask_once) makes these decisions.

use core::time::Duration;

use smileid_core::ErrorKind;

use crate::settlement::Settlement;

/// What follows from one answer or error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The job is settled by a proven answer, and is not asked for again.
    Settled(Box<Settlement>),
    /// The job is asked for again later.
    Again(Again),
    /// Asking again would not help: a person has to look at this job. The kind says what went wrong.
    NeedsYou(ErrorKind),
    /// The next job would meet the same error: the whole run is paused. This job is asked for again after that.
    Stop(ErrorKind, Again),
}

/// When a job is asked for again, and what to remember until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Again {
    /// The earliest time of the next question, in milliseconds since the Unix epoch.
    pub due: i64,
    /// Why the job is not settled.
    pub why: Why,
}

/// Why a job is asked for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The service has no final answer yet. This is not an error, and ends a row of errors.
    NotYet,
    /// The answer is final for now and may still change.
    Provisional,
    /// The attempt failed. The number of failures in a row grows by one.
    Failed(ErrorKind),
    /// The service asked for fewer requests, and for this long if it said how long.
    Throttled(Option<Duration>),
    /// The job was claimed and not asked for, or the call was cancelled. Nothing is counted.
    Released,
}

impl Outcome {
    /// Returns the part that says when the job is asked for again.
    #[must_use]
    pub const fn again(&self) -> Option<&Again> {
        match self {
            Self::Again(again) | Self::Stop(_, again) => Some(again),
            Self::Settled(_) | Self::NeedsYou(_) => None,
        }
    }

    /// Returns the wait that the service asked for, if it asked for fewer requests.
    #[must_use]
    pub const fn throttled(&self) -> Option<Option<Duration>> {
        match self.again() {
            Some(Again { why: Why::Throttled(asked), .. }) => Some(*asked),
            _ => None,
        }
    }
}
