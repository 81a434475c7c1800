//! Nothing personal and no secret in logs, messages or memory.

mod canaries;
mod canaries_wire;
#[cfg(target_os = "linux")]
mod keys_wiped;
#[path = "../support/spans.rs"]
mod spans;
