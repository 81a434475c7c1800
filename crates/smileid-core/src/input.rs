//! What is wrong with a value we were given, before anything is sent. It never holds the value itself.

/// A value the caller gave is not usable; the message says what to give instead.
///
/// The value itself is not kept: it may be a key or an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct InvalidInput {
    field: &'static str,
    problem: &'static str,
}

impl InvalidInput {
    /// What is wrong with the value of `field`, for code that checks values of its own; `problem` says what to give instead.
    #[must_use]
    pub const fn new(field: &'static str, problem: &'static str) -> Self {
        Self { field, problem }
    }

    /// Which value it was: `partner_id`, `user_id`, `base_url`, …
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }

    /// What is wrong with it and what to do about it.
    #[must_use]
    pub const fn problem(&self) -> &'static str {
        self.problem
    }
}
