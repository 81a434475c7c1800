//! A value about a person: it can be had by name, and shows itself nowhere else.

use core::fmt;

/// A value about a person. `Debug` hides it; [`Personal::expose`] is the way to it, and easy to find in a review.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Personal<T>(T);

impl<T> Personal<T> {
    pub(super) const fn new(value: T) -> Self {
        Self(value)
    }

    /// Returns the value itself. Do not log it.
    #[must_use]
    pub fn expose(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Personal(..)")
    }
}
