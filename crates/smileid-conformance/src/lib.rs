//! What a transport for `smileid-core` must do, told in code: a fake clock and a scripted transport. It speaks no HTTP of its own
//! and is no part of a running product.

extern crate alloc;

mod clock;
mod hurried;
mod scripted;

pub use self::clock::FakeClock;
pub use self::hurried::Hurried;
pub use self::scripted::{Exchange, Scripted, Sent};
