//! The body of target `time`: timestamps and dates are read or refused, timestamps keep their text, and what we write we read back.

use core::time::Duration;

use smileid_core::{Date, Moment, Timestamp};

/// Reads `data` as a timestamp, and writes the instant that its first bytes are.
pub fn run(data: &[u8]) {
    let read = core::str::from_utf8(data).ok().and_then(|text| Some((text, Timestamp::parse(text).ok()?)));
    if let Some((text, timestamp)) = read {
        assert_eq!(timestamp.as_str(), text, "another text");
        let written = Timestamp::at(Moment::new(timestamp.unix_millis(), Duration::ZERO));
        let year_0_to_9999 = (-62_167_219_200_000..=253_402_300_799_999).contains(&timestamp.unix_millis());
        assert!(written.unix_millis() == timestamp.unix_millis() || !year_0_to_9999, "another instant");
    }
    if let Some(day) = core::str::from_utf8(data).ok().and_then(Date::parse) {
        assert_eq!(Date::parse(&day.to_string()), Some(day), "a day that changes when it is written");
        assert!((1..=12).contains(&day.month()) && (1..=31).contains(&day.day()), "no day of the calendar");
    }
    if let Some(bytes) = data.first_chunk() {
        let written = Timestamp::at(Moment::new(i64::from_le_bytes(*bytes), Duration::ZERO));
        assert_eq!(Timestamp::parse(written.as_str()), Ok(written), "written and not read back");
    }
}
