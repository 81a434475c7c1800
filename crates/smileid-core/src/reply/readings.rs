//! Legal JSON that was read leniently in a typed field: a bounded list and a count, each with its path and place.

use alloc::string::String;
use alloc::vec::Vec;

/// One field that was read leniently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What was read leniently.
    pub kind: ReadingKind,
    /// The field's path: `result.PartnerParams.job_type`, `history[2].DOB`.
    pub field: String,
    /// The position of the value, in bytes from the start of the original body.
    pub offset: usize,
}

__words! {
    /// What was read leniently.
    #[non_exhaustive]
    pub enum ReadingKind {
        /// Text `"true"` or `"false"` where a boolean is meant.
        BoolAsText = "bool_as_text",
        /// Text where a number is meant.
        NumberAsText = "number_as_text",
        /// A bare number where text is meant; its digits are taken.
        TextAsNumber = "text_as_number",
        /// Text where the result object is meant: `"No zip file received"`.
        ResultAsText = "result_as_text",
        /// A timestamp in another form than ISO 8601 UTC with three digits and `Z`.
        TimestampForm = "timestamp_form",
        /// A word that means "absent" in a personal field: `"Not Available"`.
        Placeholder = "placeholder",
        /// A value of a type that the field never has. It is reported as absent and is reachable in the body.
        WrongType = "wrong_type",
        /// A field of a callback under its `snake_case` name: `result_code`.
        OtherSpelling = "other_spelling",
        /// The result of a callback nested under `result`, where it is flattened as a rule.
        OtherPlace = "other_place",
    }
}

/// The readings of one reply: the first sixteen, and how many there were.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readings {
    first: Vec<Reading>,
    count: usize,
}

impl Readings {
    /// How many readings are kept with their places.
    pub const KEPT: usize = 16;

    /// Returns the first readings, in the order they were met.
    #[must_use]
    pub fn list(&self) -> &[Reading] {
        &self.first
    }

    /// Returns how many readings there were in all.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Returns whether every typed field had its documented form.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Notes one; its path is written only if it will be kept.
    #[cold]
    pub(super) fn note(&mut self, kind: ReadingKind, offset: usize, field: impl FnOnce() -> String) {
        self.count += 1;
        if self.first.len() < Self::KEPT {
            self.first.push(Reading { kind, field: field(), offset });
        }
    }
}
