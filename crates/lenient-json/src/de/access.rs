//! Elements and members, as serde asks for them one after the other.

use serde::de::{DeserializeSeed, MapAccess, SeqAccess};

use super::key::Key;
use crate::error::{JsonError, JsonErrorKind as E};
use crate::reader::Reader;

/// The elements of an array that was entered.
pub(super) struct Elements<'r, 'de> {
    reader: &'r mut Reader<'de>,
    open: bool,
}

impl<'r, 'de> Elements<'r, 'de> {
    pub(super) const fn new(reader: &'r mut Reader<'de>) -> Self {
        Self { reader, open: true }
    }

    /// Ends the array that a visitor has read: one that takes elements takes all of them. The error, if there is one, is kept by the
    /// reader: it would have to move the value, which may be large.
    #[inline]
    pub(super) fn end(self, taken: bool) {
        if self.open && taken {
            end_of_array(self.reader);
        }
    }
}

fn end_of_array(reader: &mut Reader<'_>) {
    if let Ok(true) = reader.next_element()
        && reader.peek().is_ok()
    {
        reader.refused(E::InvalidLength, reader.at);
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

/// The prefix of the keys that pass `serde_json`'s own values through serde. With its features `raw_value` and
/// `arbitrary_precision`, which Cargo turns on for a whole program, its `Value` parses the value of such a key again.
const RESERVED: &str = "$serde_json::private::";

/// The members of an object that was entered.
pub(super) struct Members<'r, 'de> {
    reader: &'r mut Reader<'de>,
    open: bool,
}

impl<'r, 'de> Members<'r, 'de> {
    pub(super) const fn new(reader: &'r mut Reader<'de>) -> Self {
        Self { reader, open: true }
    }

    /// Ends the object that a visitor has read: one that takes members takes all of them. As with elements.
    #[inline]
    pub(super) fn end(self, taken: bool) {
        if self.open && taken {
            end_of_object(self.reader);
        }
    }
}

fn end_of_object(reader: &mut Reader<'_>) {
    if let Ok(Some(key)) = reader.next_key() {
        reader.refused(E::InvalidLength, key.quote());
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
        if let Some(b'$' | b'\\') = key.raw().as_bytes().first()
            && key.text().starts_with(RESERVED)
        {
            return Err(JsonError::new(E::ReservedKey, key.quote()));
        }
        seed.deserialize(Key::new(key)).map(Some)
    }

    #[inline]
    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, JsonError> {
        seed.deserialize(&mut *self.reader)
    }
}
