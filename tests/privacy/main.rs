//! Nothing personal and no secret in logs, messages or memory.

mod canaries;
mod canaries_wire;
#[cfg(target_os = "linux")]
mod keys_wiped;
#[path = "../support/spans.rs"]
mod spans;
#[path = "../support/stacks.rs"]
mod stacks;
#[cfg(target_os = "linux")]
mod v3_wiped;
mod v3_wire;
