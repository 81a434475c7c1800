//! Cancelling at every await point, and interrupting at every blocking one: what is given up leaves no place, task, thread or socket.

use core::time::Duration;
use std::sync::mpsc;
use std::thread;

use smileid_conformance::{Cancelled, cancelled_after};
use smileid_core::{AsyncClient, Client, ErrorKind, WaitPolicy};
use smileid_http_blocking::TransportOptions;
use smileid_sandbox::faults::{Fault, FaultServer};
use smileid_tests::query;
use tokio::runtime::Handle;
use tokio::time::{sleep, timeout};

use crate::stacks::{asynchronous, blocking, config, on_tokio, trusting};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long nothing happens before a stall is taken for one.
const QUIET: Duration = Duration::from_millis(30);
/// No call has more await points than this.
const MOST_POLLS: usize = 100;

fn options(server: &FaultServer) -> TransportOptions {
    trusting(server.ca_pem()).with_max_in_flight(1)
}

/// Where a call can stand still: each is dropped at every await point up to there.
const POINTS: [Fault; 7] = [
    Fault::Slicer,
    Fault::Blackhole,
    Fault::StallInHandshake,
    Fault::StallBeforeHead,
    Fault::StallMidBody,
    // The call then sleeps for three seconds.
    Fault::Status429RetryAfter,
    Fault::GzipUnasked,
];

#[test]
fn a_call_dropped_at_any_await_point_leaves_nothing() {
    thread::scope(|scope| {
        for fault in POINTS {
            scope.spawn(move || on_tokio(dropped(fault)));
        }
    });
}

async fn dropped(fault: Fault) {
    for polls in 1..=MOST_POLLS {
        let server = FaultServer::start(fault).unwrap();
        let client = AsyncClient::new(asynchronous(&options(&server)), config(&server));
        let ended = cancelled_after(polls, client.job_status(query()), sleep(QUIET)).await;
        // The one place is free again: another exchange gets as far as the peer, or as the first one got.
        let places = format!("{:?}", client.transport());
        assert!(places.contains("free_places: 1"), "{fault} at {polls}: {places}");
        drop(client);
        let tasks = async {
            while Handle::current().metrics().num_alive_tasks() > 0 || !server.all_closed_within(Duration::ZERO) {
                sleep(Duration::from_millis(1)).await;
            }
        };
        assert!(timeout(PATIENCE, tasks).await.is_ok(), "{fault} at {polls}: a task or a socket is left");
        if !matches!(ended, Cancelled::AtPoint) {
            return;
        }
    }
    panic!("{fault}: it neither ended nor stood still in {MOST_POLLS} polls");
}

#[test]
fn a_dropped_wait_leaves_nothing_and_the_next_one_goes_on() {
    on_tokio(async {
        let server = FaultServer::start(Fault::NeverComplete).unwrap();
        let client = AsyncClient::new(asynchronous(&options(&server)), config(&server));
        for asked in 1..=3 {
            // The wait is asleep between two polls when it is dropped.
            assert!(timeout(Duration::from_millis(200), client.wait(query())).await.is_err());
            assert!(server.requests() < 2 * asked);
            assert!(client.job_status(query()).await.is_ok());
        }
        // All of it went over connections that were kept.
        assert!(server.connections() <= 4, "{}", server.connections());
    });
}

/// Where a blocking call can stand still.
const STALLS: [Fault; 6] = [
    Fault::Blackhole,
    Fault::StallInHandshake,
    Fault::StallBeforeHead,
    Fault::Head1BytePerS,
    Fault::StallMidBody,
    Fault::Status429RetryAfter,
];

#[test]
fn blocking_call_is_interrupted_at_every_stage() {
    thread::scope(|scope| {
        for fault in STALLS {
            scope.spawn(move || interrupted(fault));
        }
    });
}

fn interrupted(fault: Fault) {
    let server = FaultServer::start(fault).unwrap();
    let transport = blocking(&options(&server));
    let interrupt = transport.interrupt();
    let client = Client::new(transport, config(&server));
    let (sender, outcomes) = mpsc::channel();
    thread::scope(|scope| {
        // Two calls and one place: the second waits for it.
        for _ in 0..2 {
            let (client, sender) = (client.clone(), sender.clone());
            scope.spawn(move || sender.send(client.job_status(query())));
        }
        if matches!(fault, Fault::StallBeforeHead | Fault::StallMidBody | Fault::Status429RetryAfter) {
            assert!(server.wait_for_requests(1, PATIENCE));
        }
        thread::sleep(QUIET);
        interrupt.stop();
        for _ in 0..2 {
            let error = outcomes.recv_timeout(PATIENCE).unwrap().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Cancelled, "{fault}: {error:?}");
        }
    });
    assert_eq!(client.job_status(query()).unwrap_err().kind(), ErrorKind::Cancelled, "{fault}: later calls too");
    assert!(server.all_closed_within(PATIENCE), "{fault}: a socket is left");
}

#[test]
fn sleeping_blocking_wait_is_interrupted() {
    let server = FaultServer::start(Fault::NeverComplete).unwrap();
    let transport = blocking(&options(&server));
    let interrupt = transport.interrupt();
    let client = Client::new(transport, config(&server));
    thread::scope(|scope| {
        let waiting = scope.spawn(|| client.wait_with(query(), WaitPolicy::DEFAULT.with_interval(PATIENCE)));
        assert!(server.wait_for_requests(1, PATIENCE));
        thread::sleep(QUIET);
        interrupt.stop();
        let error = waiting.join().unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
        assert!(error.last_answer().is_some(), "what was learnt is kept");
    });
    assert!(server.all_closed_within(PATIENCE));
}
