//! The sandbox's clock. Nothing waits here.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use smileid_core::time::Moment;

/// The wall's time, by which signatures are made and judged.
#[derive(Debug)]
pub(crate) struct Clock {
    begun: Instant,
}

impl Clock {
    pub(crate) fn real() -> Self {
        Self { begun: Instant::now() }
    }

    pub(crate) fn wall(&self) -> Moment {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Moment::new(i64::try_from(wall.as_millis()).unwrap_or(i64::MAX), self.begun.elapsed())
    }
}
