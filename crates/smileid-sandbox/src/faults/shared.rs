//! What the threads of a fault server share: what it does, and what it was asked. No byte is sent here.

use core::net::SocketAddr;
use core::time::Duration;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use rustls::ServerConfig;
use smileid_core::{Credentials, Moment};

use super::Fault;
use super::listening::Connections;
use super::question::FaultRequest;

/// What all threads of one server know.
pub(super) struct FaultServerState {
    pub(super) fault: Fault,
    /// How many requests the fault strikes, if not all.
    pub(super) first: Option<u64>,
    pub(super) credentials: Credentials,
    pub(super) tls: Option<Arc<ServerConfig>>,
    /// The URL of job status here, and of the second listener that redirects lead to.
    urls: (String, String),
    pub(super) connections: Arc<Connections>,
    asked: Mutex<Counts>,
    changed: Condvar,
}

#[derive(Default)]
struct Counts {
    requests: u64,
    strays: u64,
    latest: Option<Vec<u8>>,
}

impl FaultServerState {
    pub(super) fn new(
        fault: Fault,
        first: Option<u64>,
        credentials: Credentials,
        tls: Option<Arc<ServerConfig>>,
        urls: (String, String),
    ) -> Self {
        let (connections, asked, changed) = Default::default();
        Self { fault, first, credentials, tls, urls, connections, asked, changed }
    }

    /// Returns whether the fault strikes the request, or the connection, after `before` others.
    pub(super) fn strikes(&self, before: u64) -> bool {
        self.first.is_none_or(|first| before < first)
    }

    /// Returns the question that a request's body asks.
    pub(super) fn question(&self, body: &[u8], before: u64) -> FaultRequest<'_> {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = Moment::new(i64::try_from(wall.as_millis()).unwrap_or(i64::MAX), Duration::ZERO);
        let (here, elsewhere) = &self.urls;
        FaultRequest::new(body, &self.credentials, now).after(before).at_urls(here, elsewhere)
    }

    /// Counts a request, keeps it as it came, and returns how many came before it.
    pub(super) fn asked(&self, raw: Vec<u8>) -> u64 {
        let mut asked = self.state();
        asked.latest = Some(raw);
        let before = asked.requests;
        asked.requests += 1;
        drop(asked);
        self.changed.notify_all();
        before
    }

    pub(super) fn strayed(&self) {
        self.state().strays += 1;
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

    /// Returns whether so many requests came within this time.
    pub(super) fn wait_for_requests(&self, requests: u64, patience: Duration) -> bool {
        let waited = self.changed.wait_timeout_while(self.state(), patience, |asked| asked.requests < requests);
        waited.unwrap_or_else(PoisonError::into_inner).0.requests >= requests
    }

    /// A lock that a panicking thread held is still good here: no invariant spans two steps.
    fn state(&self) -> MutexGuard<'_, Counts> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the URL that redirects to another host lead to.
pub(super) fn elsewhere_url(address: SocketAddr) -> String {
    format!("http://localhost:{}/v1/job_status", address.port())
}
