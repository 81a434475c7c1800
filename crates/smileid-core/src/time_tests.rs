//! Tests of the timestamps: every form seen on the wire, and the texts that only look like one.

use super::*;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

/// The lines of a section of the table: at least one, and none of them empty.
fn section(name: &str) -> impl Iterator<Item = &'static str> {
    let mut sections = include_str!("time_tests.txt").split("\n# ");
    let section = sections.find_map(|section| section.strip_prefix(name)?.strip_prefix('\n')).unwrap().trim_end();
    assert!(section.lines().count() > 0 && section.lines().all(|line| !line.is_empty()), "{name}");
    section.lines()
}

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
    for row in section("read: the text, its milliseconds, its form") {
        let [text, millis, form] = row.split(" | ").collect::<Vec<_>>()[..] else { panic!("{row}") };
        let t = Timestamp::parse(text).unwrap_or_else(|_| panic!("{text}"));
        assert_eq!((t.unix_millis().to_string(), format!("{:?}", t.form())), (millis.into(), form.into()), "{text}");
        assert_eq!(t.to_string(), text);
    }
}

#[test]
fn anything_else_is_refused() {
    let with_spaces = ["", "2026-10-04T12:00:00+01:00 ", "2026-10-04 12:00:00 ", " 2026-10-04T12:00:00Z"];
    for text in section("refused").chain(with_spaces) {
        assert!(Timestamp::parse(text).is_err(), "{text}");
    }
}

#[test]
fn monotonic_time_never_runs_backwards() {
    let (a, b) = (Moment::new(5, Duration::from_secs(3)), Moment::new(0, Duration::from_secs(4)));
    assert_eq!((b.since(a), a.since(b)), (Duration::from_secs(1), Duration::ZERO));
}
