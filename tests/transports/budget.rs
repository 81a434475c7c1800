//! The retry budget against a dead service: how many requests it costs, and how soon calls succeed again.

use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use core::time::Duration;
use std::sync::Arc;

use smileid_conformance::{Exchange, FakeClock, Hurried, Scripted};
use smileid_core::{AsyncClient, Client, Clock, ErrorKind, State, TransportErrorKind as Kind};
use smileid_sandbox::faults::{Fault, FaultServer};
use smileid_tests::{NOON, Reply, config, query};

use crate::stacks::{self, asynchronous, blocking, on_tokio, plain};

#[test]
fn ten_thousand_calls_to_a_dead_service_cost_one_percent_more_and_recover_at_once() {
    let alive = Arc::new(AtomicBool::new(false));
    let requests = Arc::new(AtomicU64::new(0));
    let (is_alive, count) = (Arc::clone(&alive), Arc::clone(&requests));
    let transport = Scripted::answering(FakeClock::at(NOON), move |_, now| {
        count.fetch_add(1, Ordering::Relaxed);
        let took = Duration::from_millis(5);
        let exchange = if is_alive.load(Ordering::Relaxed) {
            Exchange::reply(Reply::approved().at(now))
        } else {
            Exchange::failure(Kind::Connect)
        };
        exchange.after(took)
    });
    let client = Client::new(transport.clone(), config());
    let clones: Vec<_> = (0..10).map(|_| client.clone()).collect();
    for call in 0..10_000 {
        let error = clones[call % clones.len()].job_status(query()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Transport | ErrorKind::Throttled), "{error:?}");
    }
    let spent = requests.load(Ordering::Relaxed);
    assert!((10_000..=10_100).contains(&spent), "{spent}");
    assert_eq!(client.config().retry_budget().left(), 0);
    // It comes back: the very next call succeeds, and calls that succeed fill the budget again.
    alive.store(true, Ordering::Relaxed);
    let back = transport.now();
    assert_eq!(client.job_status(query()).unwrap().state(), State::Final);
    assert!(transport.now().since(back) < Duration::from_secs(1));
    for _ in 0..99 {
        client.job_status(query()).unwrap();
    }
    assert_eq!(client.config().retry_budget().left(), smileid_core::RetryBudget::default().left());
}

/// The same on sockets, with the server's own count. The sleeps between attempts are skipped.
#[test]
fn on_sockets_too() {
    const CALLS: u64 = 1000;
    let start = || FaultServer::builder(Fault::Status503).first(CALLS + 50).start().unwrap();
    let server = start();
    let client = Client::new(Hurried::new(blocking(&plain())), stacks::config(&server));
    for _ in 0..CALLS {
        assert!(client.job_status(query()).is_err());
    }
    assert_eq!(server.requests(), CALLS + 50);
    assert_eq!(client.job_status(query()).unwrap().state(), State::Final);
    let server = start();
    let client = AsyncClient::new(Hurried::new(asynchronous(&plain())), stacks::config(&server));
    on_tokio(async {
        for _ in 0..CALLS {
            assert!(client.job_status(query()).await.is_err());
        }
        assert_eq!(server.requests(), CALLS + 50);
        assert_eq!(client.job_status(query()).await.unwrap().state(), State::Final);
    });
}
