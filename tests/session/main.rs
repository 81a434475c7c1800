//! The session in virtual time: calls, waits, their spans, and a model to compare with.

mod call;
mod echo;
mod endless;
mod model;
mod spans;
#[path = "../support/spans.rs"]
mod subscriber;
mod wait;
mod year;
