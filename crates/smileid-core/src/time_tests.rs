//! Tests of the timestamps: every form seen on the wire, and the texts that only look like one.

use super::*;
use alloc::string::ToString;

const NOON: i64 = 1_791_115_200_000;

#[test]
fn we_write_utc_with_three_digits_and_z() {
    let cases = [
        (NOON, "2026-10-04T12:00:00.000Z"),
        (NOON + 7, "2026-10-04T12:00:00.007Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (i64::MIN, "0000-01-01T00:00:00.000Z"),
        (i64::MAX, "9999-12-31T23:59:59.999Z"),
    ];
    for (millis, text) in cases {
        let t = Timestamp::at(Moment::new(millis, Duration::ZERO));
        assert_eq!(t.as_str(), text);
        assert_eq!(Timestamp::parse(text).unwrap(), t, "what we write we read back whole");
    }
}

#[test]
fn the_legacy_scheme_writes_thirteen_digits() {
    for (millis, text) in
        [(NOON, "1791115200000"), (5, "0000000000005"), (-1, "0000000000000"), (i64::MAX, "9999999999999")]
    {
        let t = Timestamp::unix_millis_at(Moment::new(millis, Duration::ZERO));
        assert_eq!((t.as_str(), t.form()), (text, TimestampForm::UnixMillis));
        assert_eq!(Timestamp::parse(text).unwrap(), t);
    }
}

#[test]
fn every_form_seen_in_replies_is_read() {
    use TimestampForm::{Iso, IsoVariant, UnixMillis, UnixSeconds};
    let cases = [
        ("2026-10-04T12:00:00.000Z", NOON, Iso),
        ("2026-10-04T12:00:00Z", NOON, IsoVariant),
        ("2026-10-04t12:00:00.000z", NOON, IsoVariant),
        ("2026-10-04T12:00:00.000000", NOON, IsoVariant),
        ("2026-10-04T12:00:00.123456", NOON + 123, IsoVariant),
        ("2026-10-04T12:00:00.5Z", NOON + 500, IsoVariant),
        ("2026-10-04T12:00:00.05Z", NOON + 50, IsoVariant),
        ("2026-10-04T12:00:00.123456789Z", NOON + 123, IsoVariant),
        ("2026-10-04T12:00:00+00:00", NOON, IsoVariant),
        ("2026-10-04T11:59:60Z", NOON, IsoVariant),
        ("2026-10-04 13:00:00 +0100", NOON, IsoVariant),
        ("2026-10-04T06:30:00-05:30", NOON, IsoVariant),
        ("2026-10-04 12:00:00", NOON, IsoVariant),
        ("2026-10-04 12:00:00 UTC", NOON, IsoVariant),
        ("2026-10-04T12:00:00.000UTC", NOON, IsoVariant),
        ("2026-10-04 12:00:00.5 GMT", NOON + 500, IsoVariant),
        ("2026-10-04 12:00:00 Z", NOON, IsoVariant),
        ("2026-10-04T12:00:00.000 Z", NOON, IsoVariant),
        ("1791115200", NOON, UnixSeconds),
        ("1791115200000", NOON, UnixMillis),
    ];
    for (text, millis, form) in cases {
        let t = Timestamp::parse(text).unwrap_or_else(|_| panic!("{text}"));
        assert_eq!((t.unix_millis(), t.form(), t.to_string().as_str()), (millis, form, text));
    }
}

#[test]
fn anything_else_is_refused() {
    let cases = [
        "",
        "now",
        "2026-10-04",
        "2026-10-04T12:00",
        "2026-10-04T12:00:00.Z",
        "2026-10-04T12:00:00.1234567890Z",
        "2026-02-30T12:00:00Z",
        "2026-13-01T12:00:00Z",
        "2026-10-04T24:00:00Z",
        "2026-10-04T12:00:61Z",
        "2026-10-04T12:00:00+1",
        "2026-10-04T12:00:00+24:00",
        "2026-10-04T12:00:00+01:60",
        "2026-10-04T12:00:00+01:00 ",
        "2026-10-04T12:00:00ZZ",
        "2026-10-04 12:00:00 ",
        "2026-10-04 12:00:00  UTC",
        "2026-10-04 12:00:00 utc",
        "2026-10-04 12:00:00 UTC+1",
        "2026-10-04 12:00:00 UTC+01:00",
        "2026-10-04 12:00:00 BST",
        " 2026-10-04T12:00:00Z",
        "+026-10-04T12:00:00Z",
        "2026-1-4T12:00:00Z",
        "179111520",
        "17911152000",
        "179111520000000",
        "-1791115200",
        "1791115200.5",
        "1.791e12",
        "２０２６-10-04T12:00:00Z",
        "2026-10-04T12:00:00.000Z0000000000000000000000000000000000000000",
    ];
    for text in cases {
        assert!(Timestamp::parse(text).is_err(), "{text}");
    }
}

#[test]
fn monotonic_time_never_runs_backwards() {
    let (a, b) = (Moment::new(5, Duration::from_secs(3)), Moment::new(0, Duration::from_secs(4)));
    assert_eq!((b.since(a), a.since(b)), (Duration::from_secs(1), Duration::ZERO));
}
