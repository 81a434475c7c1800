//! A value of a reply as written in the body, and an object's members, read again when they are asked for. It interprets nothing.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt;

use super::DecodeOptions;
use crate::json::{Checked, JsonError, JsonType, Reader, Span, unescape};

/// One JSON value, as the body spells it. It was checked when the reply was decoded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Raw<'s> {
    text: &'s str,
}

impl<'s> Raw<'s> {
    pub(super) fn at(body: &'s str, span: Span) -> Self {
        Self { text: span.of(body) }
    }

    /// A whole body.
    pub(crate) const fn whole(body: &'s str) -> Self {
        Self { text: body }
    }

    /// Returns the value's text, exactly as written in the body. It may contain personal data: do not log it.
    #[must_use]
    pub const fn expose_text(self) -> &'s str {
        self.text
    }

    /// Returns the value as strict JSON. It may contain personal data: do not log it.
    #[must_use]
    pub fn expose_json(self) -> String {
        // The body was read before, with options no more tolerant than these.
        Checked::new(self.text.as_bytes(), DecodeOptions::WIDEST).map_or_else(|_| "null".into(), |c| c.to_json())
    }

    /// Returns the value's type.
    #[must_use]
    pub fn json_type(self) -> JsonType {
        match self.text.as_bytes().first() {
            Some(b'{') => JsonType::Object,
            Some(b'[') => JsonType::Array,
            Some(b'"') => JsonType::String,
            Some(b't' | b'f') => JsonType::Bool,
            Some(b'-' | b'0'..=b'9') => JsonType::Number,
            _ => JsonType::Null,
        }
    }

    /// The text of a string.
    pub(super) fn string(self) -> Option<Cow<'s, str>> {
        let inner = self.text.strip_prefix('"')?.strip_suffix('"')?;
        Some(if inner.contains('\\') { Cow::Owned(unescape(inner)) } else { Cow::Borrowed(inner) })
    }

    /// The digits of a number, as they stand.
    pub(super) fn digits(self) -> Option<&'s str> {
        (self.json_type() == JsonType::Number).then_some(self.text)
    }

    /// Whether any text within the value, at any depth, is one that `wanted` looks for. Keys are not looked at.
    pub(crate) fn any_text(self, wanted: fn(&str) -> bool) -> bool {
        let mut reader = reader_of(self.text);
        reader.start().and_then(|()| self.any_text_of(&mut reader, wanted)).unwrap_or(false)
    }

    /// The depth was bounded when the body was checked.
    fn any_text_of(self, reader: &mut Reader<'s>, wanted: fn(&str) -> bool) -> Result<bool, JsonError> {
        let mut found = false;
        match reader.peek()? {
            JsonType::Object => {
                reader.begin_object()?;
                while reader.next_key()?.is_some() {
                    found |= self.any_text_of(reader, wanted)?;
                }
            }
            JsonType::Array => {
                reader.begin_array()?;
                while reader.next_element()? {
                    found |= self.any_text_of(reader, wanted)?;
                }
            }
            _ => {
                let span = reader.skip_value()?;
                found = Self::at(self.text, span).string().is_some_and(|text| wanted(&text));
            }
        }
        Ok(found)
    }

    pub(super) fn object(self) -> Option<Members<'s>> {
        (self.json_type() == JsonType::Object).then_some(Members { text: self.text })
    }

    pub(super) fn elements(self) -> impl Iterator<Item = Self> {
        let mut reader = reader_of(self.text);
        let started = reader.start().and_then(|()| reader.begin_array()).is_ok();
        core::iter::from_fn(move || {
            if !started || !reader.next_element().ok()? {
                return None;
            }
            let span = reader.skip_value().ok()?;
            Some(Self::at(self.text, span))
        })
    }
}

/// Shows only the type: the text may contain personal data.
impl fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raw({:?}, {} bytes)", self.json_type(), self.text.len())
    }
}

/// The members of an object, in the body's order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Members<'s> {
    text: &'s str,
}

impl<'s> Members<'s> {
    pub(super) const EMPTY: Self = Self { text: "{}" };

    /// Returns every member, key and value, in the body's order.
    pub fn iter(self) -> impl Iterator<Item = (Cow<'s, str>, Raw<'s>)> {
        let mut reader = reader_of(self.text);
        let started = reader.start().and_then(|()| reader.begin_object()).is_ok();
        core::iter::from_fn(move || if started { self.next(&mut reader) } else { None })
    }

    /// Returns the value of the member `key`, if there is one.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Raw<'s>> {
        // Not through the iterator, into which a reader would be moved: readers are large.
        let mut reader = reader_of(self.text);
        reader.start().and_then(|()| reader.begin_object()).ok()?;
        loop {
            let (name, value) = self.next(&mut reader)?;
            if name == key {
                return Some(value);
            }
        }
    }

    /// Returns whether there is no member at all.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.iter().next().is_none()
    }

    fn next(self, reader: &mut Reader<'s>) -> Option<(Cow<'s, str>, Raw<'s>)> {
        let key = reader.next_key().ok()??;
        let span = reader.skip_value().ok()?;
        Some((key.text(), Raw::at(self.text, span)))
    }
}

/// The names of the members, and none of their values.
impl fmt::Debug for Members<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(key, _)| key)).finish()
    }
}

/// The text was checked when the reply was decoded, with the options that were asked for; none are more tolerant than these.
fn reader_of(text: &str) -> Reader<'_> {
    Reader::unstarted(text, DecodeOptions::WIDEST)
}
