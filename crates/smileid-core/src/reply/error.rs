//! Why a reply's body was refused: its JSON, its root, or a decision field. It holds a place and no value.

use crate::json::{JsonError, JsonErrorKind};

/// Why a reply's body was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReplyError {
    /// The body is not JSON that the options tolerate.
    #[error("{0}")]
    Json(#[from] JsonError),
    /// The body is JSON, and its root is no object.
    #[error("the body is JSON but no object")]
    NotAnObject,
    /// A decision field was read leniently or repaired, which "clean decisions" refuses.
    #[error("{field} at byte {offset} is not written cleanly, which this client refuses")]
    Unclean {
        /// The field's name.
        field: &'static str,
        /// The position of its value, in bytes from the start of the body.
        offset: usize,
    },
}

impl ReplyError {
    /// Returns where, in bytes from the beginning of the body.
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
