//! Decisions as pure functions of their arguments: what is retried and when, how a wait is paced, whose proof is fresh. No state, no I/O.

pub mod admit;
mod after;
mod budget;
pub mod limits;
pub mod retry;
mod retry_after;
pub mod wait;

pub(crate) use self::admit::signed_at;
pub use self::admit::{FreshProof, Freshness, Replay};
pub(crate) use self::after::{Failure, InCall, InWait};
pub use self::budget::RetryBudget;
pub(crate) use self::retry::Cause;
pub use self::retry::RetryPolicy;
pub(crate) use self::retry_after::{http_date, retry_after};
pub use self::wait::{FirstPoll, NotFoundPolicy, WaitPolicy};
pub(crate) use self::wait::{Pace, Poll};

/// A number that looks random and is a function of its arguments alone: core has no entropy, and a test can repeat it.
pub(crate) fn mix(seed: u64, value: u64) -> u64 {
    // SplitMix64's finaliser.
    let mut z = (seed ^ value).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The same over the bytes of a text.
pub(crate) fn mix_text(seed: u64, text: &str) -> u64 {
    text.bytes().fold(mix(seed, text.len() as u64), |h, b| mix(h, u64::from(b)))
}

/// A duration drawn evenly from zero to `most`, both included, by `random`.
pub(crate) fn spread(most: core::time::Duration, random: u64) -> core::time::Duration {
    // The upper half of a 128-bit product scales without the bias or the cost of a remainder.
    let nanos = most.as_nanos().min(u128::from(u64::MAX));
    let scaled = ((nanos + 1) * u128::from(random)) >> 64;
    core::time::Duration::from_nanos(u64::try_from(scaled).unwrap_or(u64::MAX))
}
