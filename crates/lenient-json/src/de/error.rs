//! What serde and the types read with it say about a value, as kinds and places. Their own words may contain the value, and are dropped.

use core::fmt::Display;

use serde::de::{Error, Expected, Unexpected};

use crate::error::{JsonError, JsonErrorKind as E};

/// The kinds alone: the place is set by the reader, which knows it.
impl Error for JsonError {
    fn custom<T: Display>(_: T) -> Self {
        Self::unplaced(E::InvalidValue)
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::unplaced(E::UnexpectedType)
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::unplaced(E::InvalidValue)
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self::unplaced(E::InvalidLength)
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::unplaced(E::UnknownVariant)
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self::unplaced(E::UnknownField)
    }

    fn missing_field(_: &'static str) -> Self {
        Self::unplaced(E::MissingField)
    }

    fn duplicate_field(_: &'static str) -> Self {
        Self::unplaced(E::DuplicateKey)
    }
}
