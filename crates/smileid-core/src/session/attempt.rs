//! What is remembered of attempts: for an observer, and to know our own requests when they come back. Nothing is decided here.

use alloc::vec::Vec;
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

/// When our own latest requests were signed: a reply that carries the pair of one of them is our own request thrown back.
///
/// A session waits for minutes and there may be thousands: eight bytes a request are kept, and their texts made again when needed.
#[derive(Debug, Default)]
pub(super) struct OwnRequests {
    millis: [i64; REMEMBERED_REQUESTS],
    len: usize,
    next: usize,
}

impl OwnRequests {
    pub(super) fn remember(&mut self, timestamp: &Timestamp) {
        if let Some(slot) = self.millis.get_mut(self.next) {
            *slot = timestamp.unix_millis();
        }
        self.len = (self.len + 1).min(REMEMBERED_REQUESTS);
        self.next = (self.next + 1) % REMEMBERED_REQUESTS;
    }

    /// The timestamps that were signed, in the form that HMAC requests carry them; no other request's pair could come back as HMAC.
    pub(super) fn timestamps(&self) -> Vec<Timestamp> {
        let at = |millis: &i64| Timestamp::at(Moment::new(*millis, Duration::ZERO));
        self.millis.iter().take(self.len).map(at).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_requests_are_remembered_and_no_others() {
        let mut own = OwnRequests::default();
        assert!(own.timestamps().is_empty());
        let at = |n: i64| Timestamp::at(Moment::new(n, Duration::ZERO));
        for n in 1..=20 {
            own.remember(&at(n));
        }
        assert_eq!(own.timestamps().len(), REMEMBERED_REQUESTS);
        assert!((5..=20).all(|n| own.timestamps().contains(&at(n))));
        assert!(!own.timestamps().contains(&at(4)));
    }
}
