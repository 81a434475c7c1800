//! serde's face of the JSON reader over any bytes; the body, and what it asserts, is `src/json_decode.rs`.
#![no_main]

#[path = "../src/json_decode.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
