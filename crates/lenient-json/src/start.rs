//! How a reader starts: all zeros, then a first look at its text.

use super::error::{JsonError, JsonErrorKind as E};
use super::keys::Keys;
use super::options::{Options, Tolerance};
use super::reader::Reader;
use super::repairs::{Mending, RepairKind};
use super::state::{BYTE_ORDER_MARK, Expect, Frame, MAX_DEPTH};

impl<'a> Reader<'a> {
    /// Creates a reader that has not looked at its text yet: call [`Reader::start`] next.
    ///
    /// A reader is about two kilobytes large. [`Reader::new`] returns it in a `Result`, which moves it; use this to keep a reader inside
    /// a type of your own.
    #[must_use]
    #[inline]
    pub const fn unstarted(text: &'a str, options: Options) -> Self {
        Self {
            text,
            at: 0,
            expect: Expect::Value,
            root_is_object: false,
            closed: 0,
            token_start: 0,
            failed: None,
            depth: 0,
            frame: Frame::OUTSIDE,
            around: [Frame::OUTSIDE; MAX_DEPTH],
            keys: Keys::new(),
            mending: Mending::new(),
            options,
            unique: |_| false,
        }
    }

    /// Checks the text's length and its byte-order mark. Call it once, on a reader from [`Reader::unstarted`].
    ///
    /// # Errors
    /// Fails if the text is longer than the limit, or starts with a byte-order mark that is not tolerated.
    #[inline]
    pub fn start(&mut self) -> Result<(), JsonError> {
        if self.text.len() > self.options.limits.max_bytes {
            return Err(self.refused(E::TooLarge, self.options.limits.max_bytes));
        }
        if self.text.starts_with(BYTE_ORDER_MARK) {
            if !self.options.tolerates(Tolerance::ByteOrderMark) {
                return Err(self.refused(E::ByteOrderMark, 0));
            }
            self.mending.note(RepairKind::ByteOrderMark, 0);
            self.at = BYTE_ORDER_MARK.len();
        }
        Ok(())
    }
}
