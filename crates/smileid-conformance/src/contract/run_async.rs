//! The rules tried on an async transport, under whatever runtime it needs. Its twin is `run.rs`.

use core::future::poll_fn;
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;
use std::time::Instant;

use smileid_core::{AsyncTransport, Request};
use smileid_sandbox::faults::{Fault, FaultServer};

use super::report::{Kept, Record, Violations};
use super::rules::{self, Rule};
use super::run::{NAP, answers_the_second, check_sleep, check_together};
use super::seen::Seen;
use super::trial;
use crate::cancel::cancelled_after;

/// No exchange has more await points than this; the cancelling ends when one completes.
const MOST_POLLS: usize = 200;
/// How often, and after which pause, a peer is asked whether its connections are closed: ten seconds in all.
const CLOSED: (usize, Duration) = (1000, Duration::from_millis(10));
/// A sleep that is dropped must not be slept to its end.
const LONG_SLEEP: Duration = Duration::from_secs(600);

/// Tries every rule of the contract on an async transport, in plain HTTP on loopback. It runs for about three seconds.
///
/// It spawns nothing and starts no runtime: await it in the one that your transport needs.
///
/// # Errors
/// [`Violations`] lists every rule that was broken, with what was seen.
pub async fn check_async<T: AsyncTransport>(transport: &T) -> Result<Kept, Violations> {
    let mut record = Record::default();
    for rule in rules::PLAIN {
        record.note((rule.name, rule.promise), try_rule(rule, transport).await);
    }
    record.note(rules::SLEEP, sleeps(transport).await);
    record.note(rules::TOGETHER, together(transport).await);
    record.note(rules::DROPPED_SEND, dropped_send(transport).await);
    record.note(rules::DROPPED_SLEEP, dropped_sleep(transport).await);
    record.end()
}

/// Tries the rules of TLS. `make` creates a transport that trusts only one authority, given as PEM text.
///
/// # Errors
/// [`Violations`] lists every rule that was broken, with what was seen.
pub async fn check_tls_async<T: AsyncTransport>(mut make: impl FnMut(&str) -> T) -> Result<Kept, Violations> {
    let mut record = Record::default();
    for rule in rules::TLS {
        let tried = match trial::server(rule) {
            Ok(server) => {
                let transport = make(server.ca_pem().unwrap_or_default());
                try_at(rule, &transport, server).await
            }
            Err(problem) => Err(problem),
        };
        record.note((rule.name, rule.promise), tried);
    }
    record.end()
}

async fn try_rule<T: AsyncTransport>(rule: &Rule, transport: &T) -> Result<(), String> {
    try_at(rule, transport, trial::server(rule)?).await
}

async fn try_at<T: AsyncTransport>(rule: &Rule, transport: &T, server: FaultServer) -> Result<(), String> {
    let request = trial::request(rule, &server);
    let mut outcomes = Vec::new();
    let mut took = Duration::ZERO;
    for _ in 0..rule.sends {
        let started = Instant::now();
        outcomes.push(transport.send(&request).await);
        took = started.elapsed();
    }
    rule.check(&Seen { request, outcomes, took, server })
}

async fn sleeps<T: AsyncTransport>(transport: &T) -> Result<(), String> {
    let before = transport.now();
    let slept = transport.sleep(NAP).await;
    check_sleep(slept.is_ok(), transport.now().since(before))
}

/// Of two exchanges at a time the peer answers only one, which must not wait for the other.
async fn together<T: AsyncTransport>(transport: &T) -> Result<(), String> {
    let server = answers_the_second()?;
    let request = trial::ample_request(&server);
    let (mut one, mut other) = (pin!(transport.send(&request)), pin!(transport.send(&request)));
    let first = poll_fn(|context| match one.as_mut().poll(context) {
        Poll::Ready(outcome) => Poll::Ready(outcome),
        Poll::Pending => other.as_mut().poll(context),
    });
    check_together(first.await)
}

/// Drops an exchange at each of its await points in turn, before the peer stalls and while it does.
async fn dropped_send<T: AsyncTransport>(transport: &T) -> Result<(), String> {
    for fault in [Fault::Slicer, Fault::StallBeforeHead, Fault::StallMidBody] {
        for polls in 1..MOST_POLLS {
            let described = |error| format!("it could not be tried here: {error}");
            let server = FaultServer::builder(fault).credentials(trial::credentials()?).start().map_err(described)?;
            let request = trial::ample_request(&server);
            // In a stall there is no further wake-up: what is left of it is then dropped once the peer has gone quiet.
            let quiet = transport.sleep(NAP);
            let ended = cancelled_after(polls, transport.send(&request), quiet).await;
            if ended.is_completed() {
                break;
            }
            if !closes(transport, &server).await && !kept_clean(transport, &server, &request).await {
                return Err(format!("dropped at await point {polls} of {fault}, its socket was still open"));
            }
            if ended.is_quiet() {
                break;
            }
        }
    }
    Ok(())
}

/// Whether the connection is open because the whole reply had come before the drop: it then serves the next request, and well.
async fn kept_clean<T: AsyncTransport>(transport: &T, server: &FaultServer, request: &Request) -> bool {
    let connections = server.connections();
    let reply = transport.send(request).await;
    reply.is_ok_and(|reply| reply.status == 200 && reply.body.ends_with(b"}")) && server.connections() == connections
}

async fn closes<T: AsyncTransport>(transport: &T, server: &FaultServer) -> bool {
    for _ in 0..CLOSED.0 {
        if server.all_closed_within(Duration::ZERO) {
            return true;
        }
        if transport.sleep(CLOSED.1).await.is_err() {
            return false;
        }
    }
    false
}

async fn dropped_sleep<T: AsyncTransport>(transport: &T) -> Result<(), String> {
    let started = Instant::now();
    let ended = cancelled_after(1, transport.sleep(LONG_SLEEP), core::future::pending::<()>()).await;
    if ended.is_completed() {
        return Err(format!("a sleep of {LONG_SLEEP:?} was over at once"));
    }
    let took = started.elapsed();
    if took < LONG_SLEEP { Ok(()) } else { Err(format!("it held its caller for {took:?}")) }
}
