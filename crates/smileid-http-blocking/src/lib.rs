//! Laid out, filled next.
