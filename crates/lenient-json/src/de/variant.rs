//! A variant with its content: `{"Name": content}`, as serde asks for it.

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor};

use super::key::Key;
use crate::error::{JsonError, JsonErrorKind as E};
use crate::reader::{JsonType, Reader};

/// An object that was entered, of which one member is expected.
pub(super) struct Variant<'r, 'de> {
    reader: &'r mut Reader<'de>,
}

impl<'r, 'de> Variant<'r, 'de> {
    pub(super) const fn new(reader: &'r mut Reader<'de>) -> Self {
        Self { reader }
    }

    /// Refuses content of another type than the variant has.
    fn expect(&mut self, wanted: JsonType) -> Result<(), JsonError> {
        if self.reader.peek()? == wanted { Ok(()) } else { Err(self.reader.error(E::UnexpectedType)) }
    }
}

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = JsonError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), JsonError> {
        let Some(key) = self.reader.next_key()? else { return Err(JsonError::unplaced(E::InvalidLength)) };
        Ok((seed.deserialize(Key::new(key))?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = JsonError;

    fn unit_variant(mut self) -> Result<(), JsonError> {
        self.expect(JsonType::Null)?;
        self.reader.null()
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, JsonError> {
        seed.deserialize(self.reader)
    }

    fn tuple_variant<V: Visitor<'de>>(mut self, _len: usize, visitor: V) -> Result<V::Value, JsonError> {
        self.expect(JsonType::Array)?;
        self.reader.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        mut self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        if self.reader.peek()? != JsonType::Array {
            self.expect(JsonType::Object)?;
        }
        self.reader.deserialize_any(visitor)
    }
}
