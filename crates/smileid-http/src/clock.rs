//! The system's wall clock as core counts it, and where monotonic time counts from.

use core::time::Duration;
use std::sync::LazyLock;
use std::time::{Instant, SystemTime};

/// Returns the milliseconds since the Unix epoch; negative before it.
#[must_use]
pub fn unix_millis(at: SystemTime) -> i64 {
    let millis = |d: Duration| i64::try_from(d.as_millis()).unwrap_or(i64::MAX);
    match at.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => millis(after),
        Err(before) => -millis(before.duration()),
    }
}

/// Returns where monotonic time counts from, which is the same for every transport of the program.
///
/// Sessions of one configuration may run over different transports. They share a token, and must agree on when it ends.
#[must_use]
pub fn origin() -> Instant {
    static ORIGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
    *ORIGIN
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
