//! Documents grown from bytes as decisions; the body, and what it asserts, is `src/json_structured.rs`.
#![no_main]

#[path = "../src/json_structured.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
