//! Whether another rendering of a timestamp, or one of a moment near it, was signed. The forms are those that official clients and the
//! languages' own libraries write.

use core::time::Duration;

use smileid_core::{Moment, Timestamp};

/// How far from the timestamp that was sent another is looked for, in milliseconds: two calls for the time lie closer.
const NEAR_MS: i64 = 2000;
/// The same among renderings that show microseconds.
const NEAR_MICROS: i128 = 1000;

const NANOS_IN_MICRO: i128 = 1_000;
const NANOS_IN_MILLI: i128 = 1_000_000;
const NANOS_IN_SECOND: i128 = 1_000_000_000;

/// How UTC is written.
const UTC: [&str; 7] = ["Z", "", "+00:00", "+0000", "-00:00", " +0000", " UTC"];

/// A zone as it ends a timestamp, and how many minutes its clocks are ahead of UTC.
#[derive(Clone)]
struct Zone {
    text: String,
    minutes: i64,
}

/// Whether one of the texts that a client may have signed in place of `sent` is the one that `is_signed` knows.
pub(crate) fn was_signed(sent: &str, is_signed: impl Fn(&str) -> bool) -> bool {
    let Ok(at) = Timestamp::parse(sent) else { return false };
    let nanos = i128::from(at.unix_millis()) * NANOS_IN_MILLI + beyond_millis(sent);
    let near = |ms: i64| nanos.div_euclid(NANOS_IN_MILLI) * NANOS_IN_MILLI + i128::from(ms) * NANOS_IN_MILLI;
    let own = zone_of(sent, at.unix_millis());
    let zones: Vec<Zone> =
        UTC.iter().map(|text| Zone { text: (*text).to_owned(), minutes: 0 }).chain(offsets()).collect();
    let between = if sent.as_bytes().get(10) == Some(&b' ') { ' ' } else { 'T' };
    let rendered = |nanos, digits, zone: &Zone| is_signed(&text(nanos, between, digits, zone));
    let in_any = |nanos, digits, zone: &Zone| ['T', ' '].iter().any(|it| is_signed(&text(nanos, *it, digits, zone)));
    // The same moment in another form: another zone, more or fewer digits.
    if zones.iter().any(|zone| (0..=9).any(|digits| in_any(nanos, digits, zone))) {
        return true;
    }
    // A moment near it, in milliseconds; in whole seconds, in any zone.
    let usual = zones.iter().take(1).cloned().chain(own);
    let usual: Vec<Zone> = usual.collect();
    let by_millis = |ms| {
        let unix = near(ms) / NANOS_IN_MILLI;
        let whole = near(ms) % NANOS_IN_SECOND == 0;
        is_signed(&unix.to_string())
            || usual.iter().any(|zone| rendered(near(ms), 3, zone))
            || whole && (is_signed(&(unix / 1000).to_string()) || zones.iter().any(|zone| in_any(near(ms), 0, zone)))
    };
    if (-NEAR_MS..=NEAR_MS).any(by_millis) {
        return true;
    }
    // Two renderings with microseconds, made one after the other.
    let micros = nanos.div_euclid(NANOS_IN_MICRO);
    let plain = zones.iter().take(2).chain(&usual);
    let plain: Vec<&Zone> = plain.collect();
    (micros - NEAR_MICROS..=micros + NEAR_MICROS)
        .any(|micros| plain.iter().any(|zone| rendered(micros * NANOS_IN_MICRO, 6, zone)))
}

/// Every offset in use, in the spellings of RFC 3339 and of ISO 8601's basic form, with and without a blank.
fn offsets() -> impl Iterator<Item = Zone> {
    (-12 * 60..=14 * 60).step_by(15).filter(|minutes| *minutes != 0).flat_map(|minutes: i64| {
        let sign = if minutes < 0 { '-' } else { '+' };
        let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
        ["", " "].into_iter().flat_map(move |blank| {
            [":", ""].map(|colon| Zone { text: format!("{blank}{sign}{hours:02}{colon}{rest:02}"), minutes })
        })
    })
}

/// The zone at the end of a timestamp in words.
fn zone_of(sent: &str, unix_millis: i64) -> Option<Zone> {
    let (head, rest) = sent.split_at_checked(19)?;
    let local = Timestamp::parse(&format!("{}Z", head.replacen(' ', "T", 1))).ok()?;
    let text = rest.strip_prefix('.').map_or(rest, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    Some(Zone { text: text.to_owned(), minutes: (local.unix_millis() - unix_millis.div_euclid(1000) * 1000) / 60_000 })
}

/// What the digits behind the third of the fraction say, in nanoseconds.
fn beyond_millis(sent: &str) -> i128 {
    let Some((_, fraction)) = sent.split_once('.') else { return 0 };
    let digits = fraction.bytes().take_while(u8::is_ascii_digit).map(|digit| i128::from(digit - b'0'));
    digits.chain(core::iter::repeat(0)).take(9).skip(3).fold(0, |nanos, digit| nanos * 10 + digit)
}

/// A moment as text with so many digits of its second's fraction.
fn text(nanos: i128, between: char, digits: usize, zone: &Zone) -> String {
    let local = i64::try_from(nanos.div_euclid(NANOS_IN_MILLI)).unwrap_or_default() + zone.minutes * 60_000;
    let iso = Timestamp::at(Moment::new(local, Duration::ZERO));
    let (date, time) = (iso.as_str().get(..10).unwrap_or_default(), iso.as_str().get(11..19).unwrap_or_default());
    let fraction = format!("{:09}", nanos.rem_euclid(NANOS_IN_SECOND));
    let fraction = fraction.get(..digits).unwrap_or_default();
    let point = if digits == 0 { "" } else { "." };
    format!("{date}{between}{time}{point}{fraction}{}", zone.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_clients_write_is_found() {
        for (sent, signed) in [
            // Another moment, in the same form.
            ("2026-10-04T12:00:00.000Z", "2026-10-04T12:00:00.001Z"),
            ("2026-10-04T12:00:00.000Z", "2026-10-04T11:59:58.001Z"),
            ("2026-10-04 12:00:00 +0100", "2026-10-04 12:00:01 +0100"),
            ("2026-10-04T12:00:00+01:00", "2026-10-04T11:59:59+01:00"),
            ("2026-10-04T12:00:00.250+0100", "2026-10-04T12:00:00.251+0100"),
            ("2026-10-04T12:00:00.123456", "2026-10-04T12:00:00.123459"),
            ("2026-10-04T12:00:00.123456Z", "2026-10-04T12:00:00.123321Z"),
            ("2026-10-04T12:00:00.123999+00:00", "2026-10-04T12:00:00.124003+00:00"),
            ("1791115200000", "1791115200012"),
            ("1791115200", "1791115201"),
            // The same moment, in another form.
            ("2026-10-04T12:00:00.000Z", "2026-10-04T13:00:00.000+0100"),
            ("2026-10-04T12:00:00.000Z", "2026-10-04T13:00:00+01:00"),
            ("2026-10-04T12:00:00.000Z", "2026-10-04 13:00:00 +0100"),
            ("2026-10-04T12:00:00.000Z", "2026-10-04T17:30:00.000+0530"),
            ("2026-10-04T12:00:00.000Z", "2026-10-04T08:30:00.000-03:30"),
            ("2026-10-04T12:00:00.000Z", "2026-10-04T12:00:00"),
            ("2026-10-04T12:00:00.000Z", "2026-10-04T12:00:00.000000"),
            ("2026-10-04T12:00:00.000Z", "2026-10-04T12:00:00.000000Z"),
            ("2026-10-04T12:00:00.000Z", "2026-10-04T12:00:00.000000000Z"),
            ("2026-10-04T12:00:00.123456Z", "2026-10-04T12:00:00.123Z"),
            ("2026-10-04T12:00:00.123456789Z", "2026-10-04T12:00:00.123456Z"),
            ("2026-10-04T12:00:00.123Z", "2026-10-04T12:00:00.123400Z"),
            ("2026-10-04T12:00:00.123Z", "2026-10-04T12:00:00.123999"),
            ("2026-10-04T12:00:00.120Z", "2026-10-04T12:00:00.12Z"),
            ("2026-10-04 12:00:00 +0100", "2026-10-04T11:00:00.000Z"),
            ("2026-10-04T12:00:00.120Z", "1791115200120"),
            ("2026-10-04T12:00:00.120Z", "1791115200"),
            ("2026-10-04T12:00:00.000Z", "2026-10-04 12:00:00 UTC"),
        ] {
            assert!(was_signed(sent, |text| text == signed), "{sent} {signed}");
        }
        for (sent, signed) in [
            ("2026-10-04T12:00:00.000Z", "2026-10-04T12:00:03.000Z"),
            ("2026-10-04T12:00:00.000Z", "2026-10-04T12:00:00.000+0100"),
            ("2026-10-04T12:00:00.123456789Z", "2026-10-04T12:00:00.123456999Z"),
            ("noon", "noon"),
            ("", ""),
        ] {
            assert!(!was_signed(sent, |text| text == signed), "{sent} {signed}");
        }
    }
}
