//! How a run went, in a bounded number of points: when there are too many, every second one goes.

use core::time::Duration;

/// How many points are kept at most. A chart has no more columns than that.
const MOST: usize = 480;

/// One point.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    /// Since the start of the run.
    pub(super) at: Duration,
    /// Questions a second.
    pub(super) rate: f64,
    /// Questions in 1,000 seconds that are allowed.
    pub(super) allowed: u64,
    pub(super) eta: Duration,
    pub(super) oldest: Duration,
}

/// The points so far, in order. They cover the whole run, ever more coarsely.
#[derive(Debug, Clone)]
pub(super) struct RateHistory {
    points: Vec<Point>,
    /// Of so many points that come, one is kept.
    every: usize,
    skipped: usize,
}

impl Default for RateHistory {
    fn default() -> Self {
        Self { points: Vec::new(), every: 1, skipped: 0 }
    }
}

impl RateHistory {
    pub(super) fn add(&mut self, point: Point) {
        self.skipped += 1;
        if self.skipped < self.every {
            return;
        }
        self.skipped = 0;
        if self.points.len() == MOST {
            let mut at = 0;
            self.points.retain(|_| {
                at += 1;
                at % 2 == 0
            });
            self.every *= 2;
        }
        self.points.push(point);
    }

    pub(super) fn points(&self) -> &[Point] {
        &self.points
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_is_kept_whole_in_a_bounded_number_of_points() {
        let mut history = RateHistory::default();
        let second = |n| Point {
            at: Duration::from_secs(n),
            rate: 0.0,
            allowed: 1,
            eta: Duration::ZERO,
            oldest: Duration::ZERO,
        };
        for n in 0..100_000 {
            history.add(second(n));
            assert!(history.points().len() <= MOST);
        }
        let at: Vec<u64> = history.points().iter().map(|point| point.at.as_secs()).collect();
        assert!(at.is_sorted() && at.len() >= MOST / 2, "{}", at.len());
        assert!(at[0] < 1000 && at[at.len() - 1] > 99_000, "{at:?}");
        let steps: Vec<u64> = at.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(steps.iter().max() <= steps.iter().min().map(|least| least * 2).as_ref(), "{steps:?}");
    }
}
