//! A document as strict JSON: only its syntax is mended; values, digits, order and unknown fields stay. No tree is built.

use alloc::string::String;
use core::fmt::{self, Write};

use super::error::JsonError;
use super::options::Options;
use super::reader::{JsonType, Reader};
use super::repairs::{Repair, Repairs};
use super::respell::write_respelt;
use super::state::check_utf8;
use super::string::Str;

/// A document that was read to its end once and can be written as strict JSON in a second pass.
///
/// Two passes, so that nothing is written of a document that is refused at its last byte, and so that no copy is kept meanwhile.
///
/// ```
/// use lenient_json::{Checked, Options};
/// let checked = Checked::new(br#"{"n": 1.50, "a": [1,],}"#, Options::DOCUMENTED)?;
/// assert_eq!(checked.to_json(), r#"{"n": 1.50, "a": [1]}"#.replace(": ", ":").replace(", ", ","));
/// assert_eq!(checked.repairs().count(), 2);
/// # Ok::<(), lenient_json::JsonError>(())
/// ```
#[derive(Debug)]
pub struct Checked<'a> {
    text: &'a str,
    options: Options,
    repairs: Repairs,
}

impl<'a> Checked<'a> {
    /// Reads the whole of `bytes` and keeps nothing but the repairs.
    ///
    /// # Errors
    /// The first thing that is not tolerated, with its offset.
    pub fn new(bytes: &'a [u8], options: Options) -> Result<Self, JsonError> {
        Self::refusing_twice(bytes, options, |_| false)
    }

    /// Refuses a second key for which `unique` is true, in every object, even if duplicates are otherwise skipped.
    ///
    /// # Errors
    /// As [`Checked::new`].
    pub fn refusing_twice(bytes: &'a [u8], options: Options, unique: fn(&str) -> bool) -> Result<Self, JsonError> {
        let text = check_utf8(bytes, &options)?;
        let mut reader = Reader::new(text, options)?;
        reader.unique = unique;
        reader.skip_value()?;
        let repairs = reader.finish()?;
        Ok(Self { text, options, repairs })
    }

    /// Returns what was repaired.
    #[must_use]
    pub const fn repairs(&self) -> &Repairs {
        &self.repairs
    }

    /// Writes the document to `out`, without white space between its pieces.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut (impl Write + ?Sized)) -> fmt::Result {
        copy(&mut Reader::unstarted(self.text, self.options), out)
    }

    /// Writes the document, and reports every repair as it is met. [`Checked::repairs`] keeps the places of the first sixteen
    /// only.
    ///
    /// ```
    /// use lenient_json::{Checked, Options};
    /// let checked = Checked::new(br#"{"a": [1,],}}"#, Options::DOCUMENTED)?;
    /// let (mut json, mut offsets) = (String::new(), Vec::new());
    /// checked.write_telling(&mut json, &mut |repair| offsets.push(repair.offset)).unwrap();
    /// assert_eq!((json.as_str(), offsets.as_slice()), (r#"{"a":[1]}"#, &[8, 10, 12][..]));
    /// # Ok::<(), lenient_json::JsonError>(())
    /// ```
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_telling(
        &self,
        out: &mut (impl Write + ?Sized),
        on_repair: &mut (dyn FnMut(Repair) + Send + Sync),
    ) -> fmt::Result {
        let mut reader = Reader::unstarted(self.text, self.options);
        reader.mending.on_repair = Some(on_repair);
        copy(&mut reader, out)
    }

    /// Returns the document as one text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::with_capacity(self.text.len());
        // A `String` takes whatever is written to it, and the document was read before.
        let _written = self.write(&mut out);
        out
    }
}

/// Copies one value, iteratively: what is open is known to the reader, which of it is an object to one bit per level.
fn copy(reader: &mut Reader<'_>, out: &mut (impl Write + ?Sized)) -> fmt::Result {
    reader.start().map_err(unwritten)?;
    let (mut depth, mut objects, mut first) = (0u32, 0u64, true);
    loop {
        match reader.peek().map_err(unwritten)? {
            JsonType::Object => {
                reader.begin_object().map_err(unwritten)?;
                objects |= 1 << depth;
                (depth, first) = (depth + 1, true);
                out.write_char('{')?;
            }
            JsonType::Array => {
                reader.begin_array().map_err(unwritten)?;
                objects &= !(1 << depth);
                (depth, first) = (depth + 1, true);
                out.write_char('[')?;
            }
            JsonType::String => write_string(out, &reader.string().map_err(unwritten)?)?,
            JsonType::Number => out.write_str(reader.number().map_err(unwritten)?.text())?,
            JsonType::Bool => out.write_str(if reader.boolean().map_err(unwritten)? { "true" } else { "false" })?,
            JsonType::Null => {
                reader.null().map_err(unwritten)?;
                out.write_str("null")?;
            }
        }
        loop {
            let Some(open) = depth.checked_sub(1) else { return reader.end_document().map_err(unwritten) };
            let object = objects >> open & 1 == 1;
            let key = if object { reader.next_key().map_err(unwritten)? } else { None };
            let more = if object { key.is_some() } else { reader.next_element().map_err(unwritten)? };
            if more && !first {
                out.write_char(',')?;
            }
            first = false;
            if let Some(key) = key {
                write_string(out, &key)?;
                out.write_char(':')?;
            }
            if more {
                break;
            }
            out.write_char(if object { '}' } else { ']' })?;
            depth = open;
        }
    }
}

/// The document was read to its end before: no error of the reader can come here.
fn unwritten(_: JsonError) -> fmt::Error {
    fmt::Error
}

/// Strings are copied as they are spelt, but for what only a lax reader takes.
fn write_string(out: &mut (impl Write + ?Sized), string: &Str<'_>) -> fmt::Result {
    let raw = string.raw();
    out.write_char('"')?;
    if string.is_escaped() || raw.bytes().any(|b| b < 0x20) {
        write_respelt(out, raw)?;
    } else {
        out.write_str(raw)?;
    }
    out.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::borrow::ToOwned;

    fn json(text: &str, options: Options) -> String {
        Checked::new(text.as_bytes(), options).unwrap().to_json()
    }

    #[test]
    fn only_the_syntax_changes() {
        let cases = [
            (
                r#" { "a" : [ 1.50 , -0 , 1E+3, ] , "a\u0062" : "\/\u00e9\ud83d\ude00" , } } "#,
                r#"{"a":[1.50,-0,1E+3],"a\u0062":"\/\u00e9\ud83d\ude00"}"#,
            ),
            ("\u{FEFF}[ ]", "[]"),
            ("[[],{},[{}],null,true,false]", "[[],{},[{}],null,true,false]"),
            (" 18446744073709551616.000 ", "18446744073709551616.000"),
        ];
        for (from, to) in cases {
            assert_eq!(json(from, Options::DOCUMENTED), to);
            assert_eq!(json(to, Options::STRICT), to, "what is written is strict and stays the same");
        }
    }

    #[test]
    fn lax_deviations_become_strict_too() {
        let from = "{\"a\":\"x\ty\\ud800\", // c\n \"a\": 2, \"b\": \"\u{FFFD}\"}}}";
        assert_eq!(json(from, Options::LAX), "{\"a\":\"x\\ty\u{FFFD}\",\"b\":\"\u{FFFD}\"}");
    }

    #[test]
    fn every_repair_is_told_and_only_the_first_are_kept() {
        let text = "\u{FEFF}{\"a\":[1,],\"a\":\"\\ud800\t\",/**/".to_owned() + &"//\n".repeat(99) + "}}/**/";
        let checked = Checked::new(text.as_bytes(), Options::LAX).unwrap();
        let (mut json, mut found) = (String::new(), alloc::vec::Vec::new());
        checked.write_telling(&mut json, &mut |repair| found.push(repair)).unwrap();
        assert_eq!((json.as_str(), found.len()), (r#"{"a":[1]}"#, checked.repairs().count()));
        assert_eq!(found.get(..Repairs::KEPT), Some(checked.repairs().list()));
        assert_eq!(found.last().map(|r| r.offset), Some(text.len() - 4));
    }

    #[test]
    fn keys_that_must_be_unique_are_refused_at_any_depth() {
        let check = |text: &'static str| Checked::refusing_twice(text.as_bytes(), Options::LAX, |key| key == "code");
        assert_eq!(check(r#"{"a":1,"a":{"b":1,"b":2}}"#).unwrap().to_json(), r#"{"a":1}"#);
        for (text, offset) in [(r#"{"code":1,"c\u006fde":2}"#, 10), (r#"{"a":1,"a":[{"code":1,"code":2}]}"#, 22)] {
            let error = check(text).unwrap_err();
            assert_eq!((error.kind(), error.offset()), (crate::JsonErrorKind::DuplicateKey, offset));
        }
    }

    #[test]
    fn nothing_is_made_of_a_refused_document() {
        assert!(Checked::new(b"{\"a\":1", Options::LAX).is_err());
        assert!(Checked::new(b"[1]]", Options::DOCUMENTED).is_err());
    }
}
