//! A member's key as a value: text, or what its text is where a number, a boolean or a variant is wanted.

use alloc::borrow::Cow;

use serde::de::{Deserializer, IntoDeserializer, Visitor};

use crate::error::{JsonError, JsonErrorKind as E};
use crate::number::{Number, is_number};
use crate::string::Str;

/// A key that was read.
pub(super) struct Key<'de> {
    key: Str<'de>,
}

impl<'de> Key<'de> {
    pub(super) const fn new(key: Str<'de>) -> Self {
        Self { key }
    }

    fn visit_number<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        let text = self.key.text();
        if !is_number(&text) {
            return self.deserialize_any(visitor);
        }
        super::visit_number(Number { text: &text, start: 0 }, visitor)
    }
}

macro_rules! numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
            self.visit_number(visitor)
        })*
    };
}

macro_rules! wide_numbers {
    ($($method:ident => $visit:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
            let text = self.key.text();
            match text.parse() {
                Ok(n) if is_number(&text) => visitor.$visit(n),
                Err(_) if Number { text: &text, start: 0 }.is_integer() && is_number(&text) => {
                    Err(JsonError::unplaced(E::NumberOutOfRange))
                }
                _ => self.visit_number(visitor),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = JsonError;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self.key.text() {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self.key.text().as_ref() {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        visitor.visit_enum(self.key.text().into_deserializer())
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self.key.text() {
            Cow::Borrowed(text) => visitor.visit_borrowed_bytes(text.as_bytes()),
            Cow::Owned(text) => visitor.visit_byte_buf(text.into_bytes()),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        self.deserialize_bytes(visitor)
    }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_f32 deserialize_f64
    }

    wide_numbers! { deserialize_i128 => visit_i128 deserialize_u128 => visit_u128 }

    serde::forward_to_deserialize_any! {
        char str string unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}
