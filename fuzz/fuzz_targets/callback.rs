//! The body, and what it asserts, is `smileid_fuzz::callback`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| smileid_fuzz::callback::run(data));
