//! Why a reply's body was refused: its JSON, its root, or a decision field. It holds a place and no value.

use core::fmt;

use crate::json::{JsonError, JsonErrorKind};

/// Why a reply's body was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReplyError {
    /// The body is not JSON that the options tolerate.
    Json(JsonError),
    /// The body is JSON, and its root is no object.
    NotAnObject,
    /// A decision field was read leniently or mended, which "clean decisions" refuses.
    Unclean {
        /// The field's name.
        field: &'static str,
        /// Where its value stands, in bytes from the beginning of the body.
        offset: usize,
    },
}

impl ReplyError {
    /// Where, in bytes from the beginning of the body.
    #[must_use]
    pub const fn offset(&self) -> usize {
        match self {
            Self::Json(error) => error.offset(),
            Self::NotAnObject => 0,
            Self::Unclean { offset, .. } => *offset,
        }
    }

    pub(crate) fn is_oversize(&self) -> bool {
        matches!(self, Self::Json(error) if error.kind() == JsonErrorKind::TooLarge)
    }
}

impl fmt::Display for ReplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => error.fmt(f),
            Self::NotAnObject => f.write_str("the body is JSON but no object"),
            Self::Unclean { field, offset } => {
                write!(f, "{field} at byte {offset} is not written cleanly, which this client refuses")
            }
        }
    }
}

impl core::error::Error for ReplyError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Json(error) => Some(error),
            _ => None,
        }
    }
}

impl From<JsonError> for ReplyError {
    fn from(error: JsonError) -> Self {
        Self::Json(error)
    }
}
