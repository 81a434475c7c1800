//! Callbacks: when one is due it is signed, sent and sent again until it is taken, and each attempt is remembered.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use core::time::Duration;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc};

use crate::jobs::{Arrival, Seen, Stage};
use crate::replies;
use crate::shared::Shared;

/// How often a callback is sent that is not taken.
const ATTEMPTS: u32 = 5;
/// The pause before the second attempt; each later one is twice as long.
const PAUSE: Duration = Duration::from_millis(100);
/// How long an attempt may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many are under way at a time: more would need more sockets than a process may have.
const AT_A_TIME: usize = 32;
/// How many wait to be sent: nobody takes them that fast, and each holds a job.
const MOST_WAITING: usize = 10_000;
/// The most deliveries that are remembered.
const MOST: usize = 1000;

/// What became of a callback.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// Its number, counted from 1.
    pub number: u64,
    /// The user it is about.
    pub user_id: String,
    /// The job it is about.
    pub job_id: String,
    /// The stage that brought it about.
    pub stage: Stage,
    /// Where it goes.
    pub url: String,
    /// Each attempt: the status it was answered with, or what went wrong.
    pub attempts: Vec<Result<u16, &'static str>>,
    /// Whether no further attempt is made.
    pub done: bool,
}

impl Delivery {
    /// Whether it was taken: answered with 2xx.
    #[must_use]
    pub fn delivered(&self) -> bool {
        matches!(self.attempts.last(), Some(Ok(200..=299)))
    }
}

/// Ids and the place are not shown.
impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, stage, attempts, done, .. } = self;
        f.debug_struct("Delivery")
            .field("number", number)
            .field("stage", stage)
            .field("attempts", attempts)
            .field("done", done)
            .finish_non_exhaustive()
    }
}

/// The callbacks of a sandbox.
pub(crate) struct Callbacks {
    queue: mpsc::Sender<(u64, Arrival)>,
    log: Mutex<Log>,
}

#[derive(Default)]
struct Log {
    next: u64,
    latest: VecDeque<Delivery>,
}

/// The other end of the queue, for the task that delivers.
pub(crate) type Queue = mpsc::Receiver<(u64, Arrival)>;

impl Callbacks {
    pub(crate) fn new() -> (Self, Queue) {
        let (queue, due) = mpsc::channel(MOST_WAITING);
        (Self { queue, log: Mutex::default() }, due)
    }

    /// Notes a callback that is due, and has it sent.
    pub(crate) fn send(&self, arrival: Arrival) -> u64 {
        let mut log = self.log();
        log.next += 1;
        let number = log.next;
        if log.latest.len() == MOST {
            log.latest.pop_front();
        }
        let Seen { job, .. } = &arrival.seen;
        log.latest.push_back(Delivery {
            number,
            user_id: job.user.clone(),
            job_id: job.id.clone(),
            stage: arrival.seen.stage().clone(),
            url: arrival.url.to_string(),
            attempts: Vec::new(),
            done: false,
        });
        drop(log);
        if self.queue.try_send((number, arrival)).is_err() {
            self.note(number, Err("too many callbacks are waiting to be sent"), true);
        }
        number
    }

    /// The latest deliveries, oldest first.
    pub(crate) fn latest(&self) -> Vec<Delivery> {
        self.log().latest.iter().cloned().collect()
    }

    fn note(&self, number: u64, attempt: Result<u16, &'static str>, last: bool) {
        let mut log = self.log();
        if let Some(delivery) = log.latest.iter_mut().find(|delivery| delivery.number == number) {
            delivery.attempts.push(attempt);
            delivery.done = last;
        }
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Delivers whatever becomes due, until the sandbox ends.
pub(crate) async fn deliver(mut due: Queue, shared: Arc<Shared>) {
    let places = Arc::new(Semaphore::new(AT_A_TIME));
    while let Some((number, arrival)) = due.recv().await {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            deliver_one(&shared, number, &arrival).await;
            drop(place);
        });
    }
}

async fn deliver_one(shared: &Shared, number: u64, arrival: &Arrival) {
    let mut pause = PAUSE;
    for attempt in 1..=ATTEMPTS {
        // Signed anew each time, so that a late attempt is as fresh as the first.
        let outcome =
            match (target(&arrival.url), replies::callback(shared.scene(), &arrival.seen, shared.clock.wall())) {
                (Ok(target), Some(body)) => match tokio::time::timeout(PATIENCE, post(&target, body)).await {
                    Ok(outcome) => outcome,
                    Err(_) => Err("no answer within 5 s"),
                },
                (Err(problem), _) => Err(problem),
                (_, None) => Err("nothing is called back at this stage"),
            };
        let last = attempt == ATTEMPTS || matches!(outcome, Ok(200..=299));
        shared.callbacks.note(number, outcome, last);
        if last {
            return;
        }
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
}

/// Where a callback goes.
struct Target {
    address: SocketAddr,
    host: String,
    path: String,
}

/// Whether callbacks may be sent to a URL; what is wrong with it where not.
pub(crate) fn check(url: &str) -> Result<(), &'static str> {
    target(url).map(|_| ())
}

fn target(url: &str) -> Result<Target, &'static str> {
    const PROBLEM: &str = "callbacks go to plain http on this machine alone: http://127.0.0.1:PORT/path";
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/:[]?=&".contains(c);
    if !url.chars().all(plain) {
        return Err(PROBLEM);
    }
    let uri: Uri = url.parse().map_err(|_| PROBLEM)?;
    let (Some("http"), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(PROBLEM) };
    let host = authority.host();
    let ip = match host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        Ok(ip) if ip.is_loopback() => ip,
        Err(_) if host == "localhost" => IpAddr::V4(Ipv4Addr::LOCALHOST),
        _ => return Err(PROBLEM),
    };
    let port = authority.as_str().strip_prefix(host).unwrap_or_default();
    if !port.is_empty() && !authority.port_u16().is_some_and(|number| port == format!(":{number}") && number > 0) {
        return Err(PROBLEM);
    }
    let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let address = SocketAddr::new(ip, authority.port_u16().unwrap_or(80));
    Ok(Target { address, host: authority.as_str().to_owned(), path })
}

async fn post(target: &Target, body: String) -> Result<u16, &'static str> {
    let stream = TcpStream::connect(target.address).await.map_err(|_| "nobody listens there")?;
    let broken = |_| "the connection broke";
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let request = Request::post(target.path.as_str())
        .header(HOST, target.host.as_str())
        .header(CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(body)))
        .map_err(|_| "the URL cannot be asked for")?;
    let carried = tokio::spawn(connection);
    let status = sender.send_request(request).await.map(|response| response.status().as_u16()).map_err(broken);
    // Nothing more of it is wanted, however long its body is.
    carried.abort();
    status
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callbacks_stay_on_this_machine() {
        for good in ["http://127.0.0.1:9000/hook?x=1", "http://localhost:1", "http://[::1]:80/", "http://127.8.8.8/"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "https://127.0.0.1/",
            "http://example.com/",
            "http://10.0.0.1/",
            "/hook",
            "",
            "http://a@127.0.0.1/",
            "http://0.0.0.0/",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
