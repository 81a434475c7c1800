//! What the HTTP transports of this SDK share: options, trusted roots, proxies, limits, words for causes, the
//! environment's variables. It speaks no HTTP.
//!
//! It is internal to `smileid-http-blocking` and `smileid-http-async`, which re-export what you need, and may change in any release.

extern crate alloc;

mod addresses;
mod body;
mod cause;
mod clock;
mod env;
mod key_text;
mod latest;
mod options;
mod proxy;
mod roots;
mod setup;

pub use self::addresses::AddressRule;
pub use self::body::{Body, head_bytes};
pub use self::cause::Cause;
pub use self::clock::{origin, unix_millis};
pub use self::env::{config_from_env, credentials_from_env};
pub use self::key_text::key_text;
pub use self::latest::Latest;
pub use self::options::{Compression, TransportOptions};
pub use self::proxy::{Proxy, is_loopback};
pub use self::roots::Roots;
pub use self::setup::SetupError;

/// The `User-Agent` of every request.
pub const USER_AGENT: &str = concat!("smileid-rust/", env!("CARGO_PKG_VERSION"));
