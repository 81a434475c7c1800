//! How a wait is paced: the interval, what failures and throttling make of it, and when too many polls have failed.

use core::time::Duration;

use super::{limits, spread};

/// How a wait for a final answer goes. The default polls every 2 seconds for 2 minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WaitPolicy {
    interval: Duration,
    deadline: Duration,
    error_budget: u32,
    not_found: NotFoundPolicy,
    first_poll: FirstPoll,
}

impl WaitPolicy {
    /// Every 2 s, for 2 min, the first poll at once; 8 failed polls in a row are survived; a job that is not found ends the wait.
    pub const DEFAULT: Self = Self {
        interval: limits::POLL_INTERVAL,
        deadline: limits::WAIT_DEADLINE,
        error_budget: limits::WAIT_ERROR_BUDGET,
        not_found: NotFoundPolicy::End,
        first_poll: FirstPoll::AtOnce,
    };

    /// Sets the time between polls. Less than 250 ms counts as 250 ms.
    #[must_use]
    pub fn with_interval(mut self, interval: Duration) -> Self {
        self.interval = interval.max(limits::MIN_POLL_INTERVAL);
        self
    }

    /// Sets the time after which the wait ends, counted from its first step.
    #[must_use]
    pub const fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets how many failed polls in a row are survived. The next one ends the wait with its own error.
    #[must_use]
    pub const fn with_error_budget(mut self, failures: u32) -> Self {
        self.error_budget = failures;
        self
    }

    /// Sets how the wait treats "job not found".
    #[must_use]
    pub const fn with_not_found(mut self, policy: NotFoundPolicy) -> Self {
        self.not_found = policy;
        self
    }

    /// Sets when the first poll happens.
    #[must_use]
    pub const fn with_first_poll(mut self, first: FirstPoll) -> Self {
        self.first_poll = first;
        self
    }

    /// Returns the time between polls.
    #[must_use]
    pub const fn interval(&self) -> Duration {
        self.interval
    }

    /// Returns how long the wait may take.
    #[must_use]
    pub const fn deadline(&self) -> Duration {
        self.deadline
    }

    /// Returns how many failed polls in a row are survived.
    #[must_use]
    pub const fn error_budget(&self) -> u32 {
        self.error_budget
    }

    /// Returns what "job not found" means to this wait.
    #[must_use]
    pub const fn not_found(&self) -> NotFoundPolicy {
        self.not_found
    }

    /// Returns when the first poll is made.
    #[must_use]
    pub const fn first_poll(&self) -> FirstPoll {
        self.first_poll
    }

    /// When the first poll is made, counted from the first step.
    pub(crate) fn first_delay(&self, random: u64) -> Duration {
        match self.first_poll {
            FirstPoll::AtOnce => Duration::ZERO,
            FirstPoll::Spread => spread(self.interval, random),
        }
    }

    /// Cuts a delay to what is left of the wait, so that the last poll is made shortly before the deadline.
    ///
    /// `elapsed` is the time since the first step, `since_poll` that since the latest poll was sent. None if no poll fits any more.
    pub(crate) fn fit(&self, delay: Duration, elapsed: Duration, since_poll: Duration) -> Option<Duration> {
        let left = self.deadline.checked_sub(elapsed)?;
        if delay < left {
            return Some(delay);
        }
        let room = limits::LAST_POLL_ROOM.min(self.deadline / 4);
        let cut = left.checked_sub(room).filter(|cut| !cut.is_zero())?;
        let cut = cut.max(limits::MIN_POLL_INTERVAL.saturating_sub(since_poll));
        (cut < left).then_some(cut)
    }
}

impl Default for WaitPolicy {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What a wait does when the service does not know the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum NotFoundPolicy {
    /// The wait ends with that error.
    #[default]
    End,
    /// The job may not have arrived yet: go on as if it were pending.
    Pending,
}

/// When a wait makes its first poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum FirstPoll {
    /// At once.
    #[default]
    AtOnce,
    /// At a moment within the first interval that depends on the job: thousands of waits started together do not poll in lockstep.
    Spread,
}

/// How one poll went, as far as pacing is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Poll {
    /// The service answered the question.
    Answered,
    /// HTTP 429.
    Throttled,
    /// Any other failure that a wait survives.
    Failed,
}

/// What a wait remembers of its polls so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct PollPace {
    failures: u32,
    throttle: u32,
    /// Whether an answer came since the latest throttling: the next one ends what it slowed down.
    answered: bool,
}

impl PollPace {
    /// The pace after one more poll.
    #[must_use]
    pub(crate) const fn after(self, poll: Poll) -> Self {
        match poll {
            Poll::Answered if self.answered => Self { failures: 0, throttle: 0, answered: true },
            Poll::Answered => Self { failures: 0, answered: true, ..self },
            Poll::Throttled => Self {
                failures: self.failures.saturating_add(1),
                throttle: self.throttle.saturating_add(1),
                answered: false,
            },
            Poll::Failed => Self { failures: self.failures.saturating_add(1), ..self },
        }
    }

    /// Whether the failures in a row are more than the policy survives.
    pub(crate) const fn is_spent(self, policy: &WaitPolicy) -> bool {
        self.failures > policy.error_budget
    }

    /// How long to wait before the next poll.
    ///
    /// The interval, doubled per failure from the second in a row on and per throttling, up to 20 s or the interval itself where
    /// that is longer; a tenth of it more by `random`; never less than `asked`, the `Retry-After`, which is obeyed up to a minute.
    pub(crate) fn delay(self, policy: &WaitPolicy, asked: Option<Duration>, random: u64) -> Duration {
        let doublings = self.throttle.max(self.failures.saturating_sub(1)).min(16);
        let cap = limits::MAX_POLL_INTERVAL.max(policy.interval);
        let own = policy.interval.saturating_mul(1 << doublings).min(cap);
        let own = own.saturating_add(spread(own / 10, random));
        own.max(asked.unwrap_or_default().min(limits::RETRY_AFTER_CAP))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Poll::{Answered, Failed, Throttled};

    fn delays(polls: &[Poll]) -> alloc::vec::Vec<u64> {
        let mut pace = PollPace::default();
        let mut delays = alloc::vec::Vec::new();
        for poll in polls {
            pace = pace.after(*poll);
            delays.push(pace.delay(&WaitPolicy::DEFAULT, None, 0).as_secs());
        }
        delays
    }

    #[test]
    fn failures_back_off_from_the_second_in_a_row_and_an_answer_ends_it() {
        assert_eq!(delays(&[Failed, Failed, Failed, Failed, Failed, Failed]), [2, 4, 8, 16, 20, 20]);
        assert_eq!(delays(&[Failed, Failed, Answered, Failed]), [2, 4, 2, 2]);
    }

    #[test]
    fn throttling_doubles_the_interval_until_two_answers() {
        assert_eq!(delays(&[Throttled, Answered, Answered, Answered]), [4, 4, 2, 2]);
        assert_eq!(delays(&[Throttled, Throttled, Answered, Throttled, Answered, Answered]), [4, 8, 8, 16, 16, 2]);
    }

    #[test]
    fn the_budget_counts_failures_in_a_row() {
        let policy = WaitPolicy::DEFAULT.with_error_budget(2);
        let run = |polls: &[Poll]| polls.iter().fold(PollPace::default(), |p, poll| p.after(*poll)).is_spent(&policy);
        assert!(!run(&[Failed, Failed]));
        assert!(run(&[Failed, Throttled, Failed]));
        assert!(!run(&[Failed, Failed, Answered, Failed, Failed]));
        assert!(!run(&[Throttled, Throttled, Answered, Failed, Failed]), "one answer ends the row, whatever the pace");
        assert_eq!((policy.error_budget(), WaitPolicy::DEFAULT.error_budget()), (2, limits::WAIT_ERROR_BUDGET));
    }

    #[test]
    fn no_delay_is_under_the_minimum_interval_or_over_the_caps() {
        let eager = WaitPolicy::DEFAULT.with_interval(Duration::ZERO);
        assert_eq!(PollPace::default().delay(&eager, None, 0), Duration::from_millis(250));
        let lazy = WaitPolicy::DEFAULT.with_interval(Duration::from_secs(90));
        let failing = PollPace { failures: 9, ..PollPace::default() };
        assert_eq!(failing.delay(&lazy, None, 0), Duration::from_secs(90));
        assert_eq!(failing.delay(&WaitPolicy::DEFAULT, None, u64::MAX), Duration::from_secs(22));
        assert_eq!(PollPace::default().delay(&eager, Some(Duration::MAX), 0), Duration::from_secs(60));
        let endless = WaitPolicy::DEFAULT.with_interval(Duration::MAX);
        assert_eq!(failing.delay(&endless, None, u64::MAX), Duration::MAX);
    }

    #[test]
    fn delay_is_cut_to_what_is_left_while_a_poll_fits() {
        // In milliseconds: the deadline, the delay, the time since the first step and since the latest poll, what is left of the delay.
        for (deadline, delay, elapsed, since_poll, expected) in [
            (10_000, 2_000, 0, 0, Some(2_000)),
            (10_000, 9_999, 0, 0, Some(9_999)),
            (10_000, 10_000, 0, 0, Some(9_000)),
            (10_000, 60_000, 4_000, 5, Some(5_000)),
            (10_000, 1_000, 9_000, 5, None),
            (10_000, 0, 10_000, 5, None),
            (10_000, 0, 10_001, 5, None),
            (400, 2_000, 0, 300, Some(300)),
            (400, 2_000, 149, 0, Some(250)),
            (400, 2_000, 149, 50, Some(200)),
            (400, 2_000, 150, 0, None),
            (400, 2_000, 200, 0, None),
            (400, 2_000, 300, 300, None),
        ] {
            let ms = Duration::from_millis;
            let cut = WaitPolicy::DEFAULT.with_deadline(ms(deadline)).fit(ms(delay), ms(elapsed), ms(since_poll));
            assert_eq!(cut, expected.map(ms), "{deadline} {delay} {elapsed} {since_poll}");
        }
    }

    #[test]
    fn first_polls_are_at_once_or_spread_over_one_interval() {
        assert_eq!(WaitPolicy::DEFAULT.first_delay(u64::MAX), Duration::ZERO);
        let spread = WaitPolicy::DEFAULT.with_first_poll(FirstPoll::Spread);
        assert_eq!((WaitPolicy::DEFAULT.first_poll(), spread.first_poll()), (FirstPoll::AtOnce, FirstPoll::Spread));
        assert_eq!((spread.first_delay(0), spread.first_delay(u64::MAX)), (Duration::ZERO, limits::POLL_INTERVAL));
    }
}
