//! The reader's state: what must come next, and what is kept of open containers.

use alloc::string::String;
use alloc::vec::Vec;

use super::error::{JsonError, JsonErrorKind as E};
use super::keys::Known;
use super::options::{Limits, Options};

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
    pub(super) const OUTSIDE: Self = Self { known: Known::NONE, members: 0, start: 0, then: Expect::End };
}

/// Converts bytes to text without a copy, for a reader that needs the text later.
///
/// ```
/// use lenient_json::{JsonErrorKind, Options, into_text};
/// assert_eq!(into_text(b"{}".to_vec(), &Options::DOCUMENTED)?, "{}");
/// assert_eq!(into_text(vec![b'"', 0xFF], &Options::DOCUMENTED).unwrap_err().kind(), JsonErrorKind::InvalidUtf8);
/// # Ok::<(), lenient_json::JsonError>(())
/// ```
///
/// # Errors
/// Fails if there are more bytes than the limit allows, or they are not UTF-8.
pub fn into_text(bytes: Vec<u8>, options: &Options) -> Result<String, JsonError> {
    if bytes.len() > options.limits.max_bytes {
        return Err(JsonError::new(E::TooLarge, options.limits.max_bytes));
    }
    String::from_utf8(bytes).map_err(|e| JsonError::new(E::InvalidUtf8, e.utf8_error().valid_up_to()))
}

/// The bytes as text.
pub(super) fn check_utf8<'a>(bytes: &'a [u8], options: &Options) -> Result<&'a str, JsonError> {
    if bytes.len() > options.limits.max_bytes {
        return Err(JsonError::new(E::TooLarge, options.limits.max_bytes));
    }
    core::str::from_utf8(bytes).map_err(|e| JsonError::new(E::InvalidUtf8, e.valid_up_to()))
}
