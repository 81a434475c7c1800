//! The time: the system's wall clock and its monotonic one. It sleeps nowhere.

use std::time::{Instant, SystemTime};

use smileid_core::time::Moment;
use smileid_http::unix_millis;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn monotonic_time_does_not_go_back() {
        let clock = SystemClock::start();
        let first = clock.now();
        assert!(clock.now().monotonic() >= first.monotonic());
        assert!(first.unix_millis() > 1_700_000_000_000);
    }
}
