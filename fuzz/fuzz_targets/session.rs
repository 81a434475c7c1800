//! The body, and what it asserts, is `src/session.rs`.
#![no_main]

#[path = "../src/session.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
