//! Documents grown from bytes as decisions; the body, and what it asserts, is `smileid_fuzz::json_structured`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| smileid_fuzz::json_structured::run(data));
