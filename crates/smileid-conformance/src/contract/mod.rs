//! What any transport must do, tried on real sockets: the contract of `smileid_core::Transport`, rule by rule.

mod report;
mod rules;
mod run;
mod run_async;
mod seen;
mod trial;

pub use self::report::{Kept, Violations};
pub use self::run::{check, check_tls};
pub use self::run_async::{check_async, check_tls_async};

use smileid_core::TransportErrorKind;
use smileid_sandbox::faults::Fault;

use self::rules::{Cap, Expect, Rule};

/// Returns the failure that a fault must be to any transport, if it is one; the first of several.
pub(crate) fn failure(fault: Fault) -> Option<TransportErrorKind> {
    // A rule that is about the request's own limit says nothing about the fault.
    let about = |rule: &&Rule| rule.fault == fault && rule.strikes && rule.cap == Cap::Ample;
    let failure = |rule: &Rule| match rule.expect {
        Expect::Fails(kinds) => kinds.first().copied(),
        Expect::Distrust => Some(TransportErrorKind::Tls),
        _ => None,
    };
    rules::PLAIN.iter().chain(rules::TLS).filter(about).find_map(failure)
}

/// Returns every rule with what it asks for, in the order in which they are tried.
pub fn rules() -> impl Iterator<Item = (&'static str, &'static str)> {
    rules::PLAIN.iter().chain(rules::TLS).map(|rule| (rule.name, rule.promise)).chain(rules::BY_HAND.iter().copied())
}
