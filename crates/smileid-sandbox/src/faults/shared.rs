//! What the threads of a fault server share: what it does, what it has seen, and the word to stop. No byte is sent here.

use core::net::SocketAddr;
use core::time::Duration;
use std::collections::HashMap;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use rustls::ServerConfig;
use smileid_core::credentials::Credentials;
use smileid_core::time::Moment;

use super::Fault;
use super::question::Question;

/// What all threads of one server know.
pub(super) struct Shared {
    pub(super) fault: Fault,
    /// How many requests the fault strikes, where not all.
    pub(super) first: Option<u64>,
    pub(super) credentials: Credentials,
    pub(super) tls: Option<Arc<ServerConfig>>,
    pub(super) here: String,
    pub(super) elsewhere: String,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    stopping: bool,
    draining: bool,
    connections: u64,
    requests: u64,
    strays: u64,
    latest: Option<Vec<u8>>,
    open: HashMap<u64, TcpStream>,
}

/// A connection's place among those that are open. Dropping it takes the connection off.
pub(super) struct Open {
    shared: Arc<Shared>,
    /// Which connection of the server it is, from 0.
    pub(super) nth: u64,
}

impl Shared {
    pub(super) fn new(
        fault: Fault,
        first: Option<u64>,
        credentials: Credentials,
        tls: Option<Arc<ServerConfig>>,
        (here, elsewhere): (String, String),
    ) -> Self {
        let (state, changed) = Default::default();
        Self { fault, first, credentials, tls, here, elsewhere, state, changed }
    }

    /// Whether the fault strikes the request, or the connection, after `before` others.
    pub(super) fn strikes(&self, before: u64) -> bool {
        self.first.is_none_or(|first| before < first)
    }

    /// The question that a request's body asks.
    pub(super) fn question(&self, body: &[u8], before: u64) -> Question<'_> {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = Moment::new(i64::try_from(wall.as_millis()).unwrap_or(i64::MAX), Duration::ZERO);
        Question::new(body, &self.credentials, now).after(before).at_urls(&self.here, &self.elsewhere)
    }

    pub(super) fn opened(self: &Arc<Self>, stream: &TcpStream) -> std::io::Result<Open> {
        let handle = stream.try_clone()?;
        let mut state = self.state();
        let nth = state.connections;
        state.connections += 1;
        if state.stopping {
            return Err(std::io::ErrorKind::Interrupted.into());
        }
        state.open.insert(nth, handle);
        Ok(Open { shared: Arc::clone(self), nth })
    }

    /// Counts a request, keeps it as it came, and says how many came before it.
    pub(super) fn asked(&self, raw: Vec<u8>) -> u64 {
        let mut state = self.state();
        state.latest = Some(raw);
        let before = state.requests;
        state.requests += 1;
        drop(state);
        self.changed.notify_all();
        before
    }

    pub(super) fn strayed(&self) {
        self.state().strays += 1;
    }

    pub(super) fn connections(&self) -> u64 {
        self.state().connections
    }

    pub(super) fn requests(&self) -> u64 {
        self.state().requests
    }

    pub(super) fn latest(&self) -> Option<Vec<u8>> {
        self.state().latest.clone()
    }

    pub(super) fn strays(&self) -> u64 {
        self.state().strays
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.state().stopping
    }

    /// Tells every thread to end and closes every connection.
    pub(super) fn stop(&self) {
        let mut state = self.state();
        state.stopping = true;
        close_all(&state.open);
        drop(state);
        self.changed.notify_all();
    }

    /// Waits until somebody asks whether all connections are closed, or the server stops.
    pub(super) fn wait_for_drain(&self) {
        let state = self.state();
        let ended = self.changed.wait_while(state, |state| !state.draining && !state.stopping);
        drop(ended.unwrap_or_else(PoisonError::into_inner));
    }

    /// Whether so many requests have come, within this time.
    pub(super) fn wait_for_requests(&self, requests: u64, patience: Duration) -> bool {
        self.wait(patience, |state| state.requests >= requests)
    }

    /// Whether every connection is closed, by the client where the fault leaves that to it, within this time.
    pub(super) fn wait_for_close(&self, patience: Duration) -> bool {
        self.state().draining = true;
        self.changed.notify_all();
        let closed = self.wait(patience, |state| state.open.is_empty());
        self.state().draining = false;
        closed
    }

    fn wait(&self, patience: Duration, met: impl Fn(&State) -> bool) -> bool {
        let until = Instant::now() + patience;
        let mut state = self.state();
        while !met(&state) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// A lock that a panicking thread held is still good here: no invariant spans two steps.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let closed = self.shared.state().open.remove(&self.nth);
        drop(closed);
        self.shared.changed.notify_all();
    }
}

/// The second listener that redirects lead to.
pub(super) fn elsewhere_url(address: SocketAddr) -> String {
    format!("http://localhost:{}/v1/job_status", address.port())
}

/// Closes every connection that is open, under whoever waits on it.
pub(super) fn close_all(open: &HashMap<u64, TcpStream>) {
    for stream in open.values() {
        // One that is closed already needs no closing.
        let _closed = stream.shutdown(Shutdown::Both);
    }
}
