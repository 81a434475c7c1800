//! v3 in virtual time: the pairs, the waits, the tokens, the webhooks, and random sequences against a reference model.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::unchecked_time_subtraction,
    reason = "a panic is how a test fails"
)]

mod common;
mod hostile;
mod model;
mod pairs;
mod signed;
mod tokens;
mod wait_faults;
mod world;
