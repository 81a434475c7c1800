//! The body, and what it asserts, is `smileid_fuzz::retry_after`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| smileid_fuzz::retry_after::run(data));
