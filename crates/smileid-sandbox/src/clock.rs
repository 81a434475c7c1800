//! The sandbox's two times: the wall's, which signatures are made and judged by, and the jobs' own. Nothing waits here.

use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use smileid_core::time::Moment;

/// Two times that may go on differently: tests let jobs age in a moment, while signatures stay fresh.
#[derive(Debug)]
pub(crate) struct Clock {
    begun: Instant,
    /// The jobs' time in milliseconds, if a test sets it rather than the machine.
    told: Option<AtomicU64>,
}

impl Clock {
    /// Creates a clock whose jobs age as time passes.
    pub(crate) fn real() -> Self {
        Self { begun: Instant::now(), told: None }
    }

    /// Creates a clock whose jobs age only by [`Clock::advance`].
    pub(crate) fn told() -> Self {
        Self { told: Some(AtomicU64::new(0)), ..Self::real() }
    }

    /// Returns the wall clock's time, for signatures.
    pub(crate) fn wall(&self) -> Moment {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let millis = i64::try_from(wall.as_millis()).unwrap_or(i64::MAX);
        Moment::new(millis, self.begun.elapsed())
    }

    /// Returns the jobs' time since the sandbox started.
    pub(crate) fn jobs(&self) -> Duration {
        match &self.told {
            Some(told) => Duration::from_millis(told.load(Ordering::Relaxed)),
            None => self.begun.elapsed(),
        }
    }

    /// Returns the jobs' time in milliseconds.
    pub(crate) fn jobs_ms(&self) -> u64 {
        u64::try_from(self.jobs().as_millis()).unwrap_or(u64::MAX)
    }

    /// Returns whether the jobs' time only moves by [`Clock::advance`].
    pub(crate) const fn is_told(&self) -> bool {
        self.told.is_some()
    }

    /// Advances the jobs' time; false if it passes by itself.
    pub(crate) fn advance(&self, by: Duration) -> bool {
        let Some(told) = &self.told else { return false };
        let by = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        let now = told.load(Ordering::Relaxed);
        told.store(now.saturating_add(by), Ordering::Relaxed);
        true
    }
}
