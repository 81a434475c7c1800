//! The body, and what it asserts, is `src/request.rs`.
#![no_main]

#[path = "../src/request.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
