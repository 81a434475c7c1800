//! Whether a proof that holds is fresh: made about now, and not our own request thrown back. It looks at no body.

use core::time::Duration;

use super::limits;
use crate::signature::{KeySlot, Proof, ProofKind};
use crate::time::{Moment, Timestamp};

/// How far a reply's timestamp may be from this machine's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Freshness {
    tolerance: Duration,
}

impl Freshness {
    /// Five minutes each way.
    pub const DEFAULT: Self = Self { tolerance: limits::FRESHNESS };

    /// Creates a window of `tolerance` each way, the bound itself included.
    #[must_use]
    pub const fn within(tolerance: Duration) -> Self {
        Self { tolerance }
    }

    /// Returns the tolerance each way.
    #[must_use]
    pub const fn tolerance(self) -> Duration {
        self.tolerance
    }
}

impl Default for Freshness {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Returns the latest time that a request made now may carry: a little earlier, so that no honest answer can carry the same pair.
pub(crate) fn signed_at(now: Moment) -> Moment {
    let before = i64::try_from(limits::SIGNED_BEFORE.as_millis()).unwrap_or(0);
    Moment::new(now.unix_millis().saturating_sub(before), now.monotonic())
}

/// Why a valid proof is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Replay {
    /// Made longer ago than the tolerance allows.
    #[error("the reply was signed {} s ago, longer than is allowed", age.as_secs())]
    TooOld {
        /// How long ago.
        age: Duration,
    },
    /// Made further ahead of our clock than the tolerance allows.
    #[error("the reply was signed {} s ahead of this clock", ahead.as_secs())]
    TooNew {
        /// How far ahead.
        ahead: Duration,
    },
    /// The signed text is a timestamp of no known form, so its age is unknown.
    #[error("the reply's timestamp has no known form, so its age is unknown")]
    UnreadableTime,
    /// The timestamp and signature are those of a request signed with the same key.
    #[error("the reply carries the timestamp and signature of a request")]
    Reflected,
}

/// A proof that holds and is fresh. What it is a proof *for* is still to be shown: the next step binds it to the job asked for.
#[derive(Debug, Clone, Copy)]
#[must_use = "a fresh proof is to be bound to the reply it came with"]
pub struct FreshProof {
    kind: ProofKind,
    key: KeySlot,
    timestamp: Timestamp,
}

impl FreshProof {
    /// Returns the form that held.
    #[must_use]
    pub const fn kind(&self) -> ProofKind {
        self.kind
    }

    /// Returns the key it was made with.
    #[must_use]
    pub const fn key(&self) -> KeySlot {
        self.key
    }

    /// Returns when the reply was signed, by the signer's clock.
    #[must_use]
    pub const fn timestamp(&self) -> &Timestamp {
        &self.timestamp
    }
}

impl Proof {
    /// Accepts a proof made within the tolerance of `now`, unless it is the pair of a request signed with the same key.
    ///
    /// # Errors
    /// [`Replay`] says why the proof is not accepted.
    pub fn admit(self, now: Moment, freshness: Freshness) -> Result<FreshProof, Replay> {
        let timestamp = self.timestamp.ok_or(Replay::UnreadableTime)?;
        // First: an echo says nothing, whereas an old answer was an answer.
        if self.echo {
            return Err(Replay::Reflected);
        }
        let millis = now.unix_millis().abs_diff(timestamp.unix_millis());
        let apart = Duration::from_millis(millis);
        if apart > freshness.tolerance {
            return Err(if timestamp.unix_millis() < now.unix_millis() {
                Replay::TooOld { age: apart }
            } else {
                Replay::TooNew { ahead: apart }
            });
        }
        Ok(FreshProof { kind: self.kind, key: self.key, timestamp })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_791_115_200_000;

    fn at(millis: i64) -> Moment {
        Moment::new(millis, Duration::ZERO)
    }

    fn proof(text: &str) -> Proof {
        Proof { kind: ProofKind::Hmac, key: KeySlot::Current, timestamp: Timestamp::parse(text).ok(), echo: false }
    }

    #[test]
    fn five_minutes_each_way_and_not_a_millisecond_more() {
        let p = || proof("2026-10-04T12:00:00.000Z");
        for skew in [-300_000, -1, 0, 1, 300_000] {
            assert!(p().admit(at(NOON + skew), Freshness::DEFAULT).is_ok(), "{skew}");
        }
        let past = Duration::from_millis(300_001);
        assert_eq!(p().admit(at(NOON + 300_001), Freshness::DEFAULT).unwrap_err(), Replay::TooOld { age: past });
        assert_eq!(p().admit(at(NOON - 300_001), Freshness::DEFAULT).unwrap_err(), Replay::TooNew { ahead: past });
        assert!(p().admit(at(i64::MAX), Freshness::DEFAULT).is_err());
        assert!(p().admit(at(i64::MIN), Freshness::DEFAULT).is_err());
        assert!(p().admit(at(NOON + 1), Freshness::within(Duration::ZERO)).is_err());
    }

    #[test]
    fn echo_is_refused_as_such_at_any_age() {
        let echo = Proof { echo: true, ..proof("2026-10-04T12:00:00.000Z") };
        for age in [0, 300_000, 300_001, -300_001, i64::MAX - NOON] {
            assert_eq!(echo.admit(at(NOON + age), Freshness::DEFAULT).unwrap_err(), Replay::Reflected, "{age}");
        }
    }

    #[test]
    fn a_time_that_cannot_be_read_is_never_fresh() {
        let tolerance = Freshness::within(Duration::MAX);
        assert_eq!(proof("noon").admit(at(NOON), tolerance).unwrap_err(), Replay::UnreadableTime);
    }
}
