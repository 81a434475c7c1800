//! Strings, both keys and values: where one ends, and what its escapes mean.

use alloc::borrow::Cow;
use alloc::string::String;
use core::cmp::Ordering;

use super::error::{JsonError, JsonErrorKind};
use super::options::{Options, Tolerance};
use super::repairs::{Mending, RepairKind};
use super::scan::far_end;

/// A part of the original body, as byte offsets.
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

    /// Returns the span as a range of indices.
    #[must_use]
    pub const fn range(self) -> core::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Returns this part of `body`. It is empty if the span belongs to another body.
    #[must_use]
    pub fn of(self, body: &str) -> &str {
        body.get(self.range()).unwrap_or_default()
    }
}

/// A string of a document: its place, and its text on request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Str<'a> {
    pub(super) raw: &'a str,
    /// Where it begins, times two, and one where it contains an escape. Whole words: a flag beside them would be carried byte by byte.
    pub(super) place: usize,
}

impl<'a> Str<'a> {
    #[inline(always)]
    pub(super) const fn new(raw: &'a str, start: usize, escaped: bool) -> Self {
        Self { raw, place: start << 1 | escaped as usize }
    }

    /// Returns the text between the quotes as it is in the body, with its escapes.
    #[must_use]
    pub const fn raw(&self) -> &'a str {
        self.raw
    }

    /// Returns the offset in the original body of the text between the quotes.
    #[must_use]
    pub const fn span(&self) -> Span {
        Span::new(self.start(), self.start() + self.raw.len())
    }

    #[inline(always)]
    pub(super) const fn start(&self) -> usize {
        self.place >> 1
    }

    /// Returns the offset of the first quote.
    pub(super) const fn quote(&self) -> usize {
        self.start() - 1
    }

    /// Returns whether the text contains an escape, so that [`Str::text`] differs from [`Str::raw`].
    #[must_use]
    pub const fn is_escaped(&self) -> bool {
        self.place & 1 == 1
    }

    /// Returns the text, borrowed from the body if it contains no escape.
    #[must_use]
    pub fn text(&self) -> Cow<'a, str> {
        if self.is_escaped() { Cow::Owned(unescape(self.raw)) } else { Cow::Borrowed(self.raw) }
    }
}

/// Decodes a string whose escapes were checked; a tolerated lone surrogate becomes U+FFFD.
#[must_use]
pub fn unescape(raw: &str) -> String {
    let bytes = raw.as_bytes();
    let mut out = String::with_capacity(raw.len());
    let (mut start, mut at) = (0, far_end(bytes, 0));
    while let Some(stop) = bytes.get(at) {
        if *stop != b'\\' {
            // A control character that was tolerated.
            at = far_end(bytes, at + 1);
            continue;
        }
        out.push_str(raw.get(start..at).unwrap_or_default());
        if let Some(b'"' | b'\\' | b'/') = bytes.get(at + 1) {
            // The character means itself: it is the first of the next plain part.
            start = at + 1;
            at = far_end(bytes, at + 2);
            continue;
        }
        let (character, len) = meaning(bytes.get(at + 1..).unwrap_or_default());
        out.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
        start = at + 1 + len;
        at = far_end(bytes, start);
    }
    out.push_str(raw.get(start..).unwrap_or_default());
    out
}

/// Returns the text of the string whose first quote is before `from`, in a body that was read that far.
pub(super) fn text_at(body: &str, from: usize) -> Cow<'_, str> {
    let bytes = body.as_bytes();
    let (mut at, mut escaped) = (far_end(bytes, from), false);
    while let Some(stop @ (b'\\' | ..0x20)) = bytes.get(at) {
        // At least one more byte of the escape follows a backslash; a control character was tolerated.
        escaped |= *stop == b'\\';
        at = far_end(bytes, at + if *stop == b'\\' { 2 } else { 1 });
    }
    str_of(body, from, at, escaped).text()
}

/// Compares the string whose first quote is before `from`, in a body that was read that far, with a text.
///
/// It looks at no more bytes than it must, so that one very long key cannot make many short ones costly.
pub(super) fn compare(body: &[u8], from: usize, text: &[u8], work: &mut u64) -> Ordering {
    let (mut at, mut rest) = (from, text);
    loop {
        *work += 1;
        match body.get(at) {
            None | Some(b'"') => return if rest.is_empty() { Ordering::Equal } else { Ordering::Less },
            Some(b'\\') => {
                let (character, len) = meaning(body.get(at + 1..).unwrap_or_default());
                let mut utf8 = [0; 4];
                let bytes = character.unwrap_or(char::REPLACEMENT_CHARACTER).encode_utf8(&mut utf8).as_bytes();
                let ahead = rest.get(..bytes.len()).unwrap_or(rest);
                match bytes.cmp(ahead) {
                    Ordering::Equal => rest = rest.get(bytes.len()..).unwrap_or_default(),
                    other => return other,
                }
                at += 1 + len;
            }
            Some(byte) => match rest.split_first() {
                None => return Ordering::Greater,
                Some((first, _)) if byte != first => return byte.cmp(first),
                Some((_, behind)) => {
                    rest = behind;
                    at += 1;
                }
            },
        }
    }
}

/// Returns the character of an escape after its backslash (none for a lone surrogate), and its length in bytes.
#[inline]
fn meaning(escape: &[u8]) -> (Option<char>, usize) {
    let simple = |c| (Some(c), 1);
    match escape.first() {
        Some(b'u') => unicode(escape),
        Some(b'n') => simple('\n'),
        Some(b't') => simple('\t'),
        Some(b'r') => simple('\r'),
        Some(b'b') => simple('\u{8}'),
        Some(b'f') => simple('\u{c}'),
        Some(c) => simple(char::from(*c)),
        None => (None, 0),
    }
}

/// Returns the same for an escape that starts with `u`.
fn unicode(escape: &[u8]) -> (Option<char>, usize) {
    let high = hex(escape.get(1..5));
    if let (0xD800..0xDC00, Some(b"\\u")) = (high, escape.get(5..7)) {
        let low = hex(escape.get(7..11));
        if (0xDC00..0xE000).contains(&low) {
            return (char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00)), 11);
        }
    }
    (char::from_u32(high), 5)
}

/// Four hexadecimal digits as a number; anything else is no character.
fn hex(digits: Option<&[u8]>) -> u32 {
    let digit = |n: u32, b: &u8| char::from(*b).to_digit(16).map(|d| n * 16 + d);
    digits.and_then(|d| d.iter().try_fold(0, digit)).unwrap_or(u32::MAX)
}

/// The text between two places.
#[inline(always)]
pub(super) fn part(text: &str, from: usize, end: usize) -> &str {
    text.get(..end).and_then(|text| text.get(from..)).unwrap_or_default()
}

#[inline(always)]
pub(super) fn str_of(text: &str, from: usize, end: usize, escaped: bool) -> Str<'_> {
    Str::new(part(text, from, end), from, escaped)
}

/// Where a string ends, and whether it contains an escape.
type End = (usize, bool);

/// Reads on from `first`, at which plain text ends; `piece` gets each plain part and the character after it.
fn special(
    text: &str,
    from: usize,
    first: usize,
    options: &Options,
    mending: &mut Mending<'_>,
    mut piece: impl FnMut(&str, Option<char>),
) -> Result<End, JsonError> {
    let bytes = text.as_bytes();
    let (mut start, mut at, mut escaped) = (from, first, false);
    loop {
        match bytes.get(at) {
            Some(b'\\') => {
                escaped = true;
                if let Some(b'"' | b'\\' | b'/') = bytes.get(at + 1) {
                    piece(text.get(start..at).unwrap_or_default(), None);
                    // The character means itself: it is the first of the next plain part.
                    start = at + 1;
                    at = far_end(bytes, at + 2);
                    continue;
                }
                let (character, end) = escape(bytes, at, options, mending)?;
                piece(text.get(start..at).unwrap_or_default(), Some(character));
                start = end;
                at = far_end(bytes, end);
            }
            Some(b'"') => {
                piece(text.get(start..at).unwrap_or_default(), None);
                return Ok((at, escaped));
            }
            Some(b'\t' | b'\n' | b'\r') if options.tolerates(Tolerance::RawWhiteSpace) => {
                mending.note(RepairKind::RawWhiteSpace, at);
                at = far_end(bytes, at + 1);
            }
            Some(_) => return Err(JsonError::new(JsonErrorKind::ControlCharacter, at)),
            None => return Err(JsonError::new(JsonErrorKind::Truncated, bytes.len())),
        }
    }
}

/// Where a string ends that holds something else than plain text at `first`.
#[inline(never)]
pub(super) fn end_of(
    text: &str,
    from: usize,
    first: usize,
    options: &Options,
    mending: &mut Mending<'_>,
) -> Result<End, JsonError> {
    special(text, from, first, options, mending, |_, _| {})
}

/// The same, and the string's text.
#[inline(never)]
pub(super) fn text_of(
    text: &str,
    from: usize,
    first: usize,
    options: &Options,
    mending: &mut Mending<'_>,
) -> Result<(usize, String), JsonError> {
    let mut out = String::new();
    let (end, _) = special(text, from, first, options, mending, |plain, character| {
        out.push_str(plain);
        out.extend(character);
    })?;
    Ok((end, out))
}

/// Checks an escape that does not mean itself, whose backslash is at `at`, and returns its meaning and the offset after it.
#[inline]
fn escape(bytes: &[u8], at: usize, options: &Options, mending: &mut Mending<'_>) -> Result<(char, usize), JsonError> {
    let simple = |c| Ok((c, at + 2));
    match bytes.get(at + 1) {
        Some(b'n') => simple('\n'),
        Some(b't') => simple('\t'),
        Some(b'r') => simple('\r'),
        Some(b'b') => simple('\u{8}'),
        Some(b'f') => simple('\u{c}'),
        Some(b'u') => unicode_escape(bytes, at, options, mending),
        Some(_) => Err(JsonError::new(JsonErrorKind::BadEscape, at)),
        None => Err(JsonError::new(JsonErrorKind::Truncated, bytes.len())),
    }
}

fn unicode_escape(
    bytes: &[u8],
    at: usize,
    options: &Options,
    mending: &mut Mending<'_>,
) -> Result<(char, usize), JsonError> {
    let digits = bytes.get(at + 2..(at + 6).min(bytes.len())).unwrap_or_default();
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return Err(JsonError::new(JsonErrorKind::BadEscape, at));
    }
    if digits.len() < 4 {
        return Err(JsonError::new(JsonErrorKind::Truncated, bytes.len()));
    }
    let (character, len) = unicode(bytes.get(at + 1..).unwrap_or_default());
    let character = match character {
        Some(character) => character,
        None if options.tolerates(Tolerance::LoneSurrogates) => {
            mending.note(RepairKind::LoneSurrogate, at);
            char::REPLACEMENT_CHARACTER
        }
        None => return Err(JsonError::new(JsonErrorKind::LoneSurrogate, at)),
    };
    Ok((character, at + 1 + len))
}
