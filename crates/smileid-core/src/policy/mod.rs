//! Decisions as pure functions of their arguments: what is retried and when, how a wait is paced, whose proof is fresh. No state, no I/O.

mod admit;
mod budget;
pub mod limits;
pub mod on_error;
mod retry;
mod retry_after;
mod wait;

pub(crate) use self::admit::signed_at;
pub use self::admit::{FreshProof, Freshness, Replay};
pub use self::budget::RetryBudget;
pub(crate) use self::on_error::{Failure, InCall, InWait};
pub(crate) use self::retry::RetryCause;
pub use self::retry::RetryPolicy;
pub(crate) use self::retry_after::{http_date, retry_after};
pub use self::wait::{FirstPoll, NotFoundPolicy, WaitPolicy};
pub(crate) use self::wait::{Poll, PollPace};

/// A duration drawn evenly from zero to `most`, both included, by `random`.
pub(crate) fn spread(most: core::time::Duration, random: u64) -> core::time::Duration {
    // The upper half of a 128-bit product scales without the bias or the cost of a remainder.
    let nanos = most.as_nanos().min(u128::from(u64::MAX));
    let scaled = ((nanos + 1) * u128::from(random)) >> 64;
    core::time::Duration::from_nanos(u64::try_from(scaled).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::time::Duration;

    #[test]
    fn a_spread_is_even_from_zero_to_the_most() {
        let most = Duration::from_millis(100);
        let at = |part: u64| spread(most, u64::MAX / 4 * part);
        assert_eq!((spread(most, 0), spread(most, u64::MAX)), (Duration::ZERO, most));
        for part in 1..4u64 {
            assert_eq!(at(part).as_micros(), u128::from(part) * 25_000, "{part}");
        }
        assert_eq!(spread(Duration::ZERO, u64::MAX), Duration::ZERO);
        assert_eq!(spread(Duration::MAX, u64::MAX), Duration::from_nanos(u64::MAX));
    }
}
