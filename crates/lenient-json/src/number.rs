//! Numbers: RFC 8259's grammar, and the text kept digit for digit. No number is rounded unless it is asked for as a float.

use super::error::{JsonError, JsonErrorKind};
use super::string::Span;

/// A number of a document, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number<'a> {
    pub(super) text: &'a str,
    pub(super) start: u32,
}

impl<'a> Number<'a> {
    /// Returns the digits as the body has them.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// Returns their place in the original body.
    #[must_use]
    pub const fn span(&self) -> Span {
        Span::new(self.start as usize, self.start as usize + self.text.len())
    }

    /// Returns whether it is written without a fraction and without an exponent.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        self.text.bytes().all(|b| b.is_ascii_digit() || b == b'-')
    }

    /// Returns the number as an unsigned integer, if it is written as one and fits.
    #[must_use]
    pub fn to_u64(&self) -> Option<u64> {
        self.text.parse().ok()
    }

    /// Returns the number as an integer, if it is written as one and fits.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        self.text.parse().ok()
    }

    /// Returns the nearest float, if it is finite.
    #[must_use]
    pub fn to_f64(&self) -> Option<f64> {
        self.text.parse().ok().filter(|f: &f64| f.is_finite())
    }
}

/// Returns whether the whole text is a number by RFC 8259's grammar, for numbers inside strings.
#[must_use]
pub fn is_number(text: &str) -> bool {
    matches!(number_end(text.as_bytes(), 0), Ok(end) if end == text.len())
}

/// Reads a number that begins at `from`.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "bodies over 16 MiB are refused before any number is read")]
pub(super) fn read(text: &str, from: usize) -> Result<(Number<'_>, usize), JsonError> {
    let end = number_end(text.as_bytes(), from)?;
    Ok((Number { text: text.get(from..end).unwrap_or_default(), start: from as u32 }, end))
}

#[inline]
fn number_end(bytes: &[u8], from: usize) -> Result<usize, JsonError> {
    let mut at = from + usize::from(bytes.get(from) == Some(&b'-'));
    let whole = digits_end(bytes, at)?;
    if bytes.get(at) == Some(&b'0') && whole > at + 1 {
        return Err(JsonError::new(JsonErrorKind::BadNumber, at));
    }
    at = whole;
    if bytes.get(at) == Some(&b'.') {
        at = digits_end(bytes, at + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        at = digits_end(bytes, at)?;
    }
    // A letter or a second point would make two tokens of what was meant as one.
    match bytes.get(at) {
        Some(b'.' | b'+' | b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z') => {
            Err(JsonError::new(JsonErrorKind::BadNumber, at))
        }
        _ => Ok(at),
    }
}

/// The place behind at least one digit.
#[inline]
fn digits_end(bytes: &[u8], from: usize) -> Result<usize, JsonError> {
    let rest = bytes.get(from..).unwrap_or_default();
    match rest.iter().position(|b| !b.is_ascii_digit()) {
        Some(0) => Err(JsonError::new(JsonErrorKind::BadNumber, from)),
        Some(n) => Ok(from + n),
        None if rest.is_empty() => Err(JsonError::new(JsonErrorKind::Truncated, bytes.len())),
        None => Ok(bytes.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_rfc_8259s() {
        for good in [
            "0",
            "-0",
            "7",
            "10",
            "-1",
            "0.5",
            "1.50",
            "1e5",
            "1E+5",
            "0e-0",
            "123456789012345678901234567890",
            "1e999",
        ] {
            assert!(is_number(good), "{good}");
        }
        for bad in [
            "", "-", "+1", "01", "-01", ".5", "1.", "1.e5", "1e", "1e+", "0x10", "1_0", "1.2.3", "NaN", "Infinity",
            "1 ", "１",
        ] {
            assert!(!is_number(bad), "{bad}");
        }
    }

    #[test]
    fn the_text_is_kept_and_conversions_are_exact_or_refused() {
        let number = |text: &'static str| read(text, 0).unwrap().0;
        assert_eq!(
            (number("1.50").text(), number("1.50").to_f64(), number("1.50").to_u64()),
            ("1.50", Some(1.5), None)
        );
        assert_eq!((number("1e999").to_f64(), number("-0").to_i64(), number("-0").to_u64()), (None, Some(0), None));
        assert_eq!(number("18446744073709551616").to_u64(), None);
        assert_eq!(number("-9223372036854775808").to_i64(), Some(i64::MIN));
        assert!(number("-12").is_integer() && !number("1e1").is_integer());
    }
}
