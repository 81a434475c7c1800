//! The sandbox as a value: you build, start, ask and drop it. What it answers is decided elsewhere.

use core::fmt;
use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use core::time::Duration;
use std::io;
use std::sync::{Arc, Mutex};

use smileid_core::{ApiKey, Credentials, Scheme};

use crate::callbacks::{self, Callbacks, Delivery};
use crate::certificates::Authority;
use crate::chance::{self, Chance, Chances};
use crate::clock::Clock;
use crate::faults::{Guests, ImageFault, ImageServer, RequestFault};
use crate::images::{self, Images};
use crate::jobs::Jobs;
use crate::journal::{self, Journal, RecordedRequest};
use crate::model::{Job, Stage};
use crate::partner::Partner;
use crate::replies::{DOCUMENT_JOB, DOCUMENT_USER};
use crate::scenario;
use crate::server::Workers;
use crate::shared::SandboxState;
use crate::v3::{self, Tokens};

/// The names a certificate of the sandbox is for, beside the address it listens on.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
/// More threads than this do not answer faster, since a machine's other cores are wanted by its clients.
const MOST_THREADS: usize = 2;

/// A running sandbox. Dropping it stops the server and closes its port.
pub struct Sandbox {
    authority: Option<Authority>,
    /// The host that its links lead to, if that is another.
    images: Option<ImageServer>,
    shared: Arc<SandboxState>,
    workers: Workers,
}

/// The options of a sandbox.
#[must_use = "the sandbox runs once it is started"]
pub struct SandboxBuilder {
    listen: SocketAddr,
    credentials: Option<Credentials>,
    other_environment: Option<ApiKey>,
    sec_key: bool,
    tls: bool,
    virtual_time: bool,
    links_live: Duration,
    v3_tokens_live: Duration,
    image_fault: Option<ImageFault>,
    seed: u64,
    callback_url: Option<String>,
    journal: (usize, usize),
    faults: Vec<Chance>,
    jobs: Vec<Job>,
}

impl Sandbox {
    /// Creates a builder for a sandbox on a free loopback port, with default credentials and the document's job.
    pub fn builder() -> SandboxBuilder {
        let listen = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0));
        SandboxBuilder {
            listen,
            credentials: None,
            other_environment: None,
            sec_key: false,
            tls: false,
            virtual_time: false,
            links_live: images::LIVES,
            v3_tokens_live: v3::LIVES,
            image_fault: None,
            seed: 0,
            callback_url: None,
            journal: (journal::MOST, journal::MOST_BYTES),
            faults: Vec::new(),
            jobs: vec![Job::new(DOCUMENT_USER, DOCUMENT_JOB).then(Stage::Document, 1)],
        }
    }

    /// Returns the base URL for a client: `http://127.0.0.1:PORT/v1`, or the same with `https`.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.shared.base_url()
    }

    /// Returns the base URL for a client of the v3 API: `http://127.0.0.1:PORT`, or the same with `https`.
    #[must_use]
    pub fn v3_base_url(&self) -> String {
        self.shared.origin.clone()
    }

    /// Returns the address it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// Returns the credentials it accepts and signs with; with [`SandboxBuilder::sec_key`], those it made.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.shared.partner.credentials
    }

    /// Returns the certificate that a client has to trust, as PEM text; none without [`SandboxBuilder::tls`] or
    /// [`SandboxBuilder::image_fault`].
    #[must_use]
    pub fn ca_pem(&self) -> Option<String> {
        self.authority.as_ref().map(Authority::pem)
    }

    /// Adds a job, or sets it back to its first stage.
    pub fn add_job(&self, job: Job) {
        self.shared.with_jobs(|jobs, now| jobs.insert(job, now));
    }

    /// Returns a job's stage; none if there is no such job, or only its id names it and no client has asked for it yet.
    #[must_use]
    pub fn stage(&self, user_id: &str, job_id: &str) -> Option<Stage> {
        self.shared.with_jobs(|jobs, now| jobs.look(user_id, job_id, now)).map(|seen| seen.stage().clone())
    }

    /// Moves a job to a stage, where it then stays; false if there is no such job, or it was moved a thousand times.
    #[expect(clippy::must_use_candidate, reason = "a test that is sure need not look")]
    pub fn move_job(&self, user_id: &str, job_id: &str, stage: Stage) -> bool {
        let moved = self.shared.with_jobs(|jobs, now| jobs.move_to(user_id, job_id, stage, now));
        matches!(moved, Ok(Some(_)))
    }

    /// Advances the jobs' time: jobs move, image links expire. False without [`SandboxBuilder::virtual_time`].
    #[expect(clippy::must_use_candidate, reason = "a test that is sure need not look")]
    pub fn advance(&self, by: Duration) -> bool {
        self.shared.advance(by)
    }

    /// Returns how many requests were answered.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.shared.journal().requests()
    }

    /// Returns the latest requests and how they were judged, oldest first.
    #[must_use]
    pub fn journal(&self) -> Vec<RecordedRequest> {
        self.shared.journal().exchanges()
    }

    /// Switches a fault on as [`SandboxBuilder::fault`] does, or sets it again; a probability of 0 switches it off. False if requests cannot
    /// meet it.
    pub fn set_fault(&self, fault: impl Into<RequestFault>, probability: f64, times: Option<u64>) -> bool {
        let fault = fault.into();
        let possible = chance::possible().any(|possible| possible == fault);
        if possible {
            self.shared.chances().set(Chance { fault, probability, times });
        }
        possible
    }

    /// Returns the latest callbacks and what became of them, oldest first.
    #[must_use]
    pub fn callbacks(&self) -> Vec<Delivery> {
        self.shared.callbacks.latest()
    }

    /// Sends the callback of a job's present stage again; false if there is no such job, no URL to send it to, or no callback at this
    /// stage.
    #[expect(clippy::must_use_candidate, reason = "a test that is sure need not look")]
    pub fn call_back(&self, user_id: &str, job_id: &str) -> bool {
        self.shared.call_back(user_id, job_id).is_ok_and(|number| number.is_some())
    }

    /// Blocks until the server ends, which it does only when the process does.
    pub fn run(mut self) {
        self.workers.join();
    }
}

impl SandboxBuilder {
    /// Sets the address to listen on. Use a loopback address: the sandbox is made for the machine it runs on.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Sets the credentials of the partner. Defaults to partner `023` with a key that is in the source.
    ///
    /// Only the current key is accepted, as by the service; a refusal says if the previous one was used.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Sets the key of the other environment. It is refused, and the refusal says that it was used.
    pub fn other_environment_key(mut self, key: ApiKey) -> Self {
        self.other_environment = Some(key);
        self
    }

    /// Accepts `sec_key` and answers with the legacy pair, with a key pair made at the start: [`Sandbox::credentials`] then contains the
    /// public key as a partner is given it. The partner id is kept; an API key given is ignored. Requests signed with HMAC, for which
    /// the same text is the key, are accepted too, and answered in kind.
    pub fn sec_key(mut self) -> Self {
        self.sec_key = true;
        self
    }

    /// Speaks TLS, with a certificate made at the start: [`Sandbox::ca_pem`] is what clients have to trust.
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// Adds a job.
    pub fn job(mut self, job: Job) -> Self {
        self.jobs.push(job);
        self
    }

    /// Lets jobs age and image links expire only by [`Sandbox::advance`], rather than as time passes. Signatures are still made and
    /// judged by the wall clock.
    pub fn virtual_time(mut self) -> Self {
        self.virtual_time = true;
        self
    }

    /// Sets how long image links are valid, by the jobs' time. Defaults to 15 minutes.
    pub fn image_links_live(mut self, time: Duration) -> Self {
        self.links_live = time;
        self
    }

    /// Sets how long tokens of the v3 API are valid, by the jobs' time. Defaults to 15 minutes.
    pub fn v3_tokens_live(mut self, time: Duration) -> Self {
        self.v3_tokens_live = time;
        self
    }

    /// Lets image links lead to a host that fails in this way, over TLS: [`Sandbox::ca_pem`] is what clients have to trust.
    pub fn image_fault(mut self, fault: ImageFault) -> Self {
        self.image_fault = Some(fault);
        self
    }

    /// Sets the seed of invented people, numbers and pictures: the same seed gives the same ones. Defaults to 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets the callback URL of jobs that have none: plain http to a literal loopback address. By default no callback is sent.
    pub fn callback_url(mut self, url: impl Into<String>) -> Self {
        self.callback_url = Some(url.into());
        self
    }

    /// Sets how many exchanges the journal keeps, and in how many bytes of memory. Defaults to 10,000 and 16 MiB.
    pub fn journal_keeps(mut self, exchanges: usize, bytes: usize) -> Self {
        self.journal = (exchanges, bytes);
        self
    }

    /// Switches a fault on: each request meets it with this probability, from 0 to 1, until `times` have met it. Faults that strike
    /// before there is a request are ignored here: use [`FaultServer`](crate::faults::FaultServer).
    pub fn fault(mut self, fault: impl Into<RequestFault>, probability: f64, times: Option<u64>) -> Self {
        let fault = fault.into();
        if chance::possible().any(|possible| possible == fault) {
            self.faults.push(Chance { fault, probability, times });
        }
        self
    }

    /// Applies a scenario, in JSON or TOML: see `docs/sandbox.md`.
    ///
    /// # Errors
    /// Fails if the text is not a scenario. The error names the line and the allowed words.
    pub fn scenario(mut self, text: &str) -> io::Result<Self> {
        let invalid = |problem| io::Error::new(io::ErrorKind::InvalidInput, problem);
        let scenario = scenario::read(text).map_err(invalid)?;
        self.seed = scenario.seed.unwrap_or(self.seed);
        self.virtual_time = scenario.virtual_time.unwrap_or(self.virtual_time);
        self.links_live = scenario.image_links_live.unwrap_or(self.links_live);
        self.v3_tokens_live = scenario.v3_tokens_live.unwrap_or(self.v3_tokens_live);
        self.image_fault = scenario.image_fault.or(self.image_fault);
        self.callback_url = scenario.callback_url.or(self.callback_url);
        self.jobs.extend(scenario.jobs);
        self.faults.extend(scenario.faults);
        Ok(self)
    }

    /// Starts the server; it answers as soon as this returns. You can call it from async code: the server has its own threads.
    ///
    /// # Errors
    /// Fails if the address cannot be listened on, the credentials do not suit their scheme, or a thread cannot be started.
    pub fn start(self) -> io::Result<Sandbox> {
        let mut partner = Partner::new(self.credentials, self.sec_key)?;
        partner.other_environment = self.other_environment;
        let listener = std::net::TcpListener::bind(self.listen).map_err(|error| why_not_bound(self.listen, error))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let authority = (self.tls || self.image_fault.is_some()).then(Authority::new).transpose()?;
        let failing = |authority| self.image_fault.map(|fault| ImageServer::start(authority, Some(fault)));
        let image_host = authority.as_ref().and_then(failing).transpose()?;
        let tls = authority.as_ref().filter(|_| self.tls).map(|authority| {
            let own = address.ip().to_string();
            let names: Vec<&str> = NAMES.into_iter().chain((!NAMES.contains(&own.as_str())).then_some(&*own)).collect();
            authority.issue(&names)?.server_config()
        });
        let urls = self.jobs.iter().filter_map(|job| job.callback_url.as_ref()).chain(&self.callback_url);
        for url in urls {
            callbacks::check(url).map_err(|problem| io::Error::new(io::ErrorKind::InvalidInput, problem))?;
        }
        let clock = if self.virtual_time { Clock::manual() } else { Clock::real() };
        let mut jobs = Jobs::default();
        jobs.callback_url = self.callback_url.map(Arc::from);
        for job in self.jobs {
            jobs.insert(job, clock.jobs());
        }
        let origin = format!("{}://{address}", if self.tls { "https" } else { "http" });
        let image_origin = image_host.as_ref().map(|host| format!("https://{}", host.address()));
        let images = Images::new(image_origin.unwrap_or_else(|| origin.clone()), self.links_live)?;
        let tokens = Tokens::new(&origin, self.v3_tokens_live)?;
        let mut chances = Chances::new(self.seed);
        for chance in self.faults {
            chances.set(chance);
        }
        let (callbacks, due) = Callbacks::new();
        let (most, most_bytes) = self.journal;
        let journal = Mutex::new(Journal::new(most, most_bytes));
        let jobs = Mutex::new(jobs);
        let (seed, chances) = (self.seed, Mutex::new(chances));
        let fault_credentials = partner.credentials.clone().with_scheme(Scheme::Hmac).map_err(io::Error::other)?;
        let shared = Arc::new(SandboxState {
            partner,
            clock,
            images,
            tokens,
            seed,
            callbacks,
            address,
            origin,
            jobs,
            journal,
            chances,
            fault_credentials,
            guests: Guests::default(),
        });
        // Callbacks of jobs that start at a final stage are sent at once.
        shared.pass_time();
        let threads = std::thread::available_parallelism().map_or(1, |cores| cores.get().min(MOST_THREADS));
        let workers = Workers::start(listener, tls.transpose()?, &shared, threads, due)?;
        Ok(Sandbox { authority, images: image_host, shared, workers })
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

/// Shows where it listens, and nothing of what it was asked.
impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("base_url", &self.base_url())
            .field("images", &self.images)
            .field("requests", &self.requests())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { listen, sec_key, tls, .. } = self;
        f.debug_struct("SandboxBuilder")
            .field("listen", listen)
            .field("sec_key", sec_key)
            .field("tls", tls)
            .finish_non_exhaustive()
    }
}
