//! The body, and what it asserts, is `smileid_fuzz::session`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| smileid_fuzz::session::run(data));
