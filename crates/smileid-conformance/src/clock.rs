//! A clock that moves only when a test moves it. It never reads the machine's time.

use alloc::sync::Arc;
use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};

use smileid_core::{Clock, Moment};

/// Virtual time: wall and monotonic time that move only when a test moves them.
///
/// Clones show and move the same time.
///
/// ```
/// use smileid_conformance::FakeClock;
/// use smileid_core::Clock;
/// use std::time::Duration;
///
/// let clock = FakeClock::at(1_700_000_000_000);
/// let before = clock.now();
/// clock.advance(Duration::from_secs(3600));
/// assert_eq!(clock.now().since(before), Duration::from_secs(3600));
/// assert_eq!(clock.now().unix_millis(), 1_700_003_600_000);
/// ```
#[derive(Debug, Clone)]
pub struct FakeClock(Arc<Mutex<Time>>);

#[derive(Debug, Clone, Copy)]
struct Time {
    /// Wall time at monotonic zero, in milliseconds since the Unix epoch.
    wall_origin: i64,
    monotonic: Duration,
}

impl FakeClock {
    /// Creates a clock that shows `unix_millis` milliseconds since the Unix epoch, and monotonic time zero.
    #[must_use]
    pub fn at(unix_millis: i64) -> Self {
        Self(Arc::new(Mutex::new(Time { wall_origin: unix_millis, monotonic: Duration::ZERO })))
    }

    /// Lets time pass, for both kinds of time alike.
    pub fn advance(&self, by: Duration) {
        let mut time = self.time();
        time.monotonic = time.monotonic.saturating_add(by);
    }

    /// Sets wall time forward (or back, if negative) by milliseconds, as when a person or a time server sets a clock.
    /// Monotonic time stays.
    pub fn jump(&self, millis: i64) {
        let mut time = self.time();
        time.wall_origin = time.wall_origin.saturating_add(millis);
    }

    fn time(&self) -> MutexGuard<'_, Time> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Moment {
        let Time { wall_origin, monotonic } = *self.time();
        let passed = i64::try_from(monotonic.as_millis()).unwrap_or(i64::MAX);
        Moment::new(wall_origin.saturating_add(passed), monotonic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_times_pass_and_only_the_wall_jumps() {
        let clock = FakeClock::at(1_000);
        let shared = clock.clone();
        shared.advance(Duration::from_micros(1_500));
        shared.advance(Duration::from_micros(1_500));
        assert_eq!(clock.now(), Moment::new(1_003, Duration::from_millis(3)));
        clock.jump(-2_000);
        assert_eq!(shared.now(), Moment::new(-997, Duration::from_millis(3)));
        clock.advance(Duration::MAX);
        assert_eq!(clock.now().monotonic(), Duration::MAX);
    }
}
