//! A small owned value tree: order, every digit and unknown members are kept. For a type's own fields serde's face is faster.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use super::decode::Decoded;
use super::error::{JsonError, JsonErrorKind as E};
use super::number::Number;
use super::options::Options;
use super::reader::{JsonType, Reader};
use super::state::check_utf8;

/// A value of a document, with all that is in it.
///
/// A tree that was read has at most 64 levels and [`Limits::DEFAULT_MAX_NODES`](super::Limits::DEFAULT_MAX_NODES) values. `Debug`
/// shows its shape and none of its texts, which may be about a person.
///
/// ```
/// use lenient_json::{Options, Value};
/// let tree = Value::from_slice(br#"{"code": "2302", "history": [{"ConfidenceValue": 97.50}]}"#, Options::DOCUMENTED)?.value;
/// assert_eq!(tree.get("code").and_then(Value::as_str), Some("2302"));
/// let confidence = tree.get("history").and_then(|h| h.at(0)).and_then(|entry| entry.get("ConfidenceValue"));
/// assert_eq!(confidence.and_then(Value::as_number), Some("97.50"));
/// assert_eq!(tree.to_json(), r#"{"code":"2302","history":[{"ConfidenceValue":97.50}]}"#);
/// # Ok::<(), lenient_json::JsonError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(NumberText),
    /// A string, unescaped.
    String(String),
    /// An array's elements.
    Array(Vec<Self>),
    /// An object's members in the body's order; no key appears twice.
    Object(Vec<(String, Self)>),
}

/// A number's digits, as the body has them.
#[derive(Clone, PartialEq, Eq)]
pub struct NumberText(Box<str>);

impl NumberText {
    /// Returns the digits: a number by RFC 8259's grammar.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value {
    /// Reads a whole document into a tree.
    ///
    /// # Errors
    /// The first thing that is not tolerated, with its offset; more values than the limit.
    pub fn from_slice(bytes: &[u8], options: Options) -> Result<Decoded<Self>, JsonError> {
        let mut reader = Reader::new(check_utf8(bytes, &options)?, options)?;
        let value = Self::read(&mut reader)?;
        Ok(Decoded { value, repairs: reader.finish()? })
    }

    /// Reads the reader's next value into a tree.
    ///
    /// # Errors
    /// As [`Value::from_slice`].
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, JsonError> {
        let mut left = reader.options.limits.max_nodes;
        node(reader, &mut left)
    }

    /// Returns the value's type.
    #[must_use]
    pub const fn json_type(&self) -> JsonType {
        match self {
            Self::Null => JsonType::Null,
            Self::Bool(_) => JsonType::Bool,
            Self::Number(_) => JsonType::Number,
            Self::String(_) => JsonType::String,
            Self::Array(_) => JsonType::Array,
            Self::Object(_) => JsonType::Object,
        }
    }

    /// Returns the member `key` of an object, if there is one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(k, _)| k == key).map(|(_, value)| value)
    }

    /// Returns the element at `index` of an array, if there is one.
    #[must_use]
    pub fn at(&self, index: usize) -> Option<&Self> {
        let Self::Array(elements) = self else { return None };
        elements.get(index)
    }

    /// Returns the text, if this is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// Returns the digits, if this is a number.
    #[must_use]
    pub fn as_number(&self) -> Option<&str> {
        if let Self::Number(number) = self { Some(number.as_str()) } else { None }
    }

    /// Returns the boolean, if this is one.
    #[must_use]
    pub const fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    /// Returns the value as strict JSON, without white space between its pieces.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        // A `String` takes whatever is written to it.
        let _written = self.write(&mut out);
        out
    }

    /// Writes the value as strict JSON to `out`.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut (impl Write + ?Sized)) -> fmt::Result {
        match self {
            Self::Null => out.write_str("null"),
            Self::Bool(value) => out.write_str(if *value { "true" } else { "false" }),
            Self::Number(number) => out.write_str(number.as_str()),
            Self::String(text) => super::write_str(out, text),
            Self::Array(elements) => {
                out.write_char('[')?;
                for (i, element) in elements.iter().enumerate() {
                    comma(out, i)?;
                    element.write(out)?;
                }
                out.write_char(']')
            }
            Self::Object(members) => {
                out.write_char('{')?;
                for (i, (key, value)) in members.iter().enumerate() {
                    comma(out, i)?;
                    super::write_str(out, key)?;
                    out.write_char(':')?;
                    value.write(out)?;
                }
                out.write_char('}')
            }
        }
    }
}

fn comma(out: &mut (impl Write + ?Sized), index: usize) -> fmt::Result {
    if index == 0 { Ok(()) } else { out.write_char(',') }
}

/// Reads one value and what is in it. The reader's depth, 64 at most, bounds the recursion.
fn node(reader: &mut Reader<'_>, left: &mut usize) -> Result<Value, JsonError> {
    let kind = reader.peek()?;
    let Some(fewer) = left.checked_sub(1) else { return Err(reader.error(E::TooManyNodes)) };
    *left = fewer;
    Ok(match kind {
        JsonType::Null => {
            reader.null()?;
            Value::Null
        }
        JsonType::Bool => Value::Bool(reader.boolean()?),
        JsonType::Number => reader.number()?.into(),
        JsonType::String => Value::String(reader.string()?.text().into_owned()),
        JsonType::Array => {
            reader.begin_array()?;
            let mut elements = Vec::new();
            while reader.next_element()? {
                elements.push(node(reader, left)?);
            }
            Value::Array(elements)
        }
        JsonType::Object => {
            reader.begin_object()?;
            let mut members = Vec::new();
            while let Some(key) = reader.next_key()? {
                members.push((key.text().into_owned(), node(reader, left)?));
            }
            Value::Object(members)
        }
    })
}

impl From<Number<'_>> for Value {
    fn from(number: Number<'_>) -> Self {
        Self::Number(NumberText(number.text().to_owned().into_boxed_str()))
    }
}

/// The shape alone: types, lengths, and the keys.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Array(elements) => f.debug_list().entries(elements).finish(),
            Self::Object(members) => f.debug_map().entries(members.iter().map(|(k, v)| (k, v))).finish(),
            Self::String(text) => write!(f, "String({} bytes)", text.len()),
            other => write!(f, "{:?}", other.json_type()),
        }
    }
}

/// The length alone.
impl fmt::Debug for NumberText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NumberText({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Limits;
    use alloc::format;

    fn tree(text: &str) -> Value {
        Value::from_slice(text.as_bytes(), Options::DOCUMENTED).unwrap().value
    }

    #[test]
    fn order_digits_and_escapes_are_kept_and_written_strict() {
        let text = "{\"z\": 1.50, \"a\": [1E+3, -0, [], {}, null, true,], \"\\u0061b\": \"\\/\\n\\u0001\"}}";
        assert_eq!(tree(text).to_json(), r#"{"z":1.50,"a":[1E+3,-0,[],{},null,true],"ab":"/\n\u0001"}"#);
        assert_eq!(tree(&tree(text).to_json()), tree(text));
    }

    #[test]
    fn lookups_find_what_is_there() {
        let tree = tree(r#"{"a": [false, "x"], "n": 7}"#);
        let a = tree.get("a").unwrap();
        assert_eq!((a.at(0).and_then(Value::as_bool), a.at(1).and_then(Value::as_str)), (Some(false), Some("x")));
        assert_eq!(tree.get("n").and_then(Value::as_number), Some("7"));
        assert!(tree.get("b").is_none() && a.at(2).is_none() && a.get("a").is_none() && tree.at(0).is_none());
        assert!(a.as_str().is_none() && a.as_number().is_none() && a.as_bool().is_none());
    }

    #[test]
    fn the_nodes_are_counted() {
        let options = Options::STRICT.with_limits(Limits::DEFAULT.with_max_nodes(4));
        assert!(Value::from_slice(b"[1,{\"a\":2}]", options).is_ok());
        let error = Value::from_slice(b"[1,{\"a\":[2]}]", options).unwrap_err();
        assert_eq!((error.kind(), error.offset()), (E::TooManyNodes, 9));
    }

    #[test]
    fn debug_shows_the_shape_and_no_text() {
        let shown = format!("{:?}", tree(r#"{"name": "a person", "n": [815, true, null]}"#));
        assert_eq!(shown, r#"{"name": String(8 bytes), "n": [Number, Bool, Null]}"#);
    }
}
