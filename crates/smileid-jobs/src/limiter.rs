//! The rate of questions as a pure type: a token bucket kept as one time. A store keeps it in a row and brings the clock.

use core::fmt;
use core::str::FromStr;
use core::time::Duration;

/// A rate of questions, in thousandths of a question per second. It is at least one question in 1,000 s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(u64);

impl Rate {
    /// 50 questions a second: what is used until you set another rate.
    pub const DEFAULT: Self = Self::per_second(50);
    /// The highest rate: a million questions a second.
    pub const MAX: Self = Self(1_000_000_000);

    /// Creates a rate of whole questions a second. Zero counts as one in 1,000 s.
    #[must_use]
    pub const fn per_second(questions: u32) -> Self {
        Self::per_kilosecond(questions as u64 * 1000)
    }

    /// Creates a rate of questions in 1,000 seconds, from 1 to [`Rate::MAX`].
    #[must_use]
    pub const fn per_kilosecond(questions: u64) -> Self {
        Self(if questions == 0 {
            1
        } else if questions > Self::MAX.0 {
            Self::MAX.0
        } else {
            questions
        })
    }

    /// Returns the questions in 1,000 seconds.
    #[must_use]
    pub const fn in_kilosecond(self) -> u64 {
        self.0
    }

    /// The time that one question takes, in nanoseconds.
    const fn period(self) -> u64 {
        1_000_000_000_000 / self.0
    }
}

impl Default for Rate {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Written as `50/s`, or `0.5/s`.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 1000, self.0 % 1000);
        if rest == 0 {
            return write!(f, "{whole}/s");
        }
        let digits = format!("{rest:03}");
        write!(f, "{whole}.{}/s", digits.trim_end_matches('0'))
    }
}

/// A text is not a rate. The text itself is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a rate: write 50/s, 0.5/s or 300/min, from 0.001/s to 1000000/s")]
pub struct NotARate(());

/// Reads `50/s`, `0.5/s` (three fraction digits at most), `300/min`, `5000/h`, or `50`, which is a second's.
impl FromStr for Rate {
    type Err = NotARate;

    fn from_str(text: &str) -> Result<Self, NotARate> {
        let (number, seconds) = match text.split_once('/') {
            None => (text, 1),
            Some((number, "s" | "sec" | "second")) => (number, 1),
            Some((number, "m" | "min" | "minute")) => (number, 60),
            Some((number, "h" | "hour")) => (number, 3600),
            Some(_) => return Err(NotARate(())),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || fraction.len() > 3 {
            return Err(NotARate(()));
        }
        let thousandths = format!("{whole}{fraction:0<3}").parse::<u64>().map_err(|_| NotARate(()))?;
        let rate = thousandths / seconds;
        if rate == 0 || rate > Self::MAX.0 { Err(NotARate(())) } else { Ok(Self(rate)) }
    }
}

/// Grants questions at a rate, exactly, for every process that shares it.
///
/// It is a token bucket kept as one time: `spent_until`, the time up to which the rate is used. A question moves it on by the time
/// that one question takes. It may lie behind the present by the burst, never more.
///
/// After the service asked for fewer requests, the rate is halved for everyone and grows back within a minute. It reads no clock: all
/// times are nanoseconds since the Unix epoch and come from the store.
///
/// ```
/// use smileid_jobs::{Limiter, Rate};
/// let (start, second) = (1_791_115_200_000_000_000, 1_000_000_000);
/// let mut limiter = Limiter::new(Rate::per_second(2));
/// assert_eq!(limiter.take(start, 100), 1); // the burst
/// assert_eq!(limiter.take(start, 100), 0);
/// assert_eq!(limiter.ready_at(start), start + second / 4);
/// assert_eq!(limiter.take(start + second / 4, 100), 1);
/// assert_eq!(limiter.ready_at(start + second / 4), start + second / 4 * 3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limiter {
    /// What was set.
    pub rate: Rate,
    /// Up to when the rate is used.
    pub spent_until: i64,
    /// Nothing is granted before this time: the service asked to be left alone.
    pub held_until: i64,
    /// The rate that the last reduction left.
    pub lowered_to: Rate,
    /// When that was; zero if the rate was never reduced.
    pub lowered_at: i64,
}

impl Limiter {
    /// How much of the rate may be used at once after a pause: a quarter of a second, and one question.
    /// A process that comes that late for its next question loses nothing.
    pub const BURST: Duration = Duration::from_millis(250);
    /// How long a reduced rate takes to grow back from nothing.
    pub const RECOVERY: Duration = Duration::from_secs(60);
    /// How long the service can keep everybody waiting by one reply.
    pub const MAX_HOLD: Duration = Duration::from_secs(600);
    /// Replies that were on their way together reduce the rate once.
    const ONCE_IN: i64 = 1_000_000_000;

    /// Creates a limiter that grants its first burst at once.
    #[must_use]
    pub const fn new(rate: Rate) -> Self {
        Self { rate, spent_until: 0, held_until: 0, lowered_to: rate, lowered_at: 0 }
    }

    /// Returns the rate that is allowed now: the one that was set, or less after the service asked for fewer requests.
    #[must_use]
    pub fn allowed(&self, now: i64) -> Rate {
        // A reduction in the future was made before the clock went back.
        if self.lowered_at == 0 || self.lowered_at > now {
            return self.rate;
        }
        let passed = u128::try_from(now.saturating_sub(self.lowered_at)).unwrap_or(0);
        let regained = u128::from(self.rate.0) * passed / Self::RECOVERY.as_nanos();
        let regained = u64::try_from(regained).unwrap_or(u64::MAX);
        Rate::per_kilosecond(self.lowered_to.0.saturating_add(regained)).min(self.rate)
    }

    /// Grants up to `wanted` questions and counts them as asked.
    pub fn take(&mut self, now: i64, wanted: u32) -> u32 {
        let granted = self.available(now).min(wanted);
        self.spend(now, granted);
        granted
    }

    /// Returns how many questions may be asked now, without counting them.
    #[must_use]
    pub fn available(&self, now: i64) -> u32 {
        if self.held(now) > now {
            return 0;
        }
        let unused = u64::try_from(now.saturating_sub(self.from(now))).unwrap_or(0);
        u32::try_from(unused / self.allowed(now).period()).unwrap_or(u32::MAX)
    }

    /// Counts questions that [`available`](Self::available) allowed.
    pub fn spend(&mut self, now: i64, questions: u32) {
        let time = self.allowed(now).period().saturating_mul(u64::from(questions));
        self.spent_until = self.from(now).saturating_add(i64::try_from(time).unwrap_or(i64::MAX));
    }

    /// Returns when the next question may be asked.
    #[must_use]
    pub fn ready_at(&self, now: i64) -> i64 {
        let period = i64::try_from(self.allowed(now).period()).unwrap_or(i64::MAX);
        self.from(now).saturating_add(period).max(self.held(now)).max(now)
    }

    /// Sets another rate. A reduction that is in force stays.
    pub fn set(&mut self, rate: Rate) {
        self.lowered_to = self.lowered_to.min(rate);
        self.rate = rate;
    }

    /// Reduces the rate for everyone: the service asked for fewer requests, and for `asked` to be left alone if it said so.
    pub fn throttled(&mut self, now: i64, asked: Option<Duration>) {
        let hold = asked.unwrap_or_default().min(Self::MAX_HOLD);
        let hold = now.saturating_add(i64::try_from(hold.as_nanos()).unwrap_or(0));
        self.held_until = self.held(now).max(hold);
        let since = now.saturating_sub(self.lowered_at);
        if self.lowered_at == 0 || !(0..Self::ONCE_IN).contains(&since) {
            self.lowered_to = Rate::per_kilosecond(self.allowed(now).0 / 2);
            self.lowered_at = now;
        }
    }

    /// Up to when the rate is used, seen from now: at most the burst ago.
    ///
    /// A spend moves it at most to the present. What lies well ahead was written before the clock went back, and is forgotten; a step
    /// of less than a second is waited out, so that a clock that is corrected often does not grant a burst each time.
    fn from(&self, now: i64) -> i64 {
        let burst = u64::try_from(Self::BURST.as_nanos()).unwrap_or(0).saturating_add(self.allowed(now).period());
        let earliest = now.saturating_sub(i64::try_from(burst).unwrap_or(i64::MAX));
        if self.spent_until > now.saturating_add(Self::ONCE_IN) { earliest } else { self.spent_until.max(earliest) }
    }

    /// Until when nothing is granted. A hold that is longer than any can be comes from a clock that went back.
    fn held(&self, now: i64) -> i64 {
        let most = now.saturating_add(i64::try_from(Self::MAX_HOLD.as_nanos()).unwrap_or(0));
        if self.held_until > most { now } else { self.held_until }
    }
}

#[cfg(test)]
#[path = "limiter_tests.rs"]
mod tests;
