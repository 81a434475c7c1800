//! What a `Retry-After` asks for, in seconds or as a date. Whether it is obeyed, and how far, is decided by the retry policy.

use core::time::Duration;

use chrono::DateTime;

use crate::message::Headers;
use crate::time::Moment;

/// Returns the longest wait that any value of any `Retry-After` asks for; none if no value can be read.
///
/// Several values on one line, as gateways join repeated headers, count like several headers. A fraction of a second is rounded up, so
/// that the wait is never shorter than asked for. A date is relative to the reply's own `Date` if it has one, so that an error of this
/// machine's clock does not matter.
pub(crate) fn retry_after(headers: &Headers, now: Moment) -> Option<Duration> {
    let base = http_date(headers.first("date")).unwrap_or_else(|| now.unix_millis());
    headers.all("retry-after").filter_map(|line| longest(line, base)).max()
}

/// An HTTP date in milliseconds since the Unix epoch.
pub(crate) fn http_date(value: Option<&str>) -> Option<i64> {
    DateTime::parse_from_rfc2822(value?.trim()).ok().map(|date| date.timestamp_millis())
}

fn longest(line: &str, base: i64) -> Option<Duration> {
    // A date has a comma too: each value may be one with the text after it.
    let mut start = 0;
    let values = line.split(',').map(|value| {
        let here = start;
        start += value.len() + 1;
        let rest = line.get(here..).unwrap_or_default();
        let comma = rest.match_indices(',').nth(1).map_or(rest.len(), |(at, _)| at);
        seconds(value.trim()).or_else(|| until(rest.get(..comma)?, base))
    });
    values.flatten().max()
}

fn seconds(value: &str) -> Option<Duration> {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let up = u64::from(fraction.bytes().any(|b| b != b'0'));
    // More digits than a u64 holds are still a request for a very long wait.
    Some(Duration::from_secs(whole.parse().unwrap_or(u64::MAX).saturating_add(up)))
}

fn until(date: &str, base: i64) -> Option<Duration> {
    let until = http_date(Some(date))?;
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
        let cases = [
            ("0", 0),
            ("7", 7),
            (" 7 ", 7),
            ("5.5", 6),
            ("5.0", 5),
            ("0.001", 1),
            ("18446744073709551615.5", u64::MAX),
            ("5, 5", 5),
            ("1, 3", 3),
            ("3,1", 3),
            ("1, soon", 1),
            ("-1, 2.5,", 3),
            ("7, Sun, 04 Oct 2026 12:00:30 GMT", 30),
            ("Sun, 04 Oct 2026 12:00:30 GMT, 7", 30),
            ("Sun, 04 Oct 2026 12:00:30 GMT,Sun, 04 Oct 2026 12:00:40 GMT", 40),
            ("99999999999999999999999", u64::MAX),
            ("Sun, 04 Oct 2026 12:00:30 GMT", 30),
            ("Sun, 04 Oct 2026 11:00:00 GMT", 0),
        ];
        for (value, seconds) in cases {
            assert_eq!(asked(&[("Retry-After", value)]), Some(Duration::from_secs(seconds)), "{value}");
        }
        assert!(asked(&[("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT")]) > Some(Duration::from_secs(1 << 32)));
    }

    #[test]
    fn what_is_neither_is_ignored() {
        for value in
            ["", "-1", "+1", ".5", "5.", "1.5.5", "1e30", "NaN", "inf", "soon", "0x10", "7 s", "２", "Sun, 04 Oct 2026"]
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
