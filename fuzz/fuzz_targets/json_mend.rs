//! The body, and what it asserts, is `src/json_mend.rs`.
#![no_main]

#[path = "../src/json_mend.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
