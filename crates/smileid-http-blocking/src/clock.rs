//! The time: the system's wall clock and its monotonic one. It sleeps nowhere.

use core::time::Duration;
use std::time::{Instant, SystemTime};

use smileid_core::time::Moment;

/// The clock of a transport; monotonic time counts from its making.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemClock {
    origin: Instant,
}

impl SystemClock {
    pub(crate) fn start() -> Self {
        Self { origin: Instant::now() }
    }

    pub(crate) fn now(self) -> Moment {
        Moment::new(unix_millis(SystemTime::now()), self.origin.elapsed())
    }
}

/// Milliseconds since the Unix epoch; negative before it.
fn unix_millis(at: SystemTime) -> i64 {
    let millis = |d: Duration| i64::try_from(d.as_millis()).unwrap_or(i64::MAX);
    match at.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => millis(after),
        Err(before) => -millis(before.duration()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wall_time_is_told_in_milliseconds_on_both_sides_of_the_epoch() {
        let epoch = SystemTime::UNIX_EPOCH;
        assert_eq!(unix_millis(epoch + Duration::from_micros(1_999)), 1);
        assert_eq!(unix_millis(epoch - Duration::from_millis(1_500)), -1_500);
    }

    #[test]
    fn monotonic_time_does_not_go_back() {
        let clock = SystemClock::start();
        let first = clock.now();
        assert!(clock.now().monotonic() >= first.monotonic());
        assert!(first.unix_millis() > 1_700_000_000_000);
    }
}
