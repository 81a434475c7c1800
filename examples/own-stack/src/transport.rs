//! What core asks of a transport: to send, to sleep, to tell the time. How bytes go over the wire is in the other files.

use core::net::SocketAddr;
use core::time::Duration;
use std::thread;
use std::time::{Instant, SystemTime};

use smileid_core::{Clock, Moment, Request, Response, Transport, TransportError, TransportErrorKind as Kind};

use crate::exchange;
use crate::link::Link;

/// Plain HTTP to loopback addresses, one connection for each request.
#[derive(Debug, Clone, Copy)]
pub struct Plain {
    /// Monotonic time counts from here.
    origin: Instant,
}

impl Plain {
    /// A transport whose monotonic clock begins now.
    #[must_use]
    pub fn new() -> Self {
        Self { origin: Instant::now() }
    }
}

impl Default for Plain {
    fn default() -> Self {
        Self::new()
    }
}

/// Core has no clock: wall time signs requests and judges the age of replies, monotonic time keeps deadlines.
impl Clock for Plain {
    fn now(&self) -> Moment {
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Moment::new(i64::try_from(wall.as_millis()).unwrap_or(i64::MAX), self.origin.elapsed())
    }
}

impl Transport for Plain {
    /// One connection, one request, one reply. Any status is `Ok`; nothing is followed, and nothing is sent twice.
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        let target = Target::of(&request.url).ok_or(TransportError::new(Kind::Other))?;
        let mut link = Link::connect(target.address, request.timeout)?;
        link.write(&exchange::written(request, target.authority, target.path))?;
        exchange::read(&mut link, request.max_response_bytes)
    }

    fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        thread::sleep(duration);
        Ok(())
    }
}

/// The parts of an `http://ADDRESS:PORT/PATH` URL. Core has checked the base URL already: plain http goes to literal loopback
/// addresses alone, so there is no name to look up.
struct Target<'u> {
    authority: &'u str,
    address: SocketAddr,
    path: &'u str,
}

impl<'u> Target<'u> {
    fn of(url: &'u str) -> Option<Self> {
        let rest = url.strip_prefix("http://")?;
        let slash = rest.find('/')?;
        let (authority, path) = (rest.get(..slash)?, rest.get(slash..)?);
        let with_port = if authority.parse::<SocketAddr>().is_ok() { authority } else { &format!("{authority}:80") };
        Some(Self { authority, address: with_port.parse().ok()?, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        for (url, address, path) in [
            ("http://127.0.0.1:8080/v1/job_status", "127.0.0.1:8080", "/v1/job_status"),
            ("http://[::1]:8080/job_status", "[::1]:8080", "/job_status"),
            ("http://127.0.0.1/job_status", "127.0.0.1:80", "/job_status"),
        ] {
            let target = Target::of(url).unwrap();
            assert_eq!((target.address.to_string().as_str(), target.path), (address, path));
        }
        for url in ["https://127.0.0.1/x", "http://localhost/x", "http://127.0.0.1"] {
            assert!(Target::of(url).is_none(), "{url}");
        }
    }
}
