//! The reader's small steps: white space, comments, commas and closers, and which error stands where. What is asked for is `reader.rs`'s.

use super::error::{JsonError, JsonErrorKind as E};
use super::options::Tolerance;
use super::reader::{BYTE_ORDER_MARK, Expect, Frame, Reader};
use super::repairs::RepairKind;

impl Reader<'_> {
    #[inline]
    pub(super) fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    pub(super) const fn in_object(&self) -> bool {
        self.depth > 0 && self.objects >> (self.depth - 1) & 1 == 1
    }

    /// Passes over white space and comments, and gives the byte behind them.
    #[inline]
    pub(super) fn space(&mut self) -> Result<Option<u8>, JsonError> {
        loop {
            match self.byte() {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(b'/') => self.comment()?,
                other => return Ok(other),
            }
        }
    }

    #[cold]
    fn comment(&mut self) -> Result<(), JsonError> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let len = match rest.as_bytes().get(1) {
            Some(b'/') => rest.find('\n').unwrap_or(rest.len()),
            Some(b'*') => match rest.get(2..).and_then(|r| r.find("*/")) {
                Some(end) => end + 4,
                None => return Err(JsonError::new(E::Truncated, self.text.len())),
            },
            _ => return Err(self.error(E::ExpectedValue)),
        };
        if !self.options.tolerates(Tolerance::Comments) {
            return Err(self.error(E::Comment));
        }
        self.mending.note(RepairKind::Comment, self.at);
        self.at += len;
        Ok(())
    }

    /// The first byte of the value that must come next.
    #[inline]
    pub(super) fn value_byte(&mut self) -> Result<u8, JsonError> {
        if self.expect != Expect::Value {
            return Err(self.error(E::Misuse));
        }
        match self.space()? {
            Some(byte) => Ok(byte),
            None => Err(self.nothing()),
        }
    }

    #[inline]
    pub(super) fn value_done(&mut self) {
        self.expect = if self.depth == 0 { Expect::End } else { Expect::CommaOrCloser };
    }

    #[inline]
    pub(super) fn begin(&mut self, opener: u8) -> Result<(), JsonError> {
        if self.value_byte()? != opener {
            return Err(self.wrong_type());
        }
        if self.depth >= usize::from(self.options.limits.max_depth) {
            return Err(self.error(E::TooDeep));
        }
        let Some(frame) = self.frames.get_mut(self.depth) else { return Err(self.error(E::TooDeep)) };
        *frame = Frame { mark: u8::try_from(self.keys.mark()).unwrap_or(u8::MAX), members: 0 };
        self.depth += 1;
        self.at += 1;
        self.expect = Expect::FirstOrCloser;
        Ok(())
    }

    /// Whether another element follows in the container; passes over the comma before it, or over the closer.
    #[inline]
    pub(super) fn more(&mut self, closer: u8, missing: E) -> Result<bool, JsonError> {
        let Some(next) = self.space()? else { return Err(JsonError::new(E::Truncated, self.text.len())) };
        if next == closer && matches!(self.expect, Expect::FirstOrCloser | Expect::CommaOrCloser) {
            self.end();
            return Ok(false);
        }
        match self.expect {
            Expect::FirstOrCloser if next == b',' => return Err(self.error(missing)),
            Expect::FirstOrCloser => return Ok(true),
            Expect::CommaOrCloser if next == b',' => {}
            Expect::CommaOrCloser => return Err(self.error(E::ExpectedCommaOrCloser)),
            Expect::Value | Expect::End => return Err(self.error(E::Misuse)),
        }
        let comma = self.at;
        self.at += 1;
        match self.space()? {
            Some(byte) if byte == closer => {
                if !self.options.tolerates(Tolerance::TrailingComma) {
                    return Err(JsonError::new(E::TrailingComma, comma));
                }
                self.mending.note(RepairKind::TrailingComma, comma);
                self.end();
                Ok(false)
            }
            Some(b',') => Err(self.error(missing)),
            Some(_) => Ok(true),
            None => Err(JsonError::new(E::Truncated, self.text.len())),
        }
    }

    /// Passes over the closer of the innermost container.
    #[inline]
    fn end(&mut self) {
        self.at += 1;
        if self.in_object() {
            let mark = self.frames.get(self.depth - 1).map_or(0, |f| usize::from(f.mark));
            self.keys.close(self.depth, mark);
        }
        self.depth -= 1;
        self.value_done();
    }

    #[inline]
    pub(super) fn word(&mut self, word: &str) -> Result<(), JsonError> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return Err(if word.as_bytes().starts_with(rest) {
                self.nothing_at_end()
            } else {
                self.error(E::ExpectedValue)
            });
        }
        self.at += word.len();
        self.value_done();
        Ok(())
    }

    #[cold]
    pub(super) const fn error(&self, kind: E) -> JsonError {
        JsonError::new(kind, self.at)
    }

    #[cold]
    pub(super) fn error_or_truncated(&self, kind: E) -> JsonError {
        if self.byte().is_none() { self.nothing_at_end() } else { self.error(kind) }
    }

    #[cold]
    const fn nothing_at_end(&self) -> JsonError {
        JsonError::new(E::Truncated, self.text.len())
    }

    /// The text is over where a value must be: it is empty, blank, or cut short.
    #[cold]
    fn nothing(&self) -> JsonError {
        let kind = match self.depth {
            0 if self.text.trim_start_matches(BYTE_ORDER_MARK).is_empty() => E::Empty,
            0 if self.text.trim_start_matches(BYTE_ORDER_MARK).bytes().all(|b| b" \t\r\n".contains(&b)) => E::Blank,
            _ => E::Truncated,
        };
        JsonError::new(kind, self.text.len())
    }

    #[cold]
    pub(super) fn no_value(&self) -> JsonError {
        let html = self.depth == 0 && self.byte() == Some(b'<');
        self.error(if html { E::Html } else { E::ExpectedValue })
    }

    /// A value stands there, and it is not of the type that was asked for; or none stands there at all.
    #[cold]
    pub(super) fn wrong_type(&mut self) -> JsonError {
        match self.peek() {
            Ok(_) => self.error(E::UnexpectedType),
            Err(error) => error,
        }
    }
}
