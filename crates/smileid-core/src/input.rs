//! What is wrong with a value we were given, before anything is sent. It never contains the value itself.

use core::fmt;

/// A value the caller gave is not usable; the message says what to give instead.
///
/// The value itself is not kept: it may be a key or an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}{measure}")]
pub struct InvalidInput {
    field: &'static str,
    problem: &'static str,
    measure: Measure,
}

/// The size of what is wrong, if the message gives it. A size is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    None,
    #[cfg_attr(not(feature = "sec-key"), expect(dead_code, reason = "keys have a size in the legacy scheme only"))]
    Bits(usize),
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Bits(bits) => write!(f, " (this one has {bits})"),
        }
    }
}

impl InvalidInput {
    /// Creates an error about the value of `field`, for code that checks its own values; `problem` says what to give instead.
    #[must_use]
    pub const fn new(field: &'static str, problem: &'static str) -> Self {
        Self { field, problem, measure: Measure::None }
    }

    /// Adds the size of a key, in bits, to the end of the message.
    #[cfg(feature = "sec-key")]
    pub(crate) const fn with_bits(mut self, bits: usize) -> Self {
        self.measure = Measure::Bits(bits);
        self
    }

    /// Returns which value it was: `partner_id`, `user_id`, `base_url`, …
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }

    /// Returns what is wrong with it and what to do about it.
    #[must_use]
    pub const fn problem(&self) -> &'static str {
        self.problem
    }
}
