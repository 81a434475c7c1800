//! Opening connections. A thread looks up the name and opens the socket while the caller waits: those are the two steps that nothing can
//! interrupt. TLS and a proxy's tunnel follow on the caller's thread.

use alloc::sync::Arc;
use core::net::SocketAddr;
use core::time::Duration;
use std::io::{self, ErrorKind as Io, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Instant;

use rustls::ClientConfig;
use smileid_core::{TransportError, TransportErrorKind as Kind};
use smileid_http::{AddressRule, Cause, Proxy, SetupError, TransportOptions, is_loopback};

use crate::error::{self, Missing};
use crate::request::{self, Target};
use crate::response::{self, Inbox};
use crate::semaphore::Semaphore;
use crate::socket::{Socket, Tls, Wire};

/// An open connection: the socket for its deadline, and what reads and writes over it.
pub(crate) struct Connection {
    pub(crate) socket: Socket,
    pub(crate) inbox: Inbox<Box<dyn Wire>>,
}

/// Opens connections as the options say. Clones share the bound on threads.
#[derive(Clone)]
pub(crate) struct Dialer {
    tls: Arc<ClientConfig>,
    proxy: Option<Proxy>,
    rule: Option<AddressRule>,
    timeout: Duration,
    max_head_bytes: usize,
    threads: Semaphore,
}

/// How many addresses of a name are tried.
const MOST_ADDRESSES: usize = 16;

/// How often a call that waits for a thread looks for a stop.
const GLANCE: Duration = Duration::from_millis(20);

impl Dialer {
    pub(crate) fn new(options: &TransportOptions) -> Result<Self, SetupError> {
        Ok(Self {
            tls: Arc::new(options.tls_config()?),
            proxy: options.proxy().cloned(),
            rule: options.address_rule().cloned(),
            timeout: options.connect_timeout(),
            max_head_bytes: options.max_head_bytes(),
            threads: Semaphore::new(options.max_in_flight()),
        })
    }

    /// Ends the waits for a thread.
    pub(crate) fn stop(&self) {
        self.threads.stop();
    }

    /// Opens a connection to `target` until then, or until connecting has taken too long. `calls` may end it.
    pub(crate) fn connect(
        &self,
        target: &Target<'_>,
        until: Instant,
        calls: &Semaphore,
    ) -> Result<Connection, TransportError> {
        let connected_by = Instant::now().checked_add(self.timeout).map_or(until, |by| by.min(until));
        let connected = self.open(target, connected_by, calls);
        // Of two timeouts that end together, the request's is the one to report.
        if connected_by == until { connected.map_err(Cause::as_timeout) } else { connected }
    }

    fn open(&self, target: &Target<'_>, until: Instant, calls: &Semaphore) -> Result<Connection, TransportError> {
        let proxy = self.proxy.as_ref().filter(|_| !is_loopback(target.host));
        let (host, port) = proxy.map_or((target.host, target.port), Proxy::host_and_port);
        let socket = Socket::new(self.dial(host, port, until, calls)?, until);
        calls.watch(&socket)?;
        let mut wire: Box<dyn Wire> = Box::new(socket.clone());
        if let Some(proxy) = proxy {
            if proxy.speaks_tls() {
                wire = self.agree(wire, host)?;
            }
            wire = self.tunnel(wire, target, proxy)?;
        }
        if target.is_tls {
            wire = self.agree(wire, target.host)?;
        }
        Ok(Connection { socket, inbox: Inbox::new(wire) })
    }

    fn agree(&self, wire: Box<dyn Wire>, host: &str) -> Result<Box<dyn Wire>, TransportError> {
        let tls = Tls::agree(wire, host, Arc::clone(&self.tls)).map_err(|error| error::connecting(&error))?;
        Ok(Box::new(tls))
    }

    /// Has the proxy connect to the target: all that follows goes through it unread.
    fn tunnel(
        &self,
        mut wire: Box<dyn Wire>,
        target: &Target<'_>,
        proxy: &Proxy,
    ) -> Result<Box<dyn Wire>, TransportError> {
        let asked = request::connect(target, proxy.basic_credentials().as_deref().map(String::as_str));
        wire.write_all(&asked).map_err(|error| error::connecting(&error))?;
        let mut inbox = Inbox::new(wire);
        let refused = |error: TransportError| match error.kind() {
            Kind::Closed | Kind::TooLarge => Cause::Proxy.of(Kind::Connect),
            Kind::Timeout => Cause::ConnectTimeout.of(Kind::Connect),
            _ => error,
        };
        let head = response::read_head(&mut inbox, self.max_head_bytes).map_err(refused)?;
        match inbox.into_source() {
            Some(wire) if (200..300).contains(&head.status) => Ok(wire),
            _ => Err(Cause::Proxy.of(Kind::Connect)),
        }
    }

    /// Has a thread open a socket, and waits for it. A thread that is no longer waited for ends when the system gives up, and keeps
    /// its permit until then.
    fn dial(&self, host: &str, port: u16, until: Instant, calls: &Semaphore) -> Result<TcpStream, TransportError> {
        let late = || Cause::ConnectTimeout.of(Kind::Connect);
        let permit = self.threads.acquire(until).map_err(|missing| match missing {
            Missing::TimedOut => late(),
            Missing::Stopped => missing.into(),
        })?;
        let (sender, dialed) = sync_channel(1);
        let (host, rule) = (host.to_owned(), self.rule.clone());
        let work = move || {
            let connected = look_up_and_connect(&host, port, rule.as_ref(), until);
            drop(permit);
            // A caller that has gone does not miss it.
            let _ = sender.send(connected);
        };
        let spawned = thread::Builder::new().name("smileid-dial".to_owned()).spawn(work);
        spawned.map_err(|_| Cause::NoThread.of(Kind::Other))?;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match dialed.recv_timeout(left.min(GLANCE)) {
                Ok(connected) => return connected.map_err(|error| error::connecting(&error)),
                Err(RecvTimeoutError::Disconnected) => return Err(Cause::Library.of(Kind::Other)),
                Err(RecvTimeoutError::Timeout) if calls.is_stopped() => return Err(Missing::Stopped.into()),
                Err(RecvTimeoutError::Timeout) if left.is_zero() => return Err(late()),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

fn look_up_and_connect(host: &str, port: u16, rule: Option<&AddressRule>, until: Instant) -> io::Result<TcpStream> {
    let found = (host, port).to_socket_addrs().map_err(|_| io::Error::other(Cause::NameNotFound))?;
    let addresses: Vec<SocketAddr> = found.take(MOST_ADDRESSES).collect();
    if addresses.is_empty() {
        return Err(io::Error::other(Cause::NameNotFound));
    }
    // What is connected to are these very addresses: nothing is looked up a second time.
    if rule.is_some_and(|rule| addresses.iter().any(|address| !rule.permits(host, address.ip()))) {
        return Err(io::Error::other(Cause::PrivateAddress));
    }
    let stream = first_to_connect(&addresses, until)?;
    // Requests are written whole: waiting for more to send would only delay them.
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Tries one address after the other, each for half of what is left and the last for all of it.
fn first_to_connect(addresses: &[SocketAddr], until: Instant) -> io::Result<TcpStream> {
    let mut last = io::Error::from(Io::AddrNotAvailable);
    for (i, address) in addresses.iter().enumerate() {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Io::TimedOut.into());
        }
        let share = if i + 1 < addresses.len() { left / 2 } else { left };
        match TcpStream::connect_timeout(address, share.max(Duration::from_millis(1))) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    fn late() -> Instant {
        Instant::now() + Duration::from_secs(30)
    }

    #[test]
    fn the_next_address_is_tried_when_one_refuses() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let open = listener.local_addr().unwrap();
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert_eq!(first_to_connect(&[closed, open], late()).unwrap().peer_addr().unwrap(), open);
        assert_eq!(first_to_connect(&[closed], late()).unwrap_err().kind(), Io::ConnectionRefused);
        assert_eq!(first_to_connect(&[open], Instant::now()).unwrap_err().kind(), Io::TimedOut);
    }

    #[test]
    fn a_host_is_not_connected_to_at_an_address_that_the_rule_does_not_permit() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let strict = AddressRule::new(|_, _| false);
        let lax = AddressRule::new(|host, address| host == "127.0.0.1" && address.is_loopback());
        for (rule, host, permitted) in [
            (&strict, "localhost", false),
            (&strict, "127.0.0.1", false),
            (&strict, "::1", false),
            (&strict, "169.254.169.254", false),
            (&lax, "127.0.0.1", true),
            (&lax, "127.0.0.2", false),
            (&lax, "10.0.0.1", false),
        ] {
            let connected = look_up_and_connect(host, port, Some(rule), late());
            let refused = connected.err().and_then(|error| Cause::of_own(&error));
            assert_eq!(refused, if permitted { None } else { Some(Cause::PrivateAddress) }, "{host}");
        }
    }

    #[test]
    fn a_call_that_waits_for_a_thread_can_be_stopped() {
        let options = TransportOptions::new().with_roots(smileid_http::Roots::Added);
        let dialer = Dialer { threads: Semaphore::new(0), ..Dialer::new(&options).unwrap() };
        thread::scope(|scope| {
            let waiting = scope.spawn(|| dialer.dial("127.0.0.1", 9, late(), &Semaphore::new(1)).map(drop));
            dialer.threads.stop();
            assert_eq!(waiting.join().unwrap().unwrap_err().kind(), Kind::Cancelled);
        });
    }
}
