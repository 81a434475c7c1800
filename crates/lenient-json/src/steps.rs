//! The reader's small steps: white space, comments, commas and closers, and their errors. The public methods are in `reader.rs`.

use alloc::borrow::Cow;
use alloc::string::String;

use super::error::{JsonError, JsonErrorKind as E};
use super::keys::plain_key;
use super::options::{DuplicateKeys, Tolerance};
use super::reader::Reader;
use super::repairs::RepairKind;
use super::scan::plain_end;
use super::state::{BYTE_ORDER_MARK, Expect, Frame};
use super::string::{self, Str};

impl<'a> Reader<'a> {
    /// Returns the next byte, or 0 at the end of the text; no token contains 0.
    #[inline]
    pub(super) fn byte(&self) -> u8 {
        byte_at(self.text.as_bytes(), self.at)
    }

    #[inline]
    pub(super) fn in_object(&self) -> bool {
        self.frame.then == Expect::NextKey
    }

    /// Counts bytes that were looked at, for the tests of linear work.
    #[inline]
    pub(super) const fn worked(&mut self, bytes: usize) {
        if cfg!(feature = "count-work") {
            self.mending.work += bytes as u64;
        }
    }

    /// Passes over white space and comments, and gives the byte behind them; 0 where the text is over.
    #[inline(always)]
    pub(super) fn space(&mut self) -> Result<u8, JsonError> {
        let bytes = self.text.as_bytes();
        let at = space_end(bytes, self.at);
        self.worked(at - self.at);
        self.at = at;
        match byte_at(bytes, at) {
            b'/' => self.comments(),
            byte => Ok(byte),
        }
    }

    #[cold]
    fn comments(&mut self) -> Result<u8, JsonError> {
        loop {
            match self.byte() {
                b' ' | b'\n' | b'\r' | b'\t' => {
                    self.worked(1);
                    self.at += 1;
                }
                b'/' => self.comment()?,
                other => return Ok(other),
            }
        }
    }

    fn comment(&mut self) -> Result<(), JsonError> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let len = match rest.as_bytes().get(1) {
            Some(b'/') => rest.find('\n').unwrap_or(rest.len()),
            Some(b'*') => match rest.get(2..).and_then(|r| r.find("*/")) {
                Some(end) => end + 4,
                None => return Err(self.truncated()),
            },
            _ => return Err(self.refused(E::ExpectedValue, self.at)),
        };
        if !self.options.tolerates(Tolerance::Comments) {
            return Err(self.refused(E::Comment, self.at));
        }
        self.mending.note(RepairKind::Comment, self.at);
        self.worked(len);
        self.at += len;
        Ok(())
    }

    /// The first byte of the value that must come next.
    #[inline(always)]
    pub(super) fn value_byte(&mut self) -> Result<u8, JsonError> {
        if self.expect != Expect::Value {
            return Err(self.misused());
        }
        let byte = self.space();
        self.token_start = self.at;
        byte
    }

    #[inline]
    pub(super) const fn value_done(&mut self) {
        self.expect = self.frame.then;
    }

    /// Enters a container, in which `first` comes next and `then` after each value.
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "bodies over 16 MiB are refused before any container is entered"
    )]
    pub(super) fn begin(&mut self, opener: u8, first: Expect, then: Expect) -> Result<(), JsonError> {
        if self.value_byte()? != opener {
            return Err(self.wrong_type());
        }
        let around = self.around.get_mut(self.depth);
        let Some(around) = around.filter(|_| self.depth < usize::from(self.options.limits.max_depth)) else {
            return Err(self.refused(E::TooDeep, self.at));
        };
        *around = self.frame;
        self.frame = Frame { known: self.keys.open(), members: 0, start: self.at as u32, then };
        self.depth += 1;
        self.at += 1;
        self.expect = first;
        Ok(())
    }

    /// Whether another element follows in the container; passes over the comma before it, or over the closer.
    #[inline]
    pub(super) fn more(&mut self, first: Expect, next: Expect, closer: u8) -> Result<bool, JsonError> {
        let mut byte = self.space()?;
        if self.expect == next && byte == b',' {
            let comma = self.at;
            self.at += 1;
            byte = self.space()?;
            if byte == closer {
                self.trailing_comma(comma)?;
                self.end();
                return Ok(false);
            }
        } else if (self.expect == next || self.expect == first) && byte == closer {
            self.end();
            return Ok(false);
        } else if self.expect != first {
            return Err(self.no_element(next));
        }
        // An object's key is checked next; the caller reads an array's element.
        if byte == b',' || byte == 0 && self.at == self.text.len() {
            return Err(self.truncated_or(if closer == b'}' { E::ExpectedKey } else { E::ExpectedValue }));
        }
        Ok(true)
    }

    #[cold]
    fn trailing_comma(&mut self, comma: usize) -> Result<(), JsonError> {
        if !self.options.tolerates(Tolerance::TrailingComma) {
            return Err(self.refused(E::TrailingComma, comma));
        }
        self.mending.note(RepairKind::TrailingComma, comma);
        Ok(())
    }

    /// Whether the object ends here, as it mostly does where no usual key comes; passes over its closer.
    #[inline(always)]
    pub(super) fn usual_end(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        let at = space_end(bytes, self.at);
        let ends = matches!(self.expect, Expect::FirstKey | Expect::NextKey) && byte_at(bytes, at) == b'}';
        if ends {
            self.worked(at - self.at);
            self.at = at;
            self.end();
        }
        ends
    }

    /// Passes over the closer of the innermost container.
    #[inline(always)]
    fn end(&mut self) {
        self.at += 1;
        if self.in_object() {
            self.keys.close(self.depth, self.frame.known);
        }
        self.depth -= 1;
        self.closed = self.frame.start;
        self.frame = self.around.get(self.depth).copied().unwrap_or(self.frame);
        self.value_done();
    }

    /// The key without escapes, its fingerprint and the place behind its colon, where just such a key and a colon come next.
    #[inline(always)]
    pub(super) fn usual_key(&self) -> Option<(Str<'a>, u32, usize)> {
        let bytes = self.text.as_bytes();
        let behind_comma = match self.expect {
            Expect::NextKey if byte_at(bytes, self.at) == b',' => self.at + 1,
            Expect::FirstKey => self.at,
            _ => return None,
        };
        let quote = space_end(bytes, behind_comma);
        if byte_at(bytes, quote) != b'"' {
            return None;
        }
        let (end, print) = plain_key(bytes, quote + 1);
        if bytes.get(end..).and_then(<[u8]>::first_chunk) != Some(b"\":") {
            return None;
        }
        Some((string::str_of(self.text, quote + 1, end, false), print, end + 2))
    }

    /// Reads a key and its colon.
    pub(super) fn key(&mut self) -> Result<Str<'a>, JsonError> {
        if self.byte() != b'"' {
            return Err(self.refused(E::ExpectedKey, self.at));
        }
        self.token_start = self.at;
        let key = self.quoted()?;
        if self.space()? != b':' {
            return Err(self.truncated_or(E::ExpectedColon));
        }
        self.at += 1;
        self.expect = Expect::Value;
        Ok(key)
    }

    /// Reads the string whose first quote comes next.
    #[inline(always)]
    pub(super) fn quoted(&mut self) -> Result<Str<'a>, JsonError> {
        let (text, from) = (self.text, self.at + 1);
        let end = plain_end(text.as_bytes(), from);
        self.worked(end - self.at);
        if text.as_bytes().get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(string::str_of(text, from, end, false));
        }
        self.quoted_special(from, end)
    }

    #[inline(never)]
    fn quoted_special(&mut self, from: usize, first: usize) -> Result<Str<'a>, JsonError> {
        match string::end_of(self.text, from, first, &self.options, &mut self.mending) {
            Ok((end, escaped)) => {
                self.worked(end - first);
                self.at = end + 1;
                Ok(string::str_of(self.text, from, end, escaped))
            }
            Err(error) => Err(self.refuse(error)),
        }
    }

    /// The same, and its text: in one pass, where [`Str::text`] would be a second.
    #[inline(always)]
    pub(super) fn quoted_text(&mut self) -> Result<Cow<'a, str>, JsonError> {
        let (text, from) = (self.text, self.at + 1);
        let end = plain_end(text.as_bytes(), from);
        self.worked(end - self.at);
        if text.as_bytes().get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(Cow::Borrowed(string::part(text, from, end)));
        }
        self.special_text(from, end).map(Cow::Owned)
    }

    #[inline(never)]
    fn special_text(&mut self, from: usize, first: usize) -> Result<String, JsonError> {
        match string::text_of(self.text, from, first, &self.options, &mut self.mending) {
            Ok((end, text)) => {
                self.worked(end - first);
                self.at = end + 1;
                Ok(text)
            }
            Err(error) => Err(self.refuse(error)),
        }
    }

    /// Passes over the value of a key that its object has already, where that is tolerated.
    #[cold]
    pub(super) fn pass_over_duplicate(
        &mut self,
        raw: &'a str,
        place: usize,
        known: &dyn Fn(&str) -> bool,
    ) -> Result<(), JsonError> {
        let key = Str { raw, place };
        let quote = key.quote();
        let refused = |key: &str| known(key) || (self.unique)(key);
        if self.options.duplicate_keys == DuplicateKeys::Refuse || refused(&key.text()) {
            return Err(self.refused(E::DuplicateKey, quote));
        }
        self.mending.note(RepairKind::DuplicateKey, quote);
        self.skip_value().map(drop)
    }

    #[inline]
    pub(super) fn word(&mut self, word: &str) -> Result<(), JsonError> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return Err(self.no_word(word));
        }
        self.worked(word.len());
        self.at += word.len();
        self.value_done();
        Ok(())
    }

    #[cold]
    fn no_word(&mut self, word: &str) -> JsonError {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if word.as_bytes().starts_with(rest) { self.truncated() } else { self.refused(E::ExpectedValue, self.at) }
    }

    /// An error behind which reading can go on: something else was asked for than there is.
    #[cold]
    pub(super) const fn error(&self, kind: E) -> JsonError {
        JsonError::new(kind, self.at)
    }

    /// The error that refuses the document: nothing is read behind it.
    #[cold]
    pub(super) const fn refuse(&mut self, error: JsonError) -> JsonError {
        self.expect = Expect::Nothing;
        self.failed = Some(error);
        error
    }

    /// The error of a call that is not in order.
    #[cold]
    pub(super) fn misused(&self) -> JsonError {
        self.failed.unwrap_or_else(|| self.error(E::Misuse))
    }

    #[cold]
    pub(super) const fn refused(&mut self, kind: E, offset: usize) -> JsonError {
        self.refuse(JsonError::new(kind, offset))
    }

    #[cold]
    const fn truncated(&mut self) -> JsonError {
        self.refused(E::Truncated, self.text.len())
    }

    #[cold]
    fn truncated_or(&mut self, kind: E) -> JsonError {
        if self.at >= self.text.len() { self.truncated() } else { self.refused(kind, self.at) }
    }

    /// A comma or a closer is missing, or the caller asked for an element when there can be none.
    #[cold]
    fn no_element(&mut self, next: Expect) -> JsonError {
        if self.expect == next { self.truncated_or(E::ExpectedCommaOrCloser) } else { self.misused() }
    }

    /// A value is missing.
    #[cold]
    pub(super) fn no_value(&mut self) -> JsonError {
        if self.at < self.text.len() {
            let html = self.depth == 0 && self.byte() == b'<';
            return self.refused(if html { E::Html } else { E::ExpectedValue }, self.at);
        }
        // The text is over: it is empty, blank, or cut short.
        let text = self.text.trim_start_matches(BYTE_ORDER_MARK);
        let kind = match self.depth {
            0 if text.is_empty() => E::Empty,
            0 if text.bytes().all(|b| b" \t\r\n".contains(&b)) => E::Blank,
            _ => E::Truncated,
        };
        self.refused(kind, self.text.len())
    }

    /// The value is not of the type that the caller asked for, or is missing.
    #[cold]
    pub(super) fn wrong_type(&mut self) -> JsonError {
        match self.peek() {
            Ok(_) => self.error(E::UnexpectedType),
            Err(error) => error,
        }
    }
}

/// The place behind white space.
#[inline(always)]
fn space_end(bytes: &[u8], at: usize) -> usize {
    // There is mostly one byte of it or none.
    if !is_space(byte_at(bytes, at)) {
        at
    } else if !is_space(byte_at(bytes, at + 1)) {
        at + 1
    } else {
        more_space(bytes, at + 2)
    }
}

#[inline(never)]
fn more_space(bytes: &[u8], mut at: usize) -> usize {
    while is_space(byte_at(bytes, at)) {
        at += 1;
    }
    at
}

#[inline(always)]
const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

#[inline(always)]
fn byte_at(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(0)
}
