//! What any transport must do, tried on real sockets: the contract of `smileid_core::transport::Transport`, rule by rule.

mod judge;
mod report;
mod rules;
mod run;
mod run_async;

pub use self::report::{Kept, Violations};
pub use self::run::{check, check_tls};
pub use self::run_async::{check_async, check_tls_async};

/// Every rule with what it asks for, in the order in which they are tried.
pub fn rules() -> impl Iterator<Item = (&'static str, &'static str)> {
    rules::PLAIN.iter().chain(rules::TLS).map(|rule| (rule.name, rule.promise)).chain(rules::BY_HAND.iter().copied())
}
