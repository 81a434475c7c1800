//! The body, and what it asserts, is `src/claim.rs`.
#![no_main]

#[path = "../src/claim.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
