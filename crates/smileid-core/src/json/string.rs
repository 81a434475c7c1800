//! Strings: where one ends, and what its escapes stand for. Keys and values alike.

use alloc::borrow::Cow;
use alloc::string::String;

use super::error::{JsonError, JsonErrorKind};
use super::options::{Options, Tolerance};
use super::repairs::{Mending, RepairKind};
use super::scan::plain_end;

/// A stretch of the original body, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte behind the last.
    pub end: u32,
}

impl Span {
    #[expect(clippy::cast_possible_truncation, reason = "bodies over 16 MiB are refused before any span is made")]
    pub(super) const fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// The stretch as a range of indices.
    #[must_use]
    pub const fn range(self) -> core::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The stretch of `body`; empty where the span is not of this body.
    #[must_use]
    pub fn of(self, body: &str) -> &str {
        body.get(self.range()).unwrap_or_default()
    }
}

/// A string of a document: where it stands, and its text once asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Str<'a> {
    pub(super) raw: &'a str,
    pub(super) start: u32,
    pub(super) escaped: bool,
}

impl<'a> Str<'a> {
    /// The text between the quotes as it stands in the body, escapes and all.
    #[must_use]
    pub const fn raw(&self) -> &'a str {
        self.raw
    }

    /// Where the text between the quotes stands in the original body.
    #[must_use]
    pub const fn span(&self) -> Span {
        Span::new(self.start as usize, self.start as usize + self.raw.len())
    }

    /// Whether the text holds an escape, so that [`Str::text`] differs from [`Str::raw`].
    #[must_use]
    pub const fn is_escaped(&self) -> bool {
        self.escaped
    }

    /// The text, borrowed from the body where it holds no escape.
    #[must_use]
    pub fn text(&self) -> Cow<'a, str> {
        if self.escaped { Cow::Owned(unescape(self.raw)) } else { Cow::Borrowed(self.raw) }
    }
}

/// What a string of already checked escapes stands for; a lone surrogate, where it was tolerated, is U+FFFD.
#[must_use]
pub fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    unescape_into(raw, &mut out);
    out
}

/// The same behind what `out` already holds.
pub(super) fn unescape_into(raw: &str, out: &mut String) {
    let mut rest = raw;
    while let Some((plain, escape)) = rest.split_once('\\') {
        out.push_str(plain);
        let (c, len) = meaning(escape.as_bytes());
        out.push(c.unwrap_or(char::REPLACEMENT_CHARACTER));
        rest = escape.get(len..).unwrap_or_default();
    }
    out.push_str(rest);
}

/// The character an escape behind its backslash stands for, none for a lone surrogate, and how many bytes it takes.
fn meaning(escape: &[u8]) -> (Option<char>, usize) {
    let simple = |c| (Some(c), 1);
    match escape.first() {
        Some(b'n') => simple('\n'),
        Some(b't') => simple('\t'),
        Some(b'r') => simple('\r'),
        Some(b'b') => simple('\u{8}'),
        Some(b'f') => simple('\u{c}'),
        Some(b'u') => {
            let high = hex(escape.get(1..5));
            if let (0xD800..0xDC00, Some(b"\\u")) = (high, escape.get(5..7)) {
                let low = hex(escape.get(7..11));
                if (0xDC00..0xE000).contains(&low) {
                    return (char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00)), 11);
                }
            }
            (char::from_u32(high), 5)
        }
        Some(c) => simple(char::from(*c)),
        None => (None, 0),
    }
}

/// Four hexadecimal digits as a number; anything else is no character.
fn hex(digits: Option<&[u8]>) -> u32 {
    let digit = |n: u32, b: &u8| char::from(*b).to_digit(16).map(|d| n * 16 + d);
    digits.and_then(|d| d.iter().try_fold(0, digit)).unwrap_or(u32::MAX)
}

/// Reads the rest of a string, whose first quote stands before `from`, and gives the place behind its last quote.
#[inline]
pub(super) fn read<'a>(
    text: &'a str,
    from: usize,
    options: &Options,
    mending: &mut Mending<'_>,
) -> Result<(Str<'a>, usize), JsonError> {
    let end = plain_end(text.as_bytes(), from);
    if text.as_bytes().get(end) == Some(&b'"') {
        return Ok((str_of(text, from, end, false), end + 1));
    }
    read_special(text, from, end, options, mending)
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "bodies over 16 MiB are refused before any string is read")]
fn str_of(text: &str, from: usize, end: usize, escaped: bool) -> Str<'_> {
    Str { raw: text.get(from..end).unwrap_or_default(), start: from as u32, escaped }
}

/// A string with an escape, a control character, or no end.
#[inline(never)]
fn read_special<'a>(
    text: &'a str,
    from: usize,
    first: usize,
    options: &Options,
    mending: &mut Mending<'_>,
) -> Result<(Str<'a>, usize), JsonError> {
    let bytes = text.as_bytes();
    let (mut at, mut escaped) = (first, false);
    loop {
        match bytes.get(at) {
            Some(b'"') => return Ok((str_of(text, from, at, escaped), at + 1)),
            Some(b'\\') => {
                escaped = true;
                at = plain_end(bytes, check_escape(bytes, at, options, mending)?);
            }
            Some(b'\t' | b'\n' | b'\r') if options.tolerates(Tolerance::RawWhiteSpace) => {
                mending.note(RepairKind::RawWhiteSpace, at);
                at = plain_end(bytes, at + 1);
            }
            Some(_) => return Err(JsonError::new(JsonErrorKind::ControlCharacter, at)),
            None => return Err(JsonError::new(JsonErrorKind::Truncated, bytes.len())),
        }
    }
}

/// Checks the escape whose backslash stands at `at`, and gives the place behind it.
fn check_escape(bytes: &[u8], at: usize, options: &Options, mending: &mut Mending<'_>) -> Result<usize, JsonError> {
    let bad = JsonError::new(JsonErrorKind::BadEscape, at);
    match bytes.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') => {
            let end = (at + 6).min(bytes.len());
            let digits = bytes.get(at + 2..end).unwrap_or_default();
            if !digits.iter().all(u8::is_ascii_hexdigit) {
                return Err(bad);
            }
            if digits.len() < 4 {
                return Err(JsonError::new(JsonErrorKind::Truncated, bytes.len()));
            }
            let escape = bytes.get(at + 1..).unwrap_or_default();
            let (character, len) = meaning(escape);
            if character.is_none() {
                if !options.tolerates(Tolerance::LoneSurrogates) {
                    return Err(JsonError::new(JsonErrorKind::LoneSurrogate, at));
                }
                mending.note(RepairKind::LoneSurrogate, at);
            }
            Ok(at + 1 + len)
        }
        Some(_) => Err(bad),
        None => Err(JsonError::new(JsonErrorKind::Truncated, bytes.len())),
    }
}
