//! The JSON reader over any bytes; the body, and what it asserts, is `smileid_fuzz::json`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| smileid_fuzz::json::run(data));
