//! The body, and what it asserts, is `src/image_link.rs`.
#![no_main]

#[path = "../src/image_link.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
