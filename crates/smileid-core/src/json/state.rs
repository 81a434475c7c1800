//! The reader's state and how it begins: what must come next, what is kept of open containers, the first look at a text.

use super::error::{JsonError, JsonErrorKind as E};
use super::keys::{Keys, Known};
use super::options::{Limits, Options, Tolerance};
use super::reader::Reader;
use super::repairs::{Mending, RepairKind};

pub(super) const MAX_DEPTH: usize = Limits::HARD_MAX_DEPTH as usize;
pub(super) const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// What must come next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Expect {
    /// The first, so that a new reader is all zeros.
    End,
    Value,
    /// A key, or the object's closer.
    FirstKey,
    /// A comma and a key, or the object's closer.
    NextKey,
    /// An element, or the array's closer.
    FirstElement,
    /// A comma and an element, or the array's closer.
    NextElement,
    /// Nothing: the document was refused, and every call gives the same error again.
    Nothing,
}

/// What is kept of an open container.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    /// Its keys.
    pub(super) known: Known,
    pub(super) members: u32,
    /// Where it begins.
    pub(super) start: u32,
    /// What comes after a value in it.
    pub(super) then: Expect,
}

impl Frame {
    /// Around the root.
    const OUTSIDE: Self = Self { known: Known::NONE, members: 0, start: 0, then: Expect::End };
}

impl<'a> Reader<'a> {
    /// A reader that has not looked at its text yet: what comes next is [`Reader::check_beginning`]. Two steps, because a reader is
    /// large, and one in a `Result` is moved.
    #[inline]
    pub(crate) const fn unchecked(text: &'a str, options: Options) -> Self {
        Self {
            text,
            at: 0,
            expect: Expect::Value,
            root_is_object: false,
            closed: 0,
            begun: 0,
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

    #[inline]
    pub(crate) fn check_beginning(&mut self) -> Result<(), JsonError> {
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

/// The bytes as text.
pub(super) fn check_utf8<'a>(bytes: &'a [u8], options: &Options) -> Result<&'a str, JsonError> {
    if bytes.len() > options.limits.max_bytes {
        return Err(JsonError::new(E::TooLarge, options.limits.max_bytes));
    }
    core::str::from_utf8(bytes).map_err(|e| JsonError::new(E::InvalidUtf8, e.valid_up_to()))
}
