//! The body, and what it asserts, is `smileid_fuzz::time`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| smileid_fuzz::time::run(data));
