//! What 10,000 calls to a dead service cost, and how soon calls succeed once it is back.

use core::fmt::Write;
use std::time::Instant;

use smileid_core::{AsyncClient, Client};
use smileid_sandbox::faults::{Fault, FaultServer};
use smileid_tests::query;

use crate::Part;
use crate::stacks::{asynchronous, blocking, config, on_tokio, plain};

const CALLS: u64 = 10_000;
/// The bar: one percent more.
const MOST_REQUESTS: u64 = CALLS + CALLS / 100;
/// How many requests the service is dead for: all of the calls', and all of the budget's.
const DEAD_FOR: u64 = CALLS + 50;

pub fn measure() -> Part {
    let mut text = format!(
        "## A dead service (R4)\n\n{CALLS} calls to a service that answers 503, one after the other, then the service is back. The bar: {MOST_REQUESTS} requests, and a\nsuccess within a second. The time per call is that of a whole exchange on loopback, server included.\n\n| transport | requests | first success after its return | time per call |\n|---|---|---|---|\n"
    );
    let mut beyond = Vec::new();
    let start = || FaultServer::builder(Fault::Status503).first(DEAD_FOR).start().unwrap();
    let mut note = |name: &str, requests: u64, started: Instant, dead: Instant| {
        let (per_call, recovery) = ((dead - started).as_secs_f64() * 1e6 / 10_000.0, dead.elapsed());
        writeln!(text, "| {name} | {requests} | {:.1} ms | {per_call:.0} µs |", recovery.as_secs_f64() * 1000.0)
            .unwrap();
        if requests > MOST_REQUESTS || recovery.as_secs() >= 1 {
            beyond.push(format!("a dead service, {name}: {requests} requests, back after {recovery:?}"));
        }
    };
    let server = start();
    let client = Client::new(blocking(&plain()), config(&server));
    let started = Instant::now();
    (0..CALLS).for_each(|_| assert!(client.job_status(query()).is_err()));
    let (requests, dead) = (server.requests(), Instant::now());
    while client.job_status(query()).is_err() {}
    note("blocking", requests, started, dead);

    let server = start();
    let client = AsyncClient::new(asynchronous(&plain()), config(&server));
    on_tokio(async {
        let started = Instant::now();
        for _ in 0..CALLS {
            assert!(client.job_status(query()).await.is_err());
        }
        let (requests, dead) = (server.requests(), Instant::now());
        while client.job_status(query()).await.is_err() {}
        note("async", requests, started, dead);
    });
    (text, beyond)
}
