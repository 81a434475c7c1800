//! The reader's second face: serde's `Deserializer` over it, so that any type can be read. It checks nothing that the reader does not.

mod access;
mod error;
mod key;
mod variant;

use alloc::borrow::Cow;

use serde::de::{Deserialize, Deserializer, IntoDeserializer, Visitor};

use self::access::{Elements, Members};
use self::variant::Variant;
use super::error::{JsonError, JsonErrorKind as E};
use super::number::Number;
use super::reader::{JsonType, Reader};
use super::state::Expect;

impl<'de> Reader<'de> {
    /// Reads the next value as a `T`.
    ///
    /// ```
    /// use lenient_json::{Options, Reader};
    /// let mut reader = Reader::new(r#"{"codes": ["2302", "0814",]}"#, Options::DOCUMENTED)?;
    /// reader.begin_object()?;
    /// reader.next_key()?;
    /// let codes: Vec<&str> = reader.value()?;
    /// assert_eq!(codes, ["2302", "0814"]);
    /// # Ok::<(), lenient_json::JsonError>(())
    /// ```
    ///
    /// # Errors
    /// Where the value is not well formed, or is not what a `T` takes.
    pub fn value<T: Deserialize<'de>>(&mut self) -> Result<T, JsonError> {
        let mut value = T::deserialize(&mut *self);
        if let Err(error) = &mut value {
            // A type's error about a value has no offset. It gets the offset of the value, which was read last.
            *error = error.or_at(self.last_value());
        } else if let Some(error) = self.failed {
            return Err(error);
        }
        value
    }

    /// Where the key or the value begins that was read last, whole or not.
    #[cold]
    fn last_value(&self) -> usize {
        let before = self.at.checked_sub(1).and_then(|at| self.text.as_bytes().get(at));
        let ended = matches!(self.expect, Expect::NextKey | Expect::NextElement | Expect::End);
        if ended && matches!(before, Some(b'}' | b']')) { self.closed as usize } else { self.token_start }
    }

    /// The visits of a value whose first byte comes next.
    #[inline(always)]
    fn visit_string<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, JsonError> {
        let text = self.quoted_text()?;
        self.value_done();
        match text {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    #[inline]
    fn visit_number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, JsonError> {
        visit_number(self.number()?, visitor)
    }

    #[inline]
    fn visit_array<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, JsonError> {
        self.begin_array()?;
        let mut elements = Elements::new(self);
        let value = visitor.visit_seq(&mut elements);
        elements.end(value.is_ok());
        value
    }

    #[inline]
    fn visit_object<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, JsonError> {
        self.begin_object()?;
        let mut members = Members::new(self);
        let value = visitor.visit_map(&mut members);
        members.end(value.is_ok());
        value
    }

    /// The visit of a value of another type than was asked for: what the visitor makes of it decides.
    #[cold]
    #[inline(never)]
    fn visit_other<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, JsonError> {
        self.deserialize_any(visitor)
    }
}

/// Gives a number to a visitor as serde's data model knows numbers: an integer where it is written as one and fits, else a float.
fn visit_number<'de, V: Visitor<'de>>(number: Number<'_>, visitor: V) -> Result<V::Value, JsonError> {
    if let Some(n) = number.to_u64() {
        return visitor.visit_u64(n);
    }
    // `-0` is the float: as an integer it would lose its sign.
    if let Some(n) = number.to_i64().filter(|n| *n != 0) {
        return visitor.visit_i64(n);
    }
    match number.to_f64() {
        Some(f) => visitor.visit_f64(f),
        None => Err(JsonError::unplaced(E::NumberOutOfRange)),
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = JsonError;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self.value_byte()? {
            b'"' => self.visit_string(visitor),
            b'{' => self.visit_object(visitor),
            b'[' => self.visit_array(visitor),
            b't' | b'f' => visitor.visit_bool(self.boolean()?),
            b'n' => {
                self.null()?;
                visitor.visit_unit()
            }
            b'-' | b'0'..=b'9' => self.visit_number(visitor),
            _ => Err(self.no_value()),
        }
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        if self.value_byte()? == b'"' { self.visit_string(visitor) } else { self.visit_other(visitor) }
    }

    #[inline]
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        self.deserialize_str(visitor)
    }

    #[inline]
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        if self.value_byte()? == b'{' { self.visit_object(visitor) } else { self.visit_other(visitor) }
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        self.deserialize_map(visitor)
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        if self.value_byte()? == b'[' { self.visit_array(visitor) } else { self.visit_other(visitor) }
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        if self.value_byte()? == b'n' {
            self.null()?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        visitor.visit_newtype_struct(self)
    }

    #[inline]
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        self.skip_value()?;
        visitor.visit_unit()
    }

    /// Text's own bytes, or an array of numbers.
    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        if self.peek()? != JsonType::String {
            return self.deserialize_any(visitor);
        }
        match self.text()? {
            Cow::Borrowed(text) => visitor.visit_borrowed_bytes(text.as_bytes()),
            Cow::Owned(text) => visitor.visit_byte_buf(text.into_bytes()),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        self.deserialize_bytes(visitor)
    }

    /// Rounded once: by way of a wider float a number could become its neighbour, or infinite.
    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        if self.peek()? != JsonType::Number {
            return self.deserialize_any(visitor);
        }
        match self.number()?.text().parse::<f32>() {
            Ok(n) if n.is_finite() => visitor.visit_f32(n),
            _ => Err(JsonError::unplaced(E::NumberOutOfRange)),
        }
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        if self.peek()? != JsonType::Number {
            return self.deserialize_any(visitor);
        }
        let number = self.number()?;
        match number.text().parse() {
            Ok(n) => visitor.visit_i128(n),
            Err(_) if number.is_integer() => Err(JsonError::unplaced(E::NumberOutOfRange)),
            Err(_) => visit_number(number, visitor),
        }
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        if self.peek()? != JsonType::Number {
            return self.deserialize_any(visitor);
        }
        let number = self.number()?;
        match number.text().parse() {
            Ok(n) => visitor.visit_u128(n),
            Err(_) if number.is_integer() => Err(JsonError::unplaced(E::NumberOutOfRange)),
            Err(_) => visit_number(number, visitor),
        }
    }

    /// A text that names the variant, or an object of one member whose key does.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        match self.peek()? {
            JsonType::String => visitor.visit_enum(self.text()?.into_deserializer()),
            JsonType::Object => {
                self.begin_object()?;
                let value = visitor.visit_enum(Variant::new(self))?;
                match self.next_key()? {
                    None => Ok(value),
                    Some(key) => Err(JsonError::new(E::InvalidLength, key.quote())),
                }
            }
            _ => Err(JsonError::unplaced(E::UnexpectedType)),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f64 char unit unit_struct tuple tuple_struct identifier
    }
}
