//! serde's face of the JSON reader over any bytes; the body, and what it asserts, is `smileid_fuzz::json_decode`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| smileid_fuzz::json_decode::run(data));
