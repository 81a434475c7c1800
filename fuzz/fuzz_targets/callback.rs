//! The body, and what it asserts, is `src/callback.rs`.
#![no_main]

#[path = "../src/callback.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
