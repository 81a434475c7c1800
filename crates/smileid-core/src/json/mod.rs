//! The tolerant JSON reader: a pull reader with levels, repairs and limits. It knows nothing of Smile ID.

#![expect(
    clippy::inline_always,
    reason = "the few steps that every token takes: left to itself the compiler calls some of them"
)]

mod de;
mod decode;
mod error;
mod keys;
mod number;
mod options;
mod reader;
mod repairs;
mod respell;
mod scan;
mod sorted;
mod state;
mod steps;
mod string;
mod transcode;
mod value;
mod write;

pub use self::decode::{Decoded, from_slice, from_slice_with, from_str, from_str_with};
pub use self::error::{JsonError, JsonErrorKind};
pub use self::number::{Number, is_number};
pub use self::options::{DuplicateKeys, Limits, Options, Tolerance};
pub use self::reader::{JsonType, Reader};
pub use self::repairs::{Repair, RepairKind, Repairs};
pub use self::string::{Span, Str, unescape};
pub use self::transcode::Checked;
pub use self::value::{NumberText, Value};
pub use self::write::write_str;

/// The error of a body that is longer than `limit`.
pub(crate) const fn too_large(limit: usize) -> JsonError {
    JsonError::new(JsonErrorKind::TooLarge, limit)
}

/// The error of a body that is UTF-8 up to `offset` and no further.
pub(crate) const fn utf8_error(offset: usize) -> JsonError {
    JsonError::new(JsonErrorKind::InvalidUtf8, offset)
}
