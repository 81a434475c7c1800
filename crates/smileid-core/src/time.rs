//! Instants and timestamps: what the wire says a time is, and how we write one. It reads no clock.

use core::fmt;
use core::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, Timelike};

/// The present as a [`Clock`](crate::transport::Clock) reports it: wall time and monotonic time, together.
///
/// Wall time signs requests and judges freshness; it may jump. Monotonic time measures deadlines and waits; it never goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Moment {
    unix_millis: i64,
    monotonic: Duration,
}

impl Moment {
    /// Creates a moment: `unix_millis` since 1970-01-01T00:00:00Z, and `monotonic` since an origin of the clock's choosing.
    #[must_use]
    pub const fn new(unix_millis: i64, monotonic: Duration) -> Self {
        Self { unix_millis, monotonic }
    }

    /// Returns wall time in milliseconds since the Unix epoch.
    #[must_use]
    pub const fn unix_millis(self) -> i64 {
        self.unix_millis
    }

    /// Returns monotonic time since the clock's own origin.
    #[must_use]
    pub const fn monotonic(self) -> Duration {
        self.monotonic
    }

    /// Returns the monotonic time since `earlier`, or zero if the clock went back.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        self.monotonic.saturating_sub(earlier.monotonic)
    }
}

/// The form a timestamp was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimestampForm {
    /// ISO 8601 in UTC with exactly three fraction digits and `Z`: the form we write.
    Iso,
    /// RFC 3339 in any other of its forms, a space for `T`, `+0100`, ` UTC`, or no zone at all (taken as UTC).
    IsoVariant,
    /// Milliseconds since the Unix epoch: thirteen digits.
    UnixMillis,
    /// Seconds since the Unix epoch: ten digits.
    UnixSeconds,
}

/// A time as written on the wire: the instant, and the exact text that is signed.
///
/// Written by us it is `2026-10-04T12:00:00.000Z`; read, it is any of the forms listed under [`Timestamp::parse`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Timestamp {
    text: [u8; Self::MAX_LEN],
    len: u8,
    form: TimestampForm,
    unix_millis: i64,
}

impl Timestamp {
    /// The longest text that is a timestamp: nine fraction digits, a space and an offset make 36 bytes.
    pub const MAX_LEN: usize = 40;

    /// Returns the wall time of `now` in the form the service is sure to accept: UTC, three fraction digits, `Z`.
    ///
    /// Times outside the years 0 to 9999 are written as the nearest of them.
    #[must_use]
    pub fn at(now: Moment) -> Self {
        const FIRST: i64 = -62_167_219_200_000;
        const LAST: i64 = 253_402_300_799_999;
        let unix_millis = now.unix_millis.clamp(FIRST, LAST);
        let t = DateTime::from_timestamp_millis(unix_millis).unwrap_or_default();
        let mut text = [0; Self::MAX_LEN];
        let mut w = Digits { out: &mut text, at: 0 };
        w.put(u32::try_from(t.year()).unwrap_or(0), 4, b'-');
        w.put(t.month(), 2, b'-');
        w.put(t.day(), 2, b'T');
        w.put(t.hour(), 2, b':');
        w.put(t.minute(), 2, b':');
        w.put(t.second(), 2, b'.');
        w.put(t.timestamp_subsec_millis(), 3, b'Z');
        Self { text, len: 24, form: TimestampForm::Iso, unix_millis }
    }

    /// Returns the wall time of `now` in milliseconds since the Unix epoch, as the legacy scheme writes it.
    ///
    /// Times that thirteen digits cannot tell are written as the nearest that they can.
    #[must_use]
    pub fn unix_millis_at(now: Moment) -> Self {
        let unix_millis = now.unix_millis.clamp(0, 9_999_999_999_999);
        let mut text = [0; Self::MAX_LEN];
        let mut rest = unix_millis;
        for slot in text.iter_mut().take(13).rev() {
            *slot = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
        }
        Self { text, len: 13, form: TimestampForm::UnixMillis, unix_millis }
    }

    /// Reads a timestamp as seen in replies, and keeps its text.
    ///
    /// RFC 3339 with 0 to 9 fraction digits and any offset, also `+0100`, ` UTC`, ` GMT`, a space for `T`, or no zone (UTC); digits alone are
    /// milliseconds since the Unix epoch where there are thirteen and seconds where there are ten. Fractions finer than a
    /// millisecond are cut off.
    ///
    /// # Errors
    /// [`TimestampError`] for any other text.
    ///
    /// ```
    /// use smileid_core::Timestamp;
    /// let a = Timestamp::parse("2021-09-29 12:20:56 +0100")?;
    /// let b = Timestamp::parse("1632914456")?;
    /// assert_eq!(a.unix_millis(), b.unix_millis());
    /// # Ok::<(), smileid_core::TimestampError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        let (unix_millis, form) = read(text.as_bytes()).ok_or(TimestampError(()))?;
        let mut kept = [0; Self::MAX_LEN];
        kept.get_mut(..text.len()).ok_or(TimestampError(()))?.copy_from_slice(text.as_bytes());
        let len = u8::try_from(text.len()).map_err(|_| TimestampError(()))?;
        Ok(Self { text: kept, len, form, unix_millis })
    }

    /// Returns the exact text, as it is signed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text.get(..usize::from(self.len)).and_then(|t| core::str::from_utf8(t).ok()).unwrap_or_default()
    }

    /// Returns the instant, in milliseconds since the Unix epoch.
    #[must_use]
    pub const fn unix_millis(&self) -> i64 {
        self.unix_millis
    }

    /// Returns the form of the text.
    #[must_use]
    pub const fn form(&self) -> TimestampForm {
        self.form
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({})", self.as_str())
    }
}

/// A text is not a timestamp of any known form. The error does not contain the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a timestamp: use RFC 3339 (2026-10-04T12:00:00.000Z), or Unix time in 13 digits (ms) or 10 digits (s)")]
pub struct TimestampError(());

/// Writes numbers of a fixed width, each followed by one byte.
struct Digits<'o> {
    out: &'o mut [u8],
    at: usize,
}

impl Digits<'_> {
    fn put(&mut self, value: u32, width: usize, then: u8) {
        let mut rest = value;
        for i in (self.at..self.at + width).rev() {
            if let Some(slot) = self.out.get_mut(i) {
                *slot = b'0' + u8::try_from(rest % 10).unwrap_or(0);
            }
            rest /= 10;
        }
        self.at += width + 1;
        if let Some(slot) = self.out.get_mut(self.at - 1) {
            *slot = then;
        }
    }
}

/// What is left of the text, read from the front.
struct Rest<'t>(&'t [u8]);

impl Rest<'_> {
    fn eat(&mut self, any_of: &[u8]) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        any_of.contains(&first).then(|| {
            self.0 = rest;
            first
        })
    }

    fn number(&mut self, width: usize) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(width)?;
        self.0 = rest;
        digits.iter().try_fold(0, |n: u32, d| d.is_ascii_digit().then(|| n * 10 + u32::from(d - b'0')))
    }
}

fn read(text: &[u8]) -> Option<(i64, TimestampForm)> {
    if text.iter().all(u8::is_ascii_digit) {
        let n = text.iter().try_fold(0i64, |n, d| n.checked_mul(10)?.checked_add(i64::from(d - b'0')))?;
        return match text.len() {
            13 => Some((n, TimestampForm::UnixMillis)),
            10 => Some((n.checked_mul(1000)?, TimestampForm::UnixSeconds)),
            _ => None,
        };
    }
    let mut rest = Rest(text);
    let year = rest.number(4)?;
    rest.eat(b"-")?;
    let month = rest.number(2)?;
    rest.eat(b"-")?;
    let day = rest.number(2)?;
    let between = rest.eat(b"Tt ")?;
    let hour = rest.number(2)?;
    rest.eat(b":")?;
    let minute = rest.number(2)?;
    rest.eat(b":")?;
    let second = rest.number(2)?;
    let (millis, fraction_digits) = fraction(&mut rest)?;
    let (offset_minutes, zone) = offset(&mut rest)?;
    // RFC 3339 allows a leap second; its instant is that of the second after it.
    let leap = u32::from(second == 60);
    let time =
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?.and_hms_opt(hour, minute, second - leap)?;
    let seconds = time.and_utc().timestamp() + i64::from(leap) - i64::from(offset_minutes) * 60;
    let exact = between == b'T' && zone == Zone::UpperZ && fraction_digits == 3 && leap == 0;
    let form = if exact { TimestampForm::Iso } else { TimestampForm::IsoVariant };
    Some((seconds * 1000 + i64::from(millis), form))
}

/// The fraction in milliseconds, and how many digits it had.
fn fraction(rest: &mut Rest<'_>) -> Option<(u32, usize)> {
    if rest.eat(b".").is_none() {
        return Some((0, 0));
    }
    let (mut millis, mut digits) = (0, 0);
    while let Some(digit) = rest.eat(b"0123456789") {
        digits += 1;
        if digits <= 3 {
            millis = millis * 10 + u32::from(digit - b'0');
        }
    }
    let scale = match digits {
        1 => 100,
        2 => 10,
        3..=9 => 1,
        _ => return None,
    };
    Some((millis * scale, digits))
}

#[derive(PartialEq)]
enum Zone {
    UpperZ,
    Other,
}

/// The offset in minutes east of UTC; nothing at all is UTC.
fn offset(rest: &mut Rest<'_>) -> Option<(i32, Zone)> {
    match rest.0 {
        [] => return Some((0, Zone::Other)),
        b"Z" => return Some((0, Zone::UpperZ)),
        _ => {}
    }
    rest.eat(b" ");
    if [&b"Z"[..], b"z", b"UTC", b"GMT"].contains(&rest.0) {
        return Some((0, Zone::Other));
    }
    let sign = if rest.eat(b"+-")? == b'-' { -1 } else { 1 };
    let hours = rest.number(2)?;
    rest.eat(b":");
    let minutes = rest.number(2)?;
    let valid = rest.0.is_empty() && hours < 24 && minutes < 60;
    valid.then_some((sign * i32::try_from(hours * 60 + minutes).ok()?, Zone::Other))
}

#[cfg(test)]
#[path = "time_tests.rs"]
mod tests;
