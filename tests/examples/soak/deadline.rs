//! How late a call ends after its deadline, wherever the service stalls, and how soon an interrupted one ends.

use core::fmt::Write;
use core::time::Duration;
use std::thread;
use std::time::Instant;

use smileid_core::{AsyncClient, Client, Config, Error, ErrorKind, WaitPolicy};
use smileid_sandbox::faults::{Fault, FaultServer};
use smileid_tests::query;

use crate::Part;
use crate::stacks::{self, on_tokio, trusting};

const DEADLINE: Duration = Duration::from_millis(200);
/// The bar.
const LATE: Duration = Duration::from_millis(50);
const TIMES: usize = 25;

const STALLS: [(&str, Fault); 6] = [
    ("connecting", Fault::Blackhole),
    ("in the TLS handshake", Fault::StallInHandshake),
    ("before the head", Fault::StallBeforeHead),
    ("in the head", Fault::Head1BytePerS),
    ("in the body", Fault::StallMidBody),
    ("asleep between two polls", Fault::NeverComplete),
];

pub fn measure() -> Part {
    let mut text = format!(
        "## Deadlines (R1)\n\nA call with a deadline of {} ms, {TIMES} times at each point; how much later than the deadline it ended. The bar: {} ms.\n\
         A wait that is asleep ends as soon as nothing more can happen before its deadline, which is before it.\n\n\
         | stalled | blocking: median, worst | async: median, worst | interrupted (blocking): worst |\n|---|---|---|---|\n",
        DEADLINE.as_millis(),
        LATE.as_millis()
    );
    let mut beyond = Vec::new();
    for (place, fault) in STALLS {
        let server = FaultServer::start(fault).unwrap();
        let (blocking, asynchronous) = (blocking(&server), asynchronous(&server));
        let interrupted = interrupted(&server);
        writeln!(text, "| {place} | {} | {} | {:.1} ms |", summary(&blocking), summary(&asynchronous), ms(interrupted))
            .unwrap();
        for (name, late) in [("blocking", &blocking), ("async", &asynchronous)] {
            let worst = late.last().copied().unwrap_or_default();
            if worst > ms(LATE) {
                beyond.push(format!("{place}, {name}: {worst:.1} ms past the deadline"));
            }
        }
        if interrupted > LATE {
            beyond.push(format!("{place}: interrupted after {interrupted:?}"));
        }
    }
    (text, beyond)
}

fn config(server: &FaultServer) -> Config {
    stacks::config(server).with_call_deadline(DEADLINE)
}

/// A wait that polls as often as it may, for the stall in which the service answers.
fn policy() -> WaitPolicy {
    WaitPolicy::DEFAULT.with_interval(Duration::ZERO).with_deadline(DEADLINE)
}

fn blocking(server: &FaultServer) -> Vec<f64> {
    let client = Client::new(stacks::blocking(&trusting(server.ca_pem())), config(server));
    late(|| match server.fault() {
        Fault::NeverComplete => client.wait_with(query(), policy()).unwrap_err(),
        _ => client.job_status(query()).unwrap_err(),
    })
}

fn asynchronous(server: &FaultServer) -> Vec<f64> {
    let client = AsyncClient::new(stacks::asynchronous(&trusting(server.ca_pem())), config(server));
    late(|| match server.fault() {
        Fault::NeverComplete => on_tokio(client.wait_with(query(), policy())).unwrap_err(),
        _ => on_tokio(client.job_status(query())).unwrap_err(),
    })
}

/// Milliseconds past the deadline, in order; negative where it ended before.
fn late(call: impl Fn() -> Error) -> Vec<f64> {
    let once = || {
        let started = Instant::now();
        let error = call();
        let late = ms(started.elapsed()) - ms(DEADLINE);
        assert_eq!(error.kind(), ErrorKind::Deadline, "{late:.1} ms late: {error:?}");
        late
    };
    let mut late: Vec<f64> = (0..TIMES).map(|_| once()).collect();
    late.sort_by(f64::total_cmp);
    late
}

/// The longest from the word to stop to the end of a call.
fn interrupted(server: &FaultServer) -> Duration {
    let once = || {
        let transport = stacks::blocking(&trusting(server.ca_pem()));
        let interrupt = transport.interrupt();
        let client = Client::new(transport, config(server).with_call_deadline(Duration::from_secs(20)));
        let waiting = thread::spawn(move || {
            let kind = match client.wait(query()) {
                Err(error) => error.kind(),
                Ok(_) => panic!("an answer came out of a stall"),
            };
            assert_eq!(kind, ErrorKind::Cancelled);
        });
        thread::sleep(Duration::from_millis(50));
        let interrupted_at = Instant::now();
        interrupt.stop();
        waiting.join().unwrap();
        interrupted_at.elapsed()
    };
    (0..TIMES).map(|_| once()).max().unwrap_or_default()
}

fn summary(late: &[f64]) -> String {
    let (median, worst) = (late[late.len() / 2], late[late.len() - 1]);
    if worst < 0.0 { "before it".to_owned() } else { format!("{median:.1} ms, {worst:.1} ms") }
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
