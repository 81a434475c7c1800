//! When one call is sent again: how often, and after how long. The error's kind says which errors are worth a retry.

use core::time::Duration;

use super::{limits, spread};

/// How one call is retried. The default is three attempts with full jitter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RetryPolicy {
    max_attempts: u32,
    base: Duration,
    throttled_base: Duration,
    cap: Duration,
}

impl RetryPolicy {
    /// Three attempts; full jitter from 50 ms, from 1 s after a 429; no back-off over 20 s.
    pub const DEFAULT: Self = Self {
        max_attempts: limits::MAX_ATTEMPTS,
        base: limits::RETRY_BASE,
        throttled_base: limits::THROTTLED_BASE,
        cap: limits::RETRY_CAP,
    };

    /// One attempt and no other.
    pub const NONE: Self = Self { max_attempts: 1, ..Self::DEFAULT };

    /// Sets the number of attempts, the first included. Zero counts as one.
    #[must_use]
    pub const fn with_max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = if attempts == 0 { 1 } else { attempts };
        self
    }

    /// Returns how often a call is sent at most. An answer that looks like a request of this client adds one attempt.
    #[must_use]
    pub const fn max_attempts(&self) -> u32 {
        self.max_attempts
    }

    /// How long to wait before the attempt after `failed` of them, the first failure being 1.
    ///
    /// `random` decides within the jitter; `asked` is the reply's `Retry-After`, obeyed up to a minute and never undercut.
    pub(crate) fn delay(&self, failed: u32, cause: RetryCause, asked: Option<Duration>, random: u64) -> Duration {
        let asked = asked.unwrap_or_default().min(limits::RETRY_AFTER_CAP);
        let doublings = failed.saturating_sub(1).min(16);
        let own = match cause {
            // The service asked for patience: at least the base, jitter on top.
            RetryCause::Throttled => {
                let ceiling = self.throttled_base.saturating_mul(1 << doublings).min(self.cap);
                ceiling.saturating_add(spread(ceiling, random)).min(self.cap)
            }
            RetryCause::Fault => spread(self.base.saturating_mul(1 << doublings).min(self.cap), random),
        };
        own.max(asked)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What made an attempt fail, as far as back-off is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryCause {
    /// HTTP 429.
    Throttled,
    /// Anything else worth another attempt.
    Fault,
}

#[cfg(test)]
mod tests {
    use super::*;
    use RetryCause::{Fault, Throttled};

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn back_off_is_full_jitter_and_doubles_up_to_the_cap() {
        let p = RetryPolicy::DEFAULT;
        for (failed, ceiling) in [(1, 50), (2, 100), (3, 200), (9, 12_800), (10, 20_000), (u32::MAX, 20_000)] {
            assert_eq!(p.delay(failed, Fault, None, 0), Duration::ZERO);
            assert_eq!(p.delay(failed, Fault, None, u64::MAX), MS(ceiling));
        }
        let half = p.delay(1, Fault, None, u64::MAX / 2);
        assert!(half > MS(24) && half < MS(26), "{half:?}");
    }

    #[test]
    fn throttling_waits_at_least_its_base() {
        let p = RetryPolicy::DEFAULT;
        for (failed, least, most) in [(1, 1000, 2000), (2, 2000, 4000), (5, 16_000, 20_000), (60, 20_000, 20_000)] {
            assert_eq!(p.delay(failed, Throttled, None, 0), MS(least));
            assert_eq!(p.delay(failed, Throttled, None, u64::MAX), MS(most));
        }
    }

    #[test]
    fn retry_after_is_never_undercut_and_obeyed_up_to_a_minute() {
        let p = RetryPolicy::DEFAULT;
        assert_eq!(p.delay(1, Fault, Some(MS(7000)), 0), MS(7000));
        assert_eq!(p.delay(1, Throttled, Some(Duration::ZERO), 0), MS(1000));
        assert_eq!(p.delay(1, Throttled, Some(Duration::MAX), 0), MS(60_000));
    }

    #[test]
    fn there_is_always_a_first_attempt() {
        assert_eq!(RetryPolicy::DEFAULT.with_max_attempts(0).max_attempts(), 1);
        assert_eq!(RetryPolicy::NONE.max_attempts(), 1);
        assert_eq!(
            (RetryPolicy::DEFAULT.max_attempts(), RetryPolicy::DEFAULT.with_max_attempts(5).max_attempts()),
            (3, 5)
        );
    }
}
