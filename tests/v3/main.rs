//! The v3 client over both transports: against the sandbox with its faults, and, if you have a key, against the service.

mod faults;
mod live;
mod observe;
#[path = "../support/stacks.rs"]
mod stacks;
mod table;
