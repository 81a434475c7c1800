//! The sandbox's two times: the wall's, which signatures are made and judged by, and the jobs' own. Nothing waits here.

use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use smileid_core::Moment;

/// Two times that may go on differently: tests let jobs age in a moment, while signatures stay fresh.
#[derive(Debug)]
pub(crate) struct Clock {
    started: Instant,
    /// The jobs' time in milliseconds, if a test sets it rather than the machine.
    manual: Option<AtomicU64>,
}

impl Clock {
    /// Creates a clock whose jobs age as time passes.
    pub(crate) fn real() -> Self {
        Self { started: Instant::now(), manual: None }
    }

    /// Creates a clock whose jobs age only by [`Clock::advance`].
    pub(crate) fn manual() -> Self {
        Self { manual: Some(AtomicU64::new(0)), ..Self::real() }
    }

    /// Returns the wall clock's time, for signatures.
    pub(crate) fn wall(&self) -> Moment {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let millis = i64::try_from(wall.as_millis()).unwrap_or(i64::MAX);
        Moment::new(millis, self.started.elapsed())
    }

    /// Returns the jobs' time since the sandbox started.
    pub(crate) fn jobs(&self) -> Duration {
        match &self.manual {
            Some(manual) => Duration::from_millis(manual.load(Ordering::Relaxed)),
            None => self.started.elapsed(),
        }
    }

    /// Returns the jobs' time in milliseconds.
    pub(crate) fn jobs_ms(&self) -> u64 {
        u64::try_from(self.jobs().as_millis()).unwrap_or(u64::MAX)
    }

    /// Returns whether the jobs' time only moves by [`Clock::advance`].
    pub(crate) const fn is_virtual(&self) -> bool {
        self.manual.is_some()
    }

    /// Advances the jobs' time; false if it passes by itself.
    pub(crate) fn advance(&self, by: Duration) -> bool {
        let Some(manual) = &self.manual else { return false };
        let by = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        let now = manual.load(Ordering::Relaxed);
        manual.store(now.saturating_add(by), Ordering::Relaxed);
        true
    }
}
