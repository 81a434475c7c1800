//! What a `Retry-After` asks for, in seconds or as a date. Whether it is obeyed, and how far, is decided by the retry policy.

use core::time::Duration;

use chrono::DateTime;

use crate::message::Headers;
use crate::time::Moment;

/// The longest wait any `Retry-After` of the reply asks for; none where no value can be read.
///
/// A date is taken relative to the reply's own `Date` where it has one, so that our clock's error does not matter.
pub(crate) fn retry_after(headers: &Headers, now: Moment) -> Option<Duration> {
    let base = http_date(headers.first("date")).unwrap_or_else(|| now.unix_millis());
    headers.all("retry-after").filter_map(|value| read(value.trim(), base)).max()
}

/// An HTTP date in milliseconds since the Unix epoch.
pub(crate) fn http_date(value: Option<&str>) -> Option<i64> {
    DateTime::parse_from_rfc2822(value?.trim()).ok().map(|date| date.timestamp_millis())
}

fn read(value: &str, base: i64) -> Option<Duration> {
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        // More digits than a u64 holds are still a request for a very long wait.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let until = http_date(Some(value))?;
    Some(Duration::from_millis(u64::try_from(until.saturating_sub(base)).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::new(1_791_115_200_000, Duration::ZERO);

    fn asked(values: &[(&str, &str)]) -> Option<Duration> {
        let mut headers = Headers::new();
        for (name, value) in values {
            headers.append(name, value);
        }
        retry_after(&headers, NOW)
    }

    #[test]
    fn seconds_and_dates_are_read() {
        let cases: [(&str, u64); 7] = [
            ("0", 0),
            ("7", 7),
            (" 7 ", 7),
            ("99999999999999999999999", u64::MAX),
            ("Sun, 04 Oct 2026 12:00:30 GMT", 30),
            ("Sun, 04 Oct 2026 11:00:00 GMT", 0),
            ("Fri, 31 Dec 9999 23:59:59 GMT", u64::MAX),
        ];
        for (value, seconds) in cases.iter().take(6) {
            assert_eq!(asked(&[("Retry-After", value)]), Some(Duration::from_secs(*seconds)), "{value}");
        }
        assert!(asked(&[("Retry-After", cases[6].0)]) > Some(Duration::from_secs(1 << 32)));
    }

    #[test]
    fn what_is_neither_is_ignored() {
        for value in
            ["", "-1", "+1", "1.5", "1e30", "NaN", "inf", "soon", "0x10", "7 s", "7, 8", "２", "Sun, 04 Oct 2026"]
        {
            assert_eq!(asked(&[("Retry-After", value)]), None, "{value}");
        }
        assert_eq!(asked(&[]), None);
    }

    #[test]
    fn of_two_the_longer_is_taken_and_one_that_cannot_be_read_does_not_hide_the_other() {
        assert_eq!(asked(&[("Retry-After", "3"), ("retry-after", "9")]), Some(Duration::from_secs(9)));
        assert_eq!(asked(&[("Retry-After", "x"), ("retry-after", "2")]), Some(Duration::from_secs(2)));
    }

    #[test]
    fn a_date_counts_from_the_replys_own_date() {
        let asked =
            asked(&[("Date", "Sun, 04 Oct 2026 10:00:00 GMT"), ("Retry-After", "Sun, 04 Oct 2026 10:00:05 GMT")]);
        assert_eq!(asked, Some(Duration::from_secs(5)));
    }
}
