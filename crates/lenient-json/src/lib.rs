//! A tolerant JSON reader that reports every repair, and refuses what could be read in two ways.
//!
//! Some services send JSON that is nearly JSON: a trailing comma, a closing brace too many, a byte-order mark. A strict parser loses
//! the whole document. Most lenient parsers guess silently. This one accepts a short list of deviations from RFC 8259, reports each
//! one that it met with its byte offset, and refuses everything else: truncation, a second root, duplicate keys, bad UTF-8.
//!
//! ```
//! let decoded = lenient_json::from_str::<Vec<&str>>(r#"["0814", "2302",]"#)?;
//! assert_eq!(decoded.value, ["0814", "2302"]);
//! assert_eq!(decoded.repairs.list()[0].offset, 15);
//! # Ok::<(), lenient_json::JsonError>(())
//! ```
//!
//! # Which entry point
//!
//! | you want | use |
//! |---|---|
//! | a type that implements `Deserialize` | [`from_str`], [`from_slice`], and `…_with` to choose [`Options`] |
//! | a tree that keeps every digit as written | [`Value`] |
//! | one pass without a tree | [`Reader`] |
//! | strict JSON out of sloppy JSON | [`Checked`] |
//!
//! The crate is `no_std` + `alloc` and safe Rust only. Its one dependency is `serde`.
#![no_std]
#![warn(clippy::std_instead_of_alloc)]
#![expect(
    clippy::inline_always,
    reason = "the few steps that every token takes: left to itself the compiler calls some of them"
)]

extern crate alloc;

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
mod start;
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
pub use self::state::into_text;
pub use self::string::{Span, Str, unescape};
pub use self::transcode::Checked;
pub use self::value::{NumberText, Value};
pub use self::write::write_str;
