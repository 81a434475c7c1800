//! The JSON reader over any bytes; the body, and what it asserts, is `src/json.rs`.
#![no_main]

#[path = "../src/json.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
