//! The body, and what it asserts, is `smileid_fuzz::json_mend`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| smileid_fuzz::json_mend::run(data));
