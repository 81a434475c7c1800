//! The retry budget that a client and all its clones share: an outage must not be answered with more traffic.

use core::sync::atomic::{AtomicU32, Ordering};

use super::limits;

/// How many retries may still be spent. A retry takes one; each call that succeeds gives one back.
#[derive(Debug)]
pub struct RetryBudget {
    left: AtomicU32,
    capacity: u32,
}

impl RetryBudget {
    /// Creates a full budget of `capacity` retries.
    #[must_use]
    pub const fn new(capacity: u32) -> Self {
        Self { left: AtomicU32::new(capacity), capacity }
    }

    /// Returns how many retries are left.
    #[must_use]
    pub fn left(&self) -> u32 {
        self.left.load(Ordering::Relaxed)
    }

    /// Takes one retry, if one is left.
    pub(crate) fn take(&self) -> bool {
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1)).is_ok()
    }

    /// Gives one back, up to the capacity.
    pub(crate) fn give_back(&self) {
        // A full budget stays as it is: the update is refused, which is no error.
        let _full =
            self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| (n < self.capacity).then_some(n + 1));
    }
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self::new(limits::RETRY_BUDGET)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_empties_and_fills_and_never_overflows() {
        let budget = RetryBudget::new(2);
        assert_eq!([budget.take(), budget.take(), budget.take()], [true, true, false]);
        budget.give_back();
        assert_eq!((budget.left(), budget.take(), budget.take()), (1, true, false));
        for _ in 0..5 {
            budget.give_back();
        }
        assert_eq!(budget.left(), 2);
    }
}
