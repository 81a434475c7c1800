//! The body, and what it asserts, is `src/retry_after.rs`.
#![no_main]

#[path = "../src/retry_after.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
