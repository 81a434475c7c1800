//! Job ids of the v3 API: `TypeID`s, whose 128 bits are a UUID of version 7 and so contain the time at which they were made.

use core::hash::BuildHasher;
use std::hash::RandomState;
use std::time::{SystemTime, UNIX_EPOCH};

const PREFIX: &str = "job_";
/// The digits of a `TypeID`, five bits each.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// How many digits 128 bits take.
const LENGTH: u32 = 26;

/// Returns a new v3 job id. A [`Job`](crate::Job) with such an id is served at `/v3/status/` too, and its callbacks have the v3 form.
///
/// ```
/// use smileid_sandbox::{Job, Sandbox, v3_job_id};
/// let sandbox = Sandbox::builder().job(Job::new("user-7", v3_job_id()).pending(2).approved()).start()?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use]
pub fn v3_job_id() -> String {
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    v3_job_id_of(u64::try_from(wall.as_millis()).unwrap_or_default())
}

/// Returns a new v3 job id that was made at a time, in milliseconds since the Unix epoch.
#[must_use]
pub fn v3_job_id_of(unix_millis: u64) -> String {
    let random = || u128::from(RandomState::new().hash_one(unix_millis));
    let time = u128::from(unix_millis & 0xFFFF_FFFF_FFFF) << 80;
    let uuid = time | (7 << 76) | ((random() & 0xFFF) << 64) | (0b10 << 62) | (random() >> 2);
    let digit = |place| usize::try_from((uuid >> (5 * place)) & 31).ok().and_then(|digit| DIGITS.get(digit));
    let digits = (0..LENGTH).rev().filter_map(digit).map(|digit| char::from(*digit));
    PREFIX.chars().chain(digits).collect()
}

/// Whether an id has the form of a v3 job id.
pub(crate) fn is_v3(id: &str) -> bool {
    let digits = id.strip_prefix(PREFIX).map(str::as_bytes);
    digits.is_some_and(|digits| digits.len() == LENGTH as usize && digits.iter().all(|digit| DIGITS.contains(digit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_contain_their_time_version_and_variant() {
        let id = v3_job_id_of(1_791_115_200_123);
        assert!(is_v3(&id), "{id}");
        let value = |c: u8| DIGITS.iter().position(|digit| *digit == c).unwrap() as u128;
        let uuid = id.trim_start_matches(PREFIX).bytes().fold(0, |uuid: u128, c| (uuid << 5) | value(c));
        assert_eq!((uuid >> 80, (uuid >> 76) & 15, (uuid >> 62) & 3), (1_791_115_200_123, 7, 2));
        assert_ne!(v3_job_id_of(1), v3_job_id_of(1));
    }

    #[test]
    fn only_the_documented_form_is_an_id() {
        let good = "job_01k6q2w9f3e8rhx4m7d0t5n6vz";
        assert!(is_v3(good));
        for bad in [
            "",
            "job_",
            "job-7",
            &good[4..],
            &good[..29],
            &format!("{good}0"),
            &good.replace('q', "u"),
            &good.to_uppercase(),
        ] {
            assert!(!is_v3(bad), "{bad}");
        }
    }
}
