//! A call ends by its deadline wherever the service stalls, on real sockets. How exactly is measured by `cargo xtask nightly soak`: the bounds
//! here are wide, so that a busy machine does not fail them.

use core::time::Duration;
use std::thread;
use std::time::Instant;

use smileid_core::{AsyncClient, Client, Config, Error, ErrorKind, WaitPolicy};
use smileid_sandbox::faults::{Fault, FaultServer};
use smileid_tests::query;

use crate::stacks::{self, asynchronous, blocking, on_tokio, trusting};

const DEADLINE: Duration = Duration::from_millis(300);
/// Without a hard deadline the stalls last for ever, and the attempt's own time-out ends them after ten seconds.
const LATE: Duration = Duration::from_secs(5);

/// Connecting, the handshake, before the head, in it, in the body, and a body that never quite ends.
const STALLS: [Fault; 7] = [
    Fault::Blackhole,
    Fault::StallInHandshake,
    Fault::AcceptNeverRead,
    Fault::StallBeforeHead,
    Fault::Head1BytePerS,
    Fault::StallMidBody,
    Fault::Dribble,
];

fn config(server: &FaultServer) -> Config {
    stacks::config(server).with_call_deadline(DEADLINE)
}

fn check(name: &str, started: Instant, error: &Error) {
    let took = started.elapsed();
    assert_eq!(error.kind(), ErrorKind::Deadline, "{name}: {error:?}");
    assert!(took < DEADLINE + LATE, "{name}: {took:?}");
    assert!(error.elapsed() <= took, "{name}: the error tells of {:?}", error.elapsed());
}

#[test]
fn every_stall_ends_by_the_deadline() {
    thread::scope(|scope| {
        for fault in STALLS {
            scope.spawn(move || {
                let server = FaultServer::start(fault).unwrap();
                let client = Client::new(blocking(&trusting(server.ca_pem())), config(&server));
                let started = Instant::now();
                let error = client.job_status(query()).unwrap_err();
                assert!(started.elapsed() >= DEADLINE, "{fault}, blocking: ended early");
                check(&format!("{fault}, blocking"), started, &error);
            });
            scope.spawn(move || {
                let server = FaultServer::start(fault).unwrap();
                let client = AsyncClient::new(asynchronous(&trusting(server.ca_pem())), config(&server));
                let started = Instant::now();
                let error = on_tokio(client.job_status(query())).unwrap_err();
                // Tokio's timers are a millisecond coarse.
                assert!(started.elapsed() + Duration::from_millis(2) >= DEADLINE, "{fault}, async: ended early");
                check(&format!("{fault}, async"), started, &error);
            });
        }
    });
}

#[test]
fn a_wait_ends_by_its_deadline_and_never_sleeps_past_it() {
    for (fault, polls) in [(Fault::NeverComplete, 1..=3), (Fault::StallBeforeHead, 1..=1)] {
        let server = FaultServer::start(fault).unwrap();
        let policy = WaitPolicy::DEFAULT.with_interval(Duration::ZERO).with_deadline(Duration::from_millis(600));
        let client = Client::new(blocking(&trusting(server.ca_pem())), config(&server));
        let started = Instant::now();
        let error = client.wait_with(query(), policy).unwrap_err();
        check(&format!("a wait for {fault}"), started, &error);
        assert!(polls.contains(&error.polls()), "{fault}: {error:?}");
        assert_eq!(error.last_answer().is_some(), fault == Fault::NeverComplete, "{fault}");
    }
}

#[test]
fn a_retry_that_does_not_fit_is_not_slept_for() {
    // It asks for three seconds, of which the deadline leaves none.
    let server = FaultServer::start(Fault::Status429RetryAfter).unwrap();
    let client = Client::new(blocking(&trusting(server.ca_pem())), config(&server));
    let started = Instant::now();
    let error = client.job_status(query()).unwrap_err();
    assert_eq!((error.kind(), error.polls()), (ErrorKind::Throttled, 1), "{error:?}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
    assert!(started.elapsed() < DEADLINE + LATE);
}

#[test]
fn waiting_for_a_place_counts_against_the_deadline() {
    let server = FaultServer::start(Fault::StallBeforeHead).unwrap();
    let options = trusting(server.ca_pem()).with_max_in_flight(1);
    let config = config(&server);
    let transport = blocking(&options);
    thread::scope(|scope| {
        for _ in 0..3 {
            let client = Client::new(transport.clone(), config.clone());
            scope.spawn(move || {
                let started = Instant::now();
                check("blocking, three for one place", started, &client.job_status(query()).unwrap_err());
            });
        }
    });
    on_tokio(async {
        let client = AsyncClient::new(asynchronous(&options), config);
        let started = Instant::now();
        let (one, two, three) =
            tokio::join!(client.job_status(query()), client.job_status(query()), client.job_status(query()));
        for outcome in [one, two, three] {
            check("async, three for one place", started, &outcome.unwrap_err());
        }
    });
}
