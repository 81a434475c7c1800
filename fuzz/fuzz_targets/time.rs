//! The body, and what it asserts, is `src/time.rs`.
#![no_main]

#[path = "../src/time.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
