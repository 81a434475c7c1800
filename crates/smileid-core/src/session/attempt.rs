//! What an observer learns of each attempt. Nothing is decided here.

use core::time::Duration;

/// How one attempt went, as told to an observer once its outcome is known. It holds no id and nothing from a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// The number of the attempt within its call or wait, from 1.
    pub number: u32,
    /// The HTTP status, where a reply came.
    pub http_status: Option<u16>,
    /// `pending`, `final`, or the word of an error's kind.
    pub outcome: &'static str,
    /// How long the attempt took.
    pub duration: Duration,
    /// The time since the call or wait began.
    pub elapsed: Duration,
    /// How long until the next attempt, where there will be one.
    pub next_in: Option<Duration>,
}

impl Attempt {
    pub(super) const fn new(
        number: u32,
        http_status: Option<u16>,
        outcome: &'static str,
        duration: Duration,
        elapsed: Duration,
        next_in: Option<Duration>,
    ) -> Self {
        Self { number, http_status, outcome, duration, elapsed, next_in }
    }
}
