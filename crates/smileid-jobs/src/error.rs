//! Why a store could not do what it was asked. The text says what to do next and never contains a value, a path's content or a password.

use core::fmt;
use std::borrow::Cow;

/// What went wrong with a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// The address of the store is not usable: a path, a URL, a schema's name.
    Invalid,
    /// There is something else at that address than a store.
    NotAStore,
    /// A newer version of this program made the store.
    Newer,
    /// Another process is working on the store.
    Locked,
    /// Another process is writing to the store: it may have finished the next time.
    Busy,
    /// The store belongs to another partner.
    Partner,
    /// The store refuses the user or the password.
    Refused,
    /// There is no space left.
    Full,
    /// The store cannot be reached, or the connection was lost.
    Lost,
    /// The store's content is damaged.
    Damaged,
    /// Anything else.
    Other,
}

/// Why a store could not do what it was asked.
///
/// Whatever the kind, nothing is lost: a batch is recorded whole or not at all, and an unrecorded job is asked for again.
pub struct StoreError {
    kind: StoreErrorKind,
    message: Cow<'static, str>,
    source: Option<Box<dyn core::error::Error + Send + Sync>>,
}

impl StoreError {
    /// Creates an error. `message` is shown to people: it says what to do and contains no value.
    #[must_use]
    pub fn new(kind: StoreErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// Adds the error beneath this one.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn core::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Creates the error of a store that belongs to another partner.
    #[must_use]
    pub fn other_partner() -> Self {
        let message = "the store belongs to another partner: use a store for each partner id, with its zeros";
        Self::new(StoreErrorKind::Partner, message)
    }

    /// Creates the error of a cursor that is not one of this store's.
    #[must_use]
    pub fn foreign_cursor() -> Self {
        Self::new(
            StoreErrorKind::Invalid,
            "the cursor is not one that this store wrote: give one that an export printed, or none",
        )
    }

    /// Creates the error of a stored value that this version cannot read.
    #[must_use]
    pub fn damaged(what: &'static str) -> Self {
        Self::new(
            StoreErrorKind::Damaged,
            format!("the store is damaged: {what}; restore it from a copy, or import the jobs into a new one"),
        )
    }

    /// Returns what went wrong.
    #[must_use]
    pub const fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreError").field("kind", &self.kind).field("message", &self.message).finish_non_exhaustive()
    }
}

impl core::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match &self.source {
            Some(source) => Some(source.as_ref()),
            None => None,
        }
    }
}
