//! The callbacks of a sandbox: which are due, where they may go, and what became of each. `deliver` sends them.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hyper::Uri;
use tokio::sync::mpsc;

use crate::jobs::{Arrival, Seen};
use crate::model::Stage;

/// The most callbacks that wait to be sent: nothing accepts them that fast, and each keeps a job.
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
    /// Returns whether it was accepted: answered with 2xx.
    #[must_use]
    pub fn delivered(&self) -> bool {
        matches!(self.attempts.last(), Some(Ok(200..=299)))
    }
}

/// Hides ids and the URL.
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

    /// Records a callback that is due, and queues it.
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

    /// Returns the latest deliveries, oldest first.
    pub(crate) fn latest(&self) -> Vec<Delivery> {
        self.log().latest.iter().cloned().collect()
    }

    pub(crate) fn note(&self, number: u64, attempt: Result<u16, &'static str>, last: bool) {
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

/// Where a callback goes.
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(crate) host: String,
    pub(crate) path: String,
}

/// Checks whether callbacks may be sent to a URL, or returns what is wrong with it.
pub(crate) fn check(url: &str) -> Result<(), &'static str> {
    target(url).map(|_| ())
}

/// Reads a callback's URL, or returns what is wrong with it.
pub(crate) fn target(url: &str) -> Result<Target, &'static str> {
    const PROBLEM: &str = "callbacks go only to plain http on this machine: http://127.0.0.1:PORT/path";
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callbacks_stay_on_this_machine() {
        for good in ["http://127.0.0.1:9000/hook?x=1", "http://localhost:1", "http://[::1]:80/", "http://127.8.8.8/"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "https://127.0.0.1/", "http://example.com/", "http://10.0.0.1/", "/hook", "", "http://a@127.0.0.1/",
            "http://0.0.0.0/",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
