//! The sandbox's two times: the wall's, which signatures are made and judged by, and the jobs' own. Nothing waits here.

use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use smileid_core::time::Moment;

/// Two times that may go on differently: tests let jobs age in a moment, while signatures stay fresh.
#[derive(Debug)]
pub(crate) struct Clock {
    begun: Instant,
    /// Where the jobs' time is told rather than measured: what was told, in milliseconds.
    told: Option<AtomicU64>,
}

impl Clock {
    /// Jobs age as time goes by.
    pub(crate) fn real() -> Self {
        Self { begun: Instant::now(), told: None }
    }

    /// Jobs age only where [`Clock::advance`] says so.
    pub(crate) fn told() -> Self {
        Self { told: Some(AtomicU64::new(0)), ..Self::real() }
    }

    /// The wall's time, for signatures.
    pub(crate) fn wall(&self) -> Moment {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let millis = i64::try_from(wall.as_millis()).unwrap_or(i64::MAX);
        Moment::new(millis, self.begun.elapsed())
    }

    /// The jobs' time since the sandbox began.
    pub(crate) fn jobs(&self) -> Duration {
        match &self.told {
            Some(told) => Duration::from_millis(told.load(Ordering::Relaxed)),
            None => self.begun.elapsed(),
        }
    }

    /// The jobs' time in milliseconds.
    pub(crate) fn jobs_ms(&self) -> u64 {
        u64::try_from(self.jobs().as_millis()).unwrap_or(u64::MAX)
    }

    /// Whether the jobs' time goes on only where it is told to.
    pub(crate) const fn is_told(&self) -> bool {
        self.told.is_some()
    }

    /// Lets the jobs' time go on; false where it goes on by itself.
    pub(crate) fn advance(&self, by: Duration) -> bool {
        let Some(told) = &self.told else { return false };
        let by = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        let now = told.load(Ordering::Relaxed);
        told.store(now.saturating_add(by), Ordering::Relaxed);
        true
    }
}
