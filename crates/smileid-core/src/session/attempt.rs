//! What is remembered of attempts: for an observer, and to know our own requests when they come back. Nothing is decided here.

use core::time::Duration;

use crate::policy::limits::REMEMBERED_REQUESTS;
use crate::time::{Moment, Timestamp};

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

/// The timestamps of our own latest requests: a reply that carries one of them is our own request thrown back.
#[derive(Debug)]
pub(super) struct OwnRequests {
    times: [Timestamp; REMEMBERED_REQUESTS],
    len: usize,
    next: usize,
}

impl OwnRequests {
    pub(super) fn remember(&mut self, timestamp: Timestamp) {
        if let Some(slot) = self.times.get_mut(self.next) {
            *slot = timestamp;
        }
        self.len = (self.len + 1).min(REMEMBERED_REQUESTS);
        self.next = (self.next + 1) % REMEMBERED_REQUESTS;
    }

    pub(super) fn as_slice(&self) -> &[Timestamp] {
        self.times.get(..self.len).unwrap_or_default()
    }
}

impl Default for OwnRequests {
    fn default() -> Self {
        Self { times: [Timestamp::at(Moment::new(0, Duration::ZERO)); REMEMBERED_REQUESTS], len: 0, next: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_requests_are_remembered_and_no_others() {
        let mut own = OwnRequests::default();
        assert!(own.as_slice().is_empty());
        let at = |n: i64| Timestamp::at(Moment::new(n, Duration::ZERO));
        for n in 1..=20 {
            own.remember(at(n));
        }
        assert_eq!(own.as_slice().len(), REMEMBERED_REQUESTS);
        assert!((5..=20).all(|n| own.as_slice().contains(&at(n))));
        assert!(!own.as_slice().contains(&at(4)));
    }
}
