//! The instants that HMAC requests are signed at: one a second, which only the key predicts. Its answers know an echo without memory.

use super::hmac::HmacKey;
use crate::mix::mix;
use crate::time::{Moment, Timestamp, TimestampForm};

/// How many of its latest requests a session distinguishes its next one from.
const RECENT: usize = 3;

/// The latest requests of one session, so that each attempt carries another pair than the three before it.
#[derive(Debug, Default)]
pub(crate) struct RecentInstants([Option<i64>; RECENT]);

impl RecentInstants {
    fn push(&mut self, second: i64) {
        self.0.rotate_right(1);
        if let Some(newest) = self.0.first_mut() {
            *newest = Some(second);
        }
    }
}

impl HmacKey {
    /// Returns the latest instant for a request that is not after `latest` and not among `recent`, and adds it to them.
    ///
    /// It is less than two seconds before `latest`, and one second more for each request that was signed just now.
    pub(super) fn request_instant(&self, latest: Moment, recent: &mut RecentInstants) -> Moment {
        let second = latest.unix_millis().div_euclid(1000);
        let newest = second.saturating_sub(i64::from(self.instant_in(second) > latest.unix_millis()));
        let second = core::iter::successors(Some(newest), |second| second.checked_sub(1))
            .find(|second| !recent.0.contains(&Some(*second)))
            .unwrap_or(newest);
        recent.push(second);
        Moment::new(self.instant_in(second), latest.monotonic())
    }

    /// Returns whether a request signed with this key carries this timestamp: an answer with the same pair is its echo.
    ///
    /// An honest answer is signed at such an instant by chance, once in a thousand.
    pub(super) fn is_request_instant(&self, timestamp: &Timestamp) -> bool {
        let millis = timestamp.unix_millis();
        // The MAC covers the text: in any other form it belongs to no request.
        timestamp.form() == TimestampForm::Iso && self.instant_in(millis.div_euclid(1000)) == millis
    }

    /// Returns the latest moment that is not after `now` and at which no request is signed.
    pub(super) fn plain_instant(&self, now: Moment) -> Moment {
        let before = |millis| Moment::new(now.unix_millis().saturating_sub(millis), now.monotonic());
        // Two instants lie side by side at most, where one second ends and the next starts.
        (0..2).map(before).find(|at| !self.is_request_instant(&Timestamp::at(*at))).unwrap_or_else(|| before(2))
    }

    /// The instant of this second, in milliseconds since the Unix epoch.
    fn instant_in(&self, second: i64) -> i64 {
        let millis = mix(self.seed(), second.cast_unsigned()) % 1000;
        second.saturating_mul(1000).saturating_add(millis.cast_signed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::ApiKey;
    use core::time::Duration;

    const NOON: i64 = 1_791_115_200_000;
    const SIDE_BY_SIDE: i64 = 662_700;

    fn key(text: &str) -> HmacKey {
        HmacKey::new(&ApiKey::new(text).unwrap())
    }

    fn at(millis: i64) -> Moment {
        Moment::new(millis, Duration::ZERO)
    }

    fn instant(key: &HmacKey, latest: i64) -> i64 {
        key.request_instant(at(latest), &mut RecentInstants::default()).unix_millis()
    }

    #[test]
    fn each_request_is_signed_at_the_latest_instant_and_recognised() {
        let (ours, other) = (key("key"), key("other"));
        let mut by_chance = 0;
        // Under Miri a signature takes half a second.
        let times = if cfg!(miri) { 10 } else { 3_000 };
        for n in 0..times {
            let latest = NOON + n * 337;
            let signed = instant(&ours, latest);
            assert!(signed <= latest && signed > latest - 2000, "{}", latest - signed);
            assert_eq!(instant(&ours, latest - 1).max(signed), signed, "{latest}: not the latest");
            assert!(ours.is_request_instant(&Timestamp::at(at(signed))), "{signed}");
            for near in [signed - 1, signed + 1] {
                // Only another second has another instant.
                let same_second = near.div_euclid(1000) == signed.div_euclid(1000);
                assert!(!(same_second && ours.is_request_instant(&Timestamp::at(at(near)))));
            }
            by_chance += u32::from(other.is_request_instant(&Timestamp::at(at(signed))));
        }
        assert!(by_chance <= 12, "{by_chance} of 3,000");
        assert_eq!(instant(&ours, instant(&ours, NOON)), instant(&ours, NOON), "the bound itself included");
    }

    #[test]
    fn instants_spread_evenly_over_the_second() {
        let key = key("key");
        let mut tenths = [0u32; 10];
        let seconds = if cfg!(miri) { 10 } else { 2_000 };
        for second in 0..seconds {
            let millis = key.instant_in(second).rem_euclid(1000);
            tenths[usize::try_from(millis / 100).unwrap()] += 1;
        }
        assert!(cfg!(miri) || tenths.iter().all(|n| (140..=260).contains(n)), "{tenths:?}");
    }

    #[test]
    fn another_form_of_the_same_instant_is_no_request() {
        let key = key("key");
        let signed = Timestamp::at(at(instant(&key, NOON)));
        let text = signed.as_str();
        assert!(key.is_request_instant(&Timestamp::parse(text).unwrap()));
        for other in [text.replace('Z', "+00:00"), text.replace('Z', "000Z"), text.replace('T', " ")] {
            assert!(!key.is_request_instant(&Timestamp::parse(&other).unwrap()), "{other}");
        }
        assert!(!key.is_request_instant(&Timestamp::unix_millis_at(at(signed.unix_millis()))));
    }

    #[test]
    fn attempts_within_one_second_differ_from_the_three_before() {
        let key = key("key");
        let mut recent = RecentInstants::default();
        let signed: alloc::vec::Vec<_> =
            (0..50).map(|n| key.request_instant(at(NOON + n * 250), &mut recent).unix_millis()).collect();
        for four in signed.windows(4) {
            assert!((1..4).all(|i| !four[..i].contains(&four[i])), "{four:?}");
        }
        for (n, signed) in (0..).zip(&signed) {
            assert!(NOON + n * 250 - signed < 5000, "{n}");
        }
    }

    #[test]
    fn plain_instants_are_never_those_of_requests() {
        let key = key("key");
        let mut moved = 0;
        for now in (NOON..NOON + 3_000).step_by(if cfg!(miri) { 300 } else { 1 }) {
            let plain = key.plain_instant(at(now)).unix_millis();
            assert!(!key.is_request_instant(&Timestamp::at(at(plain))));
            assert!((now - 2..=now).contains(&plain));
            moved += u32::from(plain != now);
        }
        assert!(cfg!(miri) || moved == 3, "{moved}");
        // Where two instants lie side by side, both are avoided: with this key, after second 662,700.
        let (first, second) = (key.instant_in(SIDE_BY_SIDE), key.instant_in(SIDE_BY_SIDE + 1));
        assert_eq!((first % 1000, second % 1000), (999, 0));
        assert_eq!(key.plain_instant(at(second)).unix_millis(), first - 1);
    }

    #[test]
    fn extreme_clocks_give_some_instant() {
        let key = key("key");
        for now in [i64::MIN, -1, 0, i64::MAX] {
            let mut recent = RecentInstants::default();
            for _ in 0..5 {
                key.request_instant(at(now), &mut recent);
            }
            key.plain_instant(at(now));
        }
    }
}
