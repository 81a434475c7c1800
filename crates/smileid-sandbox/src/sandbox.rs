//! The sandbox as its users hold it: built, started, asked and stopped as a value. What it answers is decided elsewhere.

use core::fmt;
use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::io;
use std::sync::Arc;

use smileid_core::credentials::{ApiKey, Credentials};

use crate::certificates::Authority;
use crate::clock::Clock;
use crate::jobs::{Job, Jobs};
use crate::journal::Exchange;
use crate::partner::Partner;
use crate::server::Workers;
use crate::shared::Shared;

/// The names a certificate of the sandbox is for, beside the address it listens on.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
/// More threads than this do not answer faster, since a machine's other cores are wanted by its clients.
const MOST_THREADS: usize = 2;

/// A running sandbox. Dropping it stops the server and closes its port.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    authority: Option<Authority>,
    shared: Arc<Shared>,
    workers: Workers,
}

/// How a sandbox is started.
#[must_use = "the sandbox runs once it is started"]
pub struct Builder {
    listen: SocketAddr,
    credentials: Option<Credentials>,
    other_environment: Option<ApiKey>,
    sec_key: bool,
    tls: bool,
    jobs: Jobs,
}

impl Sandbox {
    /// A sandbox on a free loopback port, with credentials and jobs of its own, until told otherwise.
    pub fn builder() -> Builder {
        let listen = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0));
        Builder {
            listen,
            credentials: None,
            other_environment: None,
            sec_key: false,
            tls: false,
            jobs: Jobs::default(),
        }
    }

    /// What to give a client for a base URL: `http://127.0.0.1:PORT/v1`, or the same with `https`.
    #[must_use]
    pub fn base_url(&self) -> String {
        let scheme = if self.authority.is_some() { "https" } else { "http" };
        format!("{scheme}://{}/v1", self.address)
    }

    /// The address it listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The credentials it accepts and signs with; with [`Builder::sec_key`], those it made.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.shared.partner.credentials
    }

    /// The certificate, as PEM text, that a client has to trust; none without [`Builder::tls`].
    #[must_use]
    pub fn ca_pem(&self) -> Option<String> {
        self.authority.as_ref().map(Authority::pem)
    }

    /// Adds a job, or sets it back to its beginning.
    pub fn add_job(&self, job: Job) {
        self.shared.add_job(job);
    }

    /// How many requests were answered.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.shared.requests()
    }

    /// The latest requests and how they were judged, oldest first.
    #[must_use]
    pub fn journal(&self) -> Vec<Exchange> {
        self.shared.exchanges()
    }

    /// Blocks until the server ends, which it does only when the process does.
    pub fn run(mut self) {
        self.workers.join();
    }
}

impl Builder {
    /// Listens on `address`; it should be a loopback address, since the sandbox is made for the machine it runs on.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Serves the partner with these credentials. Default: partner `023` with a key that is in the source.
    ///
    /// Requests are accepted with the current key alone, as the service does; the use of the previous one is told.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Knows the key of the other environment, which is refused, so that its use can be told for certain.
    pub fn other_environment_key(mut self, key: ApiKey) -> Self {
        self.other_environment = Some(key);
        self
    }

    /// Takes `sec_key` and answers with the legacy pair, with a key pair made at the start: [`Sandbox::credentials`] then holds the
    /// public key as a partner is given it. The partner id is kept; an API key given is ignored. Requests signed with HMAC, for which
    /// the same text is the key, are taken too, and answered in kind.
    pub fn sec_key(mut self) -> Self {
        self.sec_key = true;
        self
    }

    /// Speaks TLS, with a certificate made at the start: [`Sandbox::ca_pem`] is what clients have to trust.
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// Knows one more job.
    pub fn job(mut self, job: Job) -> Self {
        self.jobs.insert(job);
        self
    }

    /// Starts the server; it answers as soon as this returns. It can be called from async code: the server has threads of its own.
    ///
    /// # Errors
    /// Where the address cannot be listened on, the credentials do not suit their scheme, or a thread cannot be started.
    pub fn start(self) -> io::Result<Sandbox> {
        let mut partner = Partner::new(self.credentials, self.sec_key)?;
        partner.other_environment = self.other_environment;
        let listener = std::net::TcpListener::bind(self.listen).map_err(|error| why_not_bound(self.listen, error))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let authority = self.tls.then(Authority::new).transpose()?;
        let tls = authority.as_ref().map(|authority| {
            let own = address.ip().to_string();
            let names: Vec<&str> = NAMES.into_iter().chain((!NAMES.contains(&own.as_str())).then_some(&*own)).collect();
            authority.issue(&names)?.server_config()
        });
        let shared = Arc::new(Shared::new(partner, Clock::real(), self.jobs));
        let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get().min(MOST_THREADS));
        let workers = Workers::start(listener, tls.transpose()?, &shared, threads)?;
        Ok(Sandbox { address, authority, shared, workers })
    }
}

/// The error with what to do about it.
fn why_not_bound(address: SocketAddr, error: io::Error) -> io::Error {
    let next = match error.kind() {
        io::ErrorKind::AddrInUse => "another program listens there: choose another port, or 0 for a free one",
        io::ErrorKind::PermissionDenied => {
            "this user may not listen there: choose a port from 1024 on, or 0 for a free one"
        }
        io::ErrorKind::AddrNotAvailable => "this machine has no such address: choose 127.0.0.1",
        _ => return error,
    };
    io::Error::new(error.kind(), format!("cannot listen on {address}: {next}"))
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { listen, sec_key, tls, .. } = self;
        f.debug_struct("Builder")
            .field("listen", listen)
            .field("sec_key", sec_key)
            .field("tls", tls)
            .finish_non_exhaustive()
    }
}
