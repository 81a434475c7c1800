//! Tests what a transport for `smileid-core` must do, for authors of one. It is not for use in production.
//!
//! - [`check`] and [`check_async`] test the contract of `smileid_core::Transport` on your transport, rule by rule, on real
//!   sockets; [`check_tls`] and [`check_tls_async`] the rules of TLS. [`rules`] lists them.
//! - [`scenarios`] is the table of what a client makes of each fault, played over your transport.
//! - [`FakeClock`], [`Scripted`], [`Hurried`]: virtual time, to test what you build on a transport.
//! - [`cancelled_after`]: futures dropped at each of their await points.
//!
//! ```
//! # use smileid_core::Transport;
//! # fn only_compiled(transport: impl Transport) {
//! // In a test of your transport:
//! smileid_conformance::check(&transport).unwrap();
//! # }
//! ```
//!
//! A rule that a transport breaks is described in words:
//!
//! ```text
//! the transport breaks 1 of 56 rules:
//! - redirect_307_other_host: a redirect is a reply like any other and is not followed
//!   the redirect was followed
//! ```

extern crate alloc;

mod cancel;
mod clock;
mod contract;
mod hurried;
pub mod scenarios;
mod scripted;

pub use self::cancel::{Cancelled, cancelled_after};
pub use self::clock::FakeClock;
pub use self::contract::{Kept, Violations, check, check_async, check_tls, check_tls_async, rules};
pub use self::hurried::Hurried;
pub use self::scripted::{Exchange, Scripted, Sent};
