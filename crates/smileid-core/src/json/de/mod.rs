//! The reader's second face: serde's `Deserializer` over it, so that any type can be read. It checks nothing that the reader does not.

mod access;
mod error;
mod key;
mod variant;

use serde::de::{Deserialize, Deserializer, IntoDeserializer, Visitor};

use self::access::{Elements, Members};
use self::error::Placed;
use self::variant::Variant;
use super::error::{JsonError, JsonErrorKind as E};
use super::number::Number;
use super::reader::{JsonType, Reader};

impl<'de> Reader<'de> {
    /// Reads the next value as a `T`.
    ///
    /// ```
    /// use smileid_core::json::{Options, Reader};
    /// let mut reader = Reader::new(r#"{"codes": ["2302", "0814",]}"#, Options::DOCUMENTED)?;
    /// reader.begin_object()?;
    /// reader.next_key()?;
    /// let codes: Vec<&str> = reader.value()?;
    /// assert_eq!(codes, ["2302", "0814"]);
    /// # Ok::<(), smileid_core::json::JsonError>(())
    /// ```
    ///
    /// # Errors
    /// Where the value is not well formed, or is not what a `T` takes.
    pub fn value<T: Deserialize<'de>>(&mut self) -> Result<T, JsonError> {
        T::deserialize(self)
    }

    #[inline]
    fn visit_string<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, JsonError> {
        let at = self.at;
        let string = self.string()?;
        if string.is_escaped() {
            visitor.visit_string(string.text().into_owned()).placed(at)
        } else {
            visitor.visit_borrowed_str(string.raw).placed(at)
        }
    }

    #[inline]
    fn visit_number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, JsonError> {
        let at = self.at;
        visit_number(self.number()?, visitor, at).placed(at)
    }

    #[inline]
    fn visit_array<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, JsonError> {
        let at = self.at;
        self.begin_array()?;
        let mut elements = Elements::new(self);
        let value = visitor.visit_seq(&mut elements).placed(at)?;
        elements.end().map(|()| value)
    }

    #[inline]
    fn visit_object<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, JsonError> {
        let at = self.at;
        self.begin_object()?;
        let mut members = Members::new(self);
        let value = visitor.visit_map(&mut members).placed(at)?;
        members.end().map(|()| value)
    }
}

/// Gives a number to a visitor as serde's data model knows numbers: an integer where it is written as one and fits, else a float.
fn visit_number<'de, V: Visitor<'de>>(number: Number<'_>, visitor: V, at: usize) -> Result<V::Value, JsonError> {
    if let Some(n) = number.to_u64() {
        return visitor.visit_u64(n);
    }
    // `-0` is the float: as an integer it would lose its sign.
    if let Some(n) = number.to_i64().filter(|n| *n != 0) {
        return visitor.visit_i64(n);
    }
    match number.to_f64() {
        Some(f) => visitor.visit_f64(f),
        None => Err(JsonError::new(E::NumberOutOfRange, at)),
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = JsonError;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self.peek()? {
            JsonType::String => self.visit_string(visitor),
            JsonType::Object => self.visit_object(visitor),
            JsonType::Array => self.visit_array(visitor),
            JsonType::Number => self.visit_number(visitor),
            JsonType::Bool => {
                let at = self.at;
                visitor.visit_bool(self.boolean()?).placed(at)
            }
            JsonType::Null => {
                let at = self.at;
                self.null()?;
                visitor.visit_unit().placed(at)
            }
        }
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        let kind = self.peek()?;
        let at = self.at;
        if kind == JsonType::Null {
            self.null()?;
            return visitor.visit_none().placed(at);
        }
        visitor.visit_some(self).placed(at)
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        self.peek()?;
        let at = self.at;
        visitor.visit_newtype_struct(self).placed(at)
    }

    #[inline]
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        let at = self.skip_value()?.range().start;
        visitor.visit_unit().placed(at)
    }

    /// Text's own bytes, or an array of numbers.
    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        if self.peek()? != JsonType::String {
            return self.deserialize_any(visitor);
        }
        let at = self.at;
        let string = self.string()?;
        if string.is_escaped() {
            visitor.visit_byte_buf(string.text().into_owned().into_bytes()).placed(at)
        } else {
            visitor.visit_borrowed_bytes(string.raw.as_bytes()).placed(at)
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_i128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        if self.peek()? != JsonType::Number {
            return self.deserialize_any(visitor);
        }
        let at = self.at;
        let number = self.number()?;
        match number.text().parse() {
            Ok(n) => visitor.visit_i128(n).placed(at),
            Err(_) if number.is_integer() => Err(JsonError::new(E::NumberOutOfRange, at)),
            Err(_) => visit_number(number, visitor, at).placed(at),
        }
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        if self.peek()? != JsonType::Number {
            return self.deserialize_any(visitor);
        }
        let at = self.at;
        let number = self.number()?;
        match number.text().parse() {
            Ok(n) => visitor.visit_u128(n).placed(at),
            Err(_) if number.is_integer() => Err(JsonError::new(E::NumberOutOfRange, at)),
            Err(_) => visit_number(number, visitor, at).placed(at),
        }
    }

    /// A text that names the variant, or an object of one member whose key does.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        let kind = self.peek()?;
        let at = self.at;
        match kind {
            JsonType::String => {
                let string = self.string()?;
                visitor.visit_enum(string.text().into_deserializer()).placed(at)
            }
            JsonType::Object => {
                self.begin_object()?;
                let value = visitor.visit_enum(Variant::new(self, at)).placed(at)?;
                match self.next_key()? {
                    None => Ok(value),
                    Some(key) => Err(JsonError::new(E::InvalidLength, key.span().range().start - 1)),
                }
            }
            _ => Err(JsonError::new(E::UnexpectedType, at)),
        }
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string unit unit_struct
        seq tuple tuple_struct map struct identifier
    }
}
