//! The body, and what it asserts, is `smileid_fuzz::image_link`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| smileid_fuzz::image_link::run(data));
