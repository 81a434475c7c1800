//! Dates of a person or of a document: the text as sent, and the day it names where it names one. Instants are `time.rs`'s.

use alloc::borrow::Cow;
use core::fmt;

use chrono::NaiveDate;

use crate::time::Timestamp;

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Reads a day as seen in replies: `1990-01-01`, `2023-1-28`, or the day of a whole ISO date and time as it is written there.
    ///
    /// None for anything else, and for a day that the calendar does not have.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let day = match text.get(10..).filter(|rest| !rest.is_empty()) {
            // What follows must be a time of day, or the whole is no date at all.
            Some(_) => text.get(..10).filter(|_| Timestamp::parse(text).is_ok())?,
            None => text,
        };
        let mut parts = day.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let number = |text: &str, widths: core::ops::RangeInclusive<usize>| {
            let digits = widths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
            digits.then(|| text.parse::<u16>().ok()).flatten()
        };
        let (year, month, day) = (number(year, 4..=4)?, number(month, 1..=2)?, number(day, 1..=2)?);
        if parts.next().is_some() {
            return None;
        }
        NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))?;
        Some(Self { year, month: u8::try_from(month).ok()?, day: u8::try_from(day).ok()? })
    }

    /// Returns the year, 0 to 9999.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// Returns the month, from 1.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// Returns the day of the month, from 1.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }
}

/// `1990-01-01`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The text of a date field, which was neither missing nor a placeholder.
#[derive(Clone, PartialEq, Eq)]
pub struct DateText<'s>(Cow<'s, str>);

impl<'s> DateText<'s> {
    pub(super) const fn new(text: Cow<'s, str>) -> Self {
        Self(text)
    }

    /// Returns the text as sent.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Returns the day it names, or `None` if its form is not a known one.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        Date::parse(&self.0)
    }
}

/// Hides the text: it is usually a person's date of birth.
impl fmt::Debug for DateText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DateText(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn every_form_seen_is_a_day() {
        for (text, day) in [
            ("1990-01-01", "1990-01-01"),
            ("2023-1-28", "2023-01-28"),
            ("2023-1-8", "2023-01-08"),
            ("2024-02-29", "2024-02-29"),
            ("2030-12-31T00:00:00.000Z", "2030-12-31"),
            ("2030-12-31T23:59:59+01:00", "2030-12-31"),
            ("2030-12-31 23:59:59", "2030-12-31"),
            ("0000-01-01", "0000-01-01"),
        ] {
            assert_eq!(Date::parse(text).unwrap().to_string(), day, "{text}");
        }
        let day = Date::parse("1990-11-02").unwrap();
        assert_eq!((day.year(), day.month(), day.day()), (1990, 11, 2));
        assert!(day < Date::parse("1990-11-3").unwrap());
    }

    #[test]
    fn nothing_else_is() {
        for text in [
            "", "NaN-NaN-NaN", "1990", "1990-01", "90-01-01", "1990-13-01", "1990-02-30", "2023-02-29", "1990-0-1",
            "1990-01-01-", "1990-01-011", "1990-01-01T", "1990-01-01 at noon", "1990/01/01", "01-01-1990",
            "+990-01-01", "1990-1-1T00:00:00Z", "１９９０-01-01", "1990-001-01", " 1990-01-01", "647913600000",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }
}
