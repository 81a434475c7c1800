//! Named texts of a JSON object, read strictly in one pass. Nothing in v3 needs leniency.

use alloc::borrow::Cow;
use alloc::string::String;

use smileid_core::json::{JsonError, JsonType, Options, Reader};

/// The value of one field.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) enum Field<'b> {
    /// Not there, or null.
    #[default]
    Missing,
    Text(Cow<'b, str>),
    /// A whole number.
    Integer(i64),
    /// Any other value.
    Other,
}

impl Field<'_> {
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text, without a further copy if it had to be unescaped.
    pub(crate) fn into_text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.into_owned()),
            _ => None,
        }
    }

    pub(crate) const fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }
}

/// Why a body has no fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoFields {
    Json(JsonError),
    NotAnObject,
}

impl core::fmt::Display for NoFields {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Json(error) => error.fmt(f),
            Self::NotAnObject => f.write_str("the body is JSON but no object"),
        }
    }
}

impl From<JsonError> for NoFields {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}

/// Reads the fields `names` of the object in `body`, which is checked to its end.
pub(crate) fn read<'b, const N: usize>(
    body: &'b [u8],
    options: Options,
    names: [&str; N],
) -> Result<[Field<'b>; N], NoFields> {
    let mut fields = [const { Field::Missing }; N];
    let mut reader = Reader::from_slice(body, options)?;
    if reader.peek()? != JsonType::Object {
        reader.skip_value()?;
        reader.end_document()?;
        return Err(NoFields::NotAnObject);
    }
    reader.begin_object()?;
    while let Some(key) = reader.next_key()? {
        let key = key.text();
        let Some(slot) = names.iter().zip(&mut fields).find(|(name, _)| **name == key).map(|(_, slot)| slot) else {
            reader.skip_value()?;
            continue;
        };
        *slot = match reader.peek()? {
            JsonType::String => Field::Text(reader.string()?.text()),
            JsonType::Number => reader.number()?.to_i64().map_or(Field::Other, Field::Integer),
            JsonType::Null => {
                reader.null()?;
                Field::Missing
            }
            _ => {
                reader.skip_value()?;
                Field::Other
            }
        };
    }
    reader.end_document()?;
    Ok(fields)
}
