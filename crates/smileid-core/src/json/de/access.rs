//! Elements and members, as serde asks for them one after the other.

use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

use super::super::error::{JsonError, JsonErrorKind as E};
use super::super::reader::Reader;
use super::key::Key;

/// The elements of an array that was entered.
pub(super) struct Elements<'r, 'de> {
    reader: &'r mut Reader<'de>,
    open: bool,
}

impl<'r, 'de> Elements<'r, 'de> {
    pub(super) const fn new(reader: &'r mut Reader<'de>) -> Self {
        Self { reader, open: true }
    }

    /// Whoever takes elements takes all of them.
    #[inline]
    pub(super) fn end(self) -> Result<(), JsonError> {
        if !self.open || !self.reader.next_element()? {
            return Ok(());
        }
        self.reader.peek()?;
        Err(self.reader.error(E::InvalidLength))
    }
}

impl<'de> SeqAccess<'de> for &mut Elements<'_, 'de> {
    type Error = JsonError;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, JsonError> {
        if !self.open || !self.reader.next_element()? {
            self.open = false;
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

/// The members of an object that was entered.
pub(super) struct Members<'r, 'de> {
    reader: &'r mut Reader<'de>,
    open: bool,
}

impl<'r, 'de> Members<'r, 'de> {
    pub(super) const fn new(reader: &'r mut Reader<'de>) -> Self {
        Self { reader, open: true }
    }

    /// Whoever takes members takes all of them.
    #[inline]
    pub(super) fn end(self) -> Result<(), JsonError> {
        if !self.open {
            return Ok(());
        }
        match self.reader.next_key()? {
            None => Ok(()),
            Some(key) => Err(JsonError::new(E::InvalidLength, key.span().range().start - 1)),
        }
    }
}

impl<'de> MapAccess<'de> for &mut Members<'_, 'de> {
    type Error = JsonError;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, JsonError> {
        if !self.open {
            return Ok(None);
        }
        let Some(key) = self.reader.next_key()? else {
            self.open = false;
            return Ok(None);
        };
        seed.deserialize(Key::new(key)).map(Some)
    }

    #[inline]
    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, JsonError> {
        seed.deserialize(&mut *self.reader)
    }
}
