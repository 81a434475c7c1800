//! The rules tried on a blocking transport. Its twin is `run_async.rs`.

use core::time::Duration;
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use smileid_core::{Response, Transport, TransportError};
use smileid_sandbox::faults::{Fault, FaultServer};

use super::report::{Kept, Record, Violations};
use super::rules::{self, Rule};
use super::seen::{Seen, described};
use super::trial;

/// How long the sleep lasts that is tried.
pub(super) const NAP: Duration = Duration::from_millis(30);

/// Tries every rule of the contract on a blocking transport, in plain HTTP on loopback. It runs for about three seconds.
///
/// ```
/// # fn only_compiled(transport: impl smileid_core::Transport) {
/// // In a test of your transport:
/// let kept = smileid_conformance::check(&transport).unwrap();
/// assert!(kept.rules().contains(&"redirect_307_other_host"));
/// # }
/// ```
///
/// # Errors
/// [`Violations`] lists every rule that was broken, with what was seen.
pub fn check<T: Transport>(transport: &T) -> Result<Kept, Violations> {
    let mut record = Record::default();
    for rule in rules::PLAIN {
        record.note((rule.name, rule.promise), try_rule(rule, transport));
    }
    record.note(rules::SLEEP, sleeps(transport));
    record.note(rules::TOGETHER, together(transport));
    record.end()
}

/// Tries the rules of TLS. `make` creates a transport that trusts only one authority, given as PEM text.
///
/// # Errors
/// [`Violations`] lists every rule that was broken, with what was seen.
pub fn check_tls<T: Transport>(mut make: impl FnMut(&str) -> T) -> Result<Kept, Violations> {
    let mut record = Record::default();
    for rule in rules::TLS {
        let tried = trial::server(rule).and_then(|server| {
            let transport = make(server.ca_pem().unwrap_or_default());
            try_at(rule, &transport, server)
        });
        record.note((rule.name, rule.promise), tried);
    }
    record.end()
}

fn try_rule<T: Transport>(rule: &Rule, transport: &T) -> Result<(), String> {
    try_at(rule, transport, trial::server(rule)?)
}

fn try_at<T: Transport>(rule: &Rule, transport: &T, server: FaultServer) -> Result<(), String> {
    let request = trial::request(rule, &server);
    let mut outcomes = Vec::new();
    let mut took = Duration::ZERO;
    for _ in 0..rule.sends {
        let started = Instant::now();
        outcomes.push(transport.send(&request));
        took = started.elapsed();
    }
    rule.check(&Seen { request, outcomes, took, server })
}

fn sleeps<T: Transport>(transport: &T) -> Result<(), String> {
    let before = transport.now();
    let slept = transport.sleep(NAP);
    check_sleep(slept.is_ok(), transport.now().since(before))
}

pub(super) fn check_sleep(slept: bool, passed: Duration) -> Result<(), String> {
    match slept {
        false => Err("the sleep failed".to_owned()),
        true if passed < NAP => Err(format!("a sleep of {NAP:?} lasted {passed:?} by the transport's clock")),
        true => Ok(()),
    }
}

/// Of two exchanges at a time the peer answers only one, which must not wait for the other.
fn together<T: Transport>(transport: &T) -> Result<(), String> {
    let server = answers_the_second()?;
    let request = trial::ample_request(&server);
    thread::scope(|scope| {
        let (sender, outcomes) = mpsc::channel();
        for sender in [sender.clone(), sender] {
            let request = &request;
            // A receiver that has gone has its outcome.
            scope.spawn(move || drop(sender.send(transport.send(request))));
        }
        let first = outcomes.recv();
        // It closes the connection of the other one, which ends with that.
        drop(server);
        check_together(first.map_err(|_| "both exchanges panicked".to_owned())?)
    })
}

/// A peer that answers every request but the first.
pub(super) fn answers_the_second() -> Result<FaultServer, String> {
    let described = |error| format!("it could not be tried here: {error}");
    let builder = FaultServer::builder(Fault::StallBeforeHead).first(1).credentials(trial::credentials()?);
    builder.start().map_err(described)
}

pub(super) fn check_together(first: Result<Response, TransportError>) -> Result<(), String> {
    match first {
        Ok(reply) if reply.status == 200 => Ok(()),
        other => Err(format!(
            "of two exchanges, one of which is never answered, the first to end gave {}",
            described(&other)
        )),
    }
}
