//! The body, and what it asserts, is `src/reply.rs`.
#![no_main]

#[path = "../src/reply.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|data: &[u8]| body::run(data));
