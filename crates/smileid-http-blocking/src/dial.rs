//! Looking up names and opening sockets, each on a thread of its own while the caller waits for it: the two things that no thread can
//! be called back from. All else of an exchange runs on the caller's thread.

use alloc::sync::Arc;
use core::fmt;
use core::net::{IpAddr, SocketAddr};
use core::time::Duration;
use std::io::{self, ErrorKind as Io};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use smileid_http::Cause;
use smileid_http::images::ImagePolicy;
use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport};

use crate::gate::{Gate, Missing};
use crate::socket::Socket;

/// What a thread brings.
#[derive(Debug)]
pub(crate) enum Dialed {
    Addresses(io::Result<Vec<SocketAddr>>),
    Stream(io::Result<TcpStream>),
}

/// Finds and opens connections. Clones share the bound on threads, the word to stop, and the latest addresses.
#[derive(Clone)]
pub(crate) struct Dialer {
    gate: Gate<Dialed>,
    known: Arc<Mutex<Option<Known>>>,
    keep: Duration,
    policy: Option<Arc<ImagePolicy>>,
}

/// The addresses of a host, and when they were looked up.
struct Known {
    host: String,
    addresses: Vec<SocketAddr>,
    at: Instant,
}

/// A name has at most so many addresses that are tried: as many as ureq keeps.
const MOST_ADDRESSES: usize = 16;

impl Dialer {
    /// A dialer with `threads` at a time at the most, which keeps addresses for as long as idle connections are kept: a call over one of
    /// those would go to the same address in any case.
    pub(crate) fn new(threads: usize, keep: Duration) -> Self {
        Self { gate: Gate::new(threads), known: Arc::default(), keep, policy: None }
    }

    /// The same, which finds no host that has an address which the policy does not permit.
    pub(crate) fn asking(mut self, policy: ImagePolicy) -> Self {
        self.policy = Some(Arc::new(policy));
        self
    }

    /// Tells whoever waits for a thread to stop, now and from now on.
    pub(crate) fn stop(&self) {
        self.gate.stop();
    }

    /// Has `work` done on a thread of its own, and waits for it. A thread that is not waited for any longer ends when the system gives
    /// up, and keeps its place until then.
    fn on_thread(&self, timeout: NextTimeout, work: impl FnOnce() -> Dialed + Send + 'static) -> Result<Dialed, Error> {
        let begun = Instant::now();
        let left = || timeout.after.saturating_sub(begun.elapsed());
        let told = |missing| match missing {
            Missing::TimedOut => Error::Timeout(timeout.reason),
            Missing::Stopped => Error::Io(Io::ConnectionAborted.into()),
            Missing::Lost => own_failure(Cause::Library),
        };
        let call = self.gate.call().map_err(told)?;
        let place = call.place(left()).map_err(told)?;
        let reporter = call.reporter();
        let report = move || {
            let dialed = work();
            drop(place);
            reporter.report(dialed);
        };
        thread::Builder::new()
            .name("smileid-dial".to_owned())
            .spawn(report)
            .map_err(|_| own_failure(Cause::NoThread))?;
        call.outcome(left()).map_err(told)
    }

    fn look_up(&self, host: &str, port: u16, timeout: NextTimeout) -> Result<Vec<SocketAddr>, Error> {
        if let Some(known) = self.known().as_ref().filter(|k| k.host == host && k.at.elapsed() < self.keep) {
            return Ok(known.addresses.clone());
        }
        let name = (host.to_owned(), port);
        let found =
            self.on_thread(timeout, move || Dialed::Addresses(name.to_socket_addrs().map(Iterator::collect)))?;
        match found {
            Dialed::Addresses(Ok(addresses)) if !addresses.is_empty() => {
                let known = Known { host: host.to_owned(), addresses: addresses.clone(), at: Instant::now() };
                *self.known() = Some(known);
                Ok(addresses)
            }
            _ => Err(Error::HostNotFound),
        }
    }

    fn open(&self, addresses: Vec<SocketAddr>, timeout: NextTimeout) -> Result<TcpStream, Error> {
        let until = Instant::now().checked_add(*timeout.after);
        let opened = self.on_thread(timeout, move || Dialed::Stream(first_to_connect(&addresses, until)));
        match opened {
            Ok(Dialed::Stream(Ok(stream))) => Ok(stream),
            failed => {
                // Perhaps the host has moved.
                *self.known() = None;
                match failed {
                    Ok(Dialed::Stream(Err(error))) if error.kind() == Io::TimedOut => {
                        Err(Error::Timeout(timeout.reason))
                    }
                    Ok(Dialed::Stream(Err(error))) => Err(Error::Io(error)),
                    Ok(_) => Err(own_failure(Cause::Library)),
                    Err(error) => Err(error),
                }
            }
        }
    }

    fn known(&self) -> MutexGuard<'_, Option<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Dialer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dialer").field("free_threads", &self.gate.free()).finish_non_exhaustive()
    }
}

impl Resolver for Dialer {
    fn resolve(&self, uri: &Uri, _: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let host = uri.host().ok_or(Error::HostNotFound)?;
        let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("http") { 80 } else { 443 });
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        let mut resolved = self.empty();
        match literal {
            Ok(address) => resolved.push(SocketAddr::new(address, port)),
            Err(_) => {
                for address in self.look_up(host, port, timeout)?.into_iter().take(MOST_ADDRESSES) {
                    resolved.push(SocketAddr::new(address.ip(), port));
                }
            }
        }
        // What is connected to are these very addresses: nothing is looked up a second time.
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let permitted = |policy: &ImagePolicy| resolved.iter().all(|address| policy.permits(bare, address.ip()));
        if self.policy.as_deref().is_none_or(permitted) {
            Ok(resolved)
        } else {
            Err(own_failure(Cause::PrivateAddress))
        }
    }
}

impl<In: Transport> Connector<In> for Dialer {
    type Out = Either<In, Socket>;

    fn connect(&self, details: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        // A proxy's tunnel is there already.
        if let Some(tunnel) = chained {
            return Ok(Some(Either::A(tunnel)));
        }
        let stream = self.open(details.addrs.iter().copied().collect(), details.timeout)?;
        // Requests are written whole: waiting for more to send would only delay them.
        stream.set_nodelay(true)?;
        let buffers = LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        let socket = Socket::new(stream, buffers);
        (details.register_shutdown)(socket.shutdown_handle())?;
        Ok(Some(Either::B(socket)))
    }
}

/// What is no failure of the connection: `error.rs` finds the cause again.
fn own_failure(cause: Cause) -> Error {
    Error::Io(io::Error::other(cause))
}

/// Tries one address after the other, each for half of what is left and the last for all of it.
fn first_to_connect(addresses: &[SocketAddr], until: Option<Instant>) -> io::Result<TcpStream> {
    let mut last = io::Error::from(Io::AddrNotAvailable);
    for (i, address) in addresses.iter().enumerate() {
        let tried = match until.map(|until| until.saturating_duration_since(Instant::now())) {
            None => TcpStream::connect(address),
            Some(left) if left.is_zero() => return Err(Io::TimedOut.into()),
            Some(left) => {
                let share = if i + 1 < addresses.len() { left / 2 } else { left };
                TcpStream::connect_timeout(address, share.max(Duration::from_millis(1)))
            }
        };
        match tried {
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

    fn within(millis: u64) -> NextTimeout {
        NextTimeout {
            after: ureq::unversioned::transport::time::Duration::from_millis(millis),
            ..NextTimeout::default()
        }
    }

    #[test]
    fn the_next_address_is_tried_where_one_refuses() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let open = listener.local_addr().unwrap();
        let closed = {
            let gone = TcpListener::bind("127.0.0.1:0").unwrap();
            gone.local_addr().unwrap()
        };
        let dialer = Dialer::new(2, Duration::ZERO);
        assert_eq!(dialer.open(vec![closed, open], within(10_000)).unwrap().peer_addr().unwrap(), open);
        assert!(
            matches!(dialer.open(vec![closed], within(10_000)), Err(Error::Io(e)) if e.kind() == Io::ConnectionRefused)
        );
    }

    #[test]
    fn addresses_written_as_numbers_are_not_looked_up() {
        let dialer = Dialer::new(0, Duration::ZERO);
        for (uri, address) in [
            ("http://127.0.0.1/x", "127.0.0.1:80"),
            ("https://[::1]/x", "[::1]:443"),
            ("http://127.0.0.1:7/", "127.0.0.1:7"),
        ] {
            let resolved = dialer.resolve(&uri.parse().unwrap(), &Config::default(), within(0)).unwrap();
            assert_eq!(resolved.iter().map(ToString::to_string).collect::<Vec<_>>(), [address]);
        }
    }

    #[test]
    fn names_are_looked_up_on_a_thread_and_kept_for_a_while() {
        let dialer = Dialer::new(1, Duration::from_secs(3600));
        let uri = "http://localhost:9/".parse().unwrap();
        let first = dialer.resolve(&uri, &Config::default(), within(10_000)).unwrap();
        // With no thread at all it cannot be looked up again.
        let threadless = |keep| Dialer { gate: Gate::new(0), keep, ..dialer.clone() };
        let again = threadless(dialer.keep).resolve(&uri, &Config::default(), within(0)).unwrap();
        assert_eq!(first.iter().collect::<Vec<_>>(), again.iter().collect::<Vec<_>>());
        let forgotten = threadless(Duration::ZERO).resolve(&uri, &Config::default(), within(1));
        assert!(matches!(forgotten, Err(Error::Timeout(_))));
    }

    #[test]
    fn a_host_is_not_found_at_an_address_that_the_policy_does_not_permit() {
        let (strict, lax) = (ImagePolicy::new(), ImagePolicy::new().allow_loopback());
        for (policy, uri, found) in [
            (&strict, "https://localhost:9/", false),
            (&strict, "https://127.0.0.1:9/", false),
            (&strict, "https://[::1]:9/", false),
            (&strict, "https://169.254.169.254/", false),
            (&strict, "https://8.8.8.8/", true),
            (&lax, "https://localhost:9/", true),
            (&lax, "https://[::1]:9/", true),
            (&lax, "https://10.0.0.1/", false),
        ] {
            let dialer = Dialer::new(1, Duration::ZERO).asking(policy.clone());
            let resolved = dialer.resolve(&uri.parse().unwrap(), &Config::default(), within(10_000));
            let cause = resolved.as_ref().err().map(|error| crate::error::of(error).to_string());
            assert_eq!(resolved.is_ok(), found, "{uri}: {cause:?}");
            if let Err(Error::Io(error)) = resolved {
                assert_eq!(error.get_ref().and_then(|e| e.downcast_ref()), Some(&Cause::PrivateAddress), "{uri}");
            }
        }
    }

    #[test]
    fn whoever_waits_is_told_to_stop() {
        let dialer = Dialer::new(0, Duration::ZERO);
        thread::scope(|scope| {
            let waiting = scope.spawn(|| dialer.look_up("localhost", 9, within(60_000)));
            dialer.stop();
            assert!(matches!(waiting.join().unwrap(), Err(Error::Io(e)) if e.kind() == Io::ConnectionAborted));
        });
    }
}
