//! Idle connections, kept for the next request to the same place. It opens none.

use core::time::Duration;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::dial::Connection;
use crate::request::Target;

/// Idle connections, the latest last.
pub(crate) struct Pool {
    idle: Mutex<Vec<Idle>>,
    most: usize,
    longest: Duration,
}

struct Idle {
    is_tls: bool,
    host: String,
    port: u16,
    since: Instant,
    connection: Connection,
}

impl Pool {
    pub(crate) const fn new(most: usize, longest: Duration) -> Self {
        Self { idle: Mutex::new(Vec::new()), most, longest }
    }

    /// Takes the latest connection that leads there, was not idle for too long, and is open and quiet.
    pub(crate) fn take(&self, target: &Target<'_>) -> Option<Connection> {
        loop {
            let mut taken = {
                let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
                idle.retain(|idle| idle.since.elapsed() < self.longest);
                let at = idle.iter().rposition(|i| (i.is_tls, i.host.as_str(), i.port) == target.origin())?;
                idle.remove(at)
            };
            if taken.connection.inbox.source.is_quiet() {
                return Some(taken.connection);
            }
        }
    }

    /// Keeps a connection; the one that was idle for longest goes if there are too many.
    pub(crate) fn put(&self, target: &Target<'_>, connection: Connection) {
        let (is_tls, host, port) = target.origin();
        let kept = Idle { is_tls, host: host.to_owned(), port, since: Instant::now(), connection };
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.push(kept);
        let too_many = idle.len().saturating_sub(self.most);
        idle.drain(..too_many);
    }

    /// Closes them all.
    pub(crate) fn clear(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
