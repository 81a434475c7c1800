//! The fault server: a loopback port, a thread per connection, started and stopped by a value. What a fault does is elsewhere.

use core::fmt;
use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use core::time::Duration;
use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use smileid_core::{ApiKey, Credentials, PartnerId};

use super::connect::{self, Port};
use super::listening::Listening;
use super::question::STRAY_PATH;
use super::shared::{FaultServerState, elsewhere_url};
use super::stream::Stream;
use super::wire::Wire;
use super::{Family, Fault, body, head, keep_alive, tls};
use crate::certificates::Authority;

/// A running server that fails in one way. Dropping it closes its port and all its connections.
pub struct FaultServer {
    address: SocketAddr,
    shared: Arc<FaultServerState>,
    authority: Option<String>,
    #[expect(dead_code, reason = "dropping them ends the server, and frees a port that was to stay closed")]
    kept: (Vec<Listening>, Option<Port>),
}

/// The options of a fault server.
#[derive(Debug)]
#[must_use = "the server runs once it is started"]
pub struct FaultServerBuilder {
    fault: Fault,
    first: Option<u64>,
    credentials: Option<Credentials>,
    authority: Option<Authority>,
}

impl FaultServer {
    /// Starts a server with this fault on a free loopback port.
    ///
    /// # Errors
    /// Fails if a port, a thread, or for the faults of TLS a certificate cannot be made.
    pub fn start(fault: Fault) -> io::Result<Self> {
        Self::builder(fault).start()
    }

    /// Creates a builder for a server with this fault.
    pub const fn builder(fault: Fault) -> FaultServerBuilder {
        FaultServerBuilder { fault, first: None, credentials: None, authority: None }
    }

    /// Returns the base URL for a client: `http://127.0.0.1:PORT/v1`, or https for the faults of TLS.
    #[must_use]
    pub fn base_url(&self) -> String {
        let scheme = if self.shared.fault.is_tls() { "https" } else { "http" };
        format!("{scheme}://{}/v1", self.address)
    }

    /// Returns the address it listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the fault.
    #[must_use]
    pub fn fault(&self) -> Fault {
        self.shared.fault
    }

    /// Returns the credentials it signs with. The default ones have a previous key as well.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.shared.credentials
    }

    /// Returns the authority that a client is to trust, as PEM text, for the faults of TLS.
    #[must_use]
    pub fn ca_pem(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// Returns how many requests came in whole.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.shared.requests()
    }

    /// Returns the latest request, head and body, byte for byte: to look at what a client sends. It contains all that the client sent.
    #[must_use]
    pub fn latest_request(&self) -> Option<Vec<u8>> {
        self.shared.latest()
    }

    /// Returns how many connections were accepted.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.shared.connections.count()
    }

    /// Returns how many requests followed a redirect: none should.
    #[must_use]
    pub fn strays(&self) -> u64 {
        self.shared.strays()
    }

    /// Waits for a number of requests to come in whole; false if they have not within `patience`.
    #[must_use]
    pub fn wait_for_requests(&self, requests: u64, patience: Duration) -> bool {
        self.shared.wait_for_requests(requests, patience)
    }

    /// Waits for all connections to be closed; false if the client still keeps one open after `patience`.
    #[must_use]
    pub fn all_closed_within(&self, patience: Duration) -> bool {
        self.shared.connections.wait_for_close(patience)
    }
}

impl fmt::Debug for FaultServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultServer")
            .field("fault", &self.shared.fault)
            .field("address", &self.address)
            .field("requests", &self.requests())
            .finish_non_exhaustive()
    }
}

impl FaultServerBuilder {
    /// Limits the fault to the first requests, or for the faults of connecting, connections. Faults of TLS strike every
    /// time or, with 0, never: the server then shows a sound certificate. Defaults to every request.
    pub const fn first(mut self, requests: u64) -> Self {
        self.first = Some(requests);
        self
    }

    /// Sets the credentials to sign with. Defaults to partner `023` with keys that are in the source.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Sets the authority whose certificates the faults of TLS show. By default a new one is made.
    pub fn authority(mut self, authority: Authority) -> Self {
        self.authority = Some(authority);
        self
    }

    /// Starts the server; it is ready as soon as this returns.
    ///
    /// # Errors
    /// Fails if a port, a thread, or for the faults of TLS a certificate cannot be made.
    pub fn start(self) -> io::Result<FaultServer> {
        let fault = self.fault;
        let credentials = self.credentials.or_else(default_credentials).ok_or(io::ErrorKind::InvalidInput)?;
        let (authority, config) = if fault.is_tls() {
            let authority = match self.authority {
                Some(authority) => authority,
                None => Authority::new()?,
            };
            let fault = (self.first != Some(0)).then_some(fault);
            (Some(authority.pem()), Some(tls::config(fault, &authority)?))
        } else {
            (None, None)
        };
        let (port, address) = connect::port(fault)?;
        let elsewhere = TcpListener::bind(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0))?;
        let urls = (format!("http://{address}/v1/job_status"), elsewhere_url(elsewhere.local_addr()?));
        let shared = Arc::new(FaultServerState::new(fault, self.first, credentials, config, urls));
        let (mut listeners, mut closed) = (Vec::new(), None);
        let (serving, straying) = (Arc::clone(&shared), Arc::clone(&shared));
        let serve = move |stream, nth| serve(stream, nth, &serving);
        match port {
            Port::Open(listener) => listeners.push(Listening::start(listener, &shared.connections, serve)?),
            port @ Port::Closed(_) => closed = Some(port),
        }
        if fault.family() == Family::Status {
            let stray = move |stream, _| stray(stream, &straying);
            listeners.push(Listening::start(elsewhere, &shared.connections, stray)?);
        }
        Ok(FaultServer { address, shared, authority, kept: (listeners, closed) })
    }
}

/// The partner of a server that was given no credentials.
fn default_credentials() -> Option<Credentials> {
    let key = |text: &str| ApiKey::new(text).ok();
    let credentials = Credentials::new(PartnerId::new("023").ok()?, key("sandbox-api-key")?);
    Some(credentials.with_previous_api_key(key("sandbox-previous-api-key")?))
}

/// Serves one connection.
fn serve(stream: TcpStream, nth: u64, shared: &Arc<FaultServerState>) -> io::Result<()> {
    match shared.fault.family() {
        Family::Tls if shared.first == Some(0) => tls::approve(stream, shared),
        Family::Tls => tls::play(shared.fault, stream, shared),
        Family::Connect if shared.strikes(nth) => {
            connect::play(shared.fault, &mut Wire::new(Stream::plain(stream), Arc::clone(shared))?)
        }
        _ => converse(&mut Wire::new(Stream::plain(stream), Arc::clone(shared))?),
    }
}

/// Answers the requests of one connection.
pub(super) fn converse(wire: &mut Wire) -> io::Result<()> {
    let shared = Arc::clone(&wire.shared);
    let fault = shared.fault;
    let mut before_here = 0;
    while let Some(request) = wire.request()? {
        if request.path == STRAY_PATH {
            shared.strayed();
            wire.reply(&shared.question(&request.body, 0).good_reply())?;
            continue;
        }
        let before = shared.asked(request.raw);
        let question = shared.question(&request.body, before);
        let whole = if shared.strikes(before) { fault.reply(&question) } else { Some(question.good_reply()) };
        let goes_on = match (whole, fault.family()) {
            (Some(whole), _) => wire.reply(&whole).map(|()| true)?,
            (None, Family::Head) => head::play(fault, wire, &question)?,
            (None, Family::KeepAlive) => keep_alive::play(fault, wire, &question, before_here)?,
            (None, _) => body::play(fault, wire, &question)?,
        };
        if !goes_on {
            return Ok(());
        }
        before_here += 1;
    }
    Ok(())
}

/// Serves a connection that a redirect has led astray.
fn stray(stream: TcpStream, shared: &Arc<FaultServerState>) -> io::Result<()> {
    shared.strayed();
    let mut wire = Wire::new(Stream::plain(stream), Arc::clone(shared))?;
    while let Some(request) = wire.request()? {
        wire.reply(&shared.question(&request.body, 0).good_reply())?;
    }
    Ok(())
}
