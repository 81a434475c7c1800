//! The entry points that read well alone: a text or bytes in, a value and what had to be mended out.

use serde::de::Deserialize;

use super::error::JsonError;
use super::options::Options;
use super::reader::Reader;
use super::repairs::Repairs;
use super::state::check_utf8;

/// A value, and the repairs of the document it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<T> {
    /// The value.
    pub value: T,
    /// The deviations from RFC 8259 that were tolerated.
    pub repairs: Repairs,
}

/// Reads a whole document into a `T`, tolerating what [`Options::DOCUMENTED`] does.
///
/// Nothing is left unsaid: every deviation is among the repairs, with its kind and byte offset. Duplicate keys are refused in every
/// object, whatever the type makes of them.
///
/// ```
/// use lenient_json as json;
/// let decoded = json::from_str::<Vec<&str>>(r#"["0814", "2302",]"#)?;
/// assert_eq!(decoded.value, ["0814", "2302"]);
/// assert_eq!(decoded.repairs.list()[0].offset, 15);
/// # Ok::<(), json::JsonError>(())
/// ```
///
/// # Errors
/// The first thing that is not tolerated, or that a `T` does not take, with its kind and offset; never a value of the document.
pub fn from_str<'a, T: Deserialize<'a>>(text: &'a str) -> Result<Decoded<T>, JsonError> {
    from_str_with(text, Options::DOCUMENTED)
}

/// Reads a whole document into a `T`, tolerating what `options` say.
///
/// # Errors
/// As [`from_str`].
pub fn from_str_with<'a, T: Deserialize<'a>>(text: &'a str, options: Options) -> Result<Decoded<T>, JsonError> {
    let mut reader = Reader::unstarted(text, options);
    reader.start()?;
    let value = reader.value()?;
    reader.end_document()?;
    Ok(Decoded { value, repairs: reader.mending.repairs })
}

/// Reads a whole document from bytes. They are checked to be UTF-8 once, as a whole.
///
/// # Errors
/// As [`from_str`], and where the bytes are not UTF-8.
pub fn from_slice<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<Decoded<T>, JsonError> {
    from_slice_with(bytes, Options::DOCUMENTED)
}

/// Reads a whole document from bytes, tolerating what `options` say.
///
/// # Errors
/// As [`from_slice`].
pub fn from_slice_with<'a, T: Deserialize<'a>>(bytes: &'a [u8], options: Options) -> Result<Decoded<T>, JsonError> {
    from_str_with(check_utf8(bytes, &options)?, options)
}
