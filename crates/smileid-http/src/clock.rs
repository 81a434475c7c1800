//! The system's wall clock as core counts it. Monotonic time is each adapter's own.

use core::time::Duration;
use std::time::SystemTime;

/// Milliseconds since the Unix epoch; negative before it.
#[must_use]
pub fn unix_millis(at: SystemTime) -> i64 {
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
    fn wall_time_is_in_milliseconds_on_both_sides_of_the_epoch() {
        let epoch = SystemTime::UNIX_EPOCH;
        assert_eq!(unix_millis(epoch + Duration::from_micros(1_999)), 1);
        assert_eq!(unix_millis(epoch - Duration::from_millis(1_500)), -1_500);
    }
}
