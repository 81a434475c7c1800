//! The server around the service: a loopback listener on a thread of its own, started and stopped by a value. It judges nothing.

use core::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use core::time::Duration;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use smileid_core::credentials::Credentials;
use smileid_core::signature::Signer;
use smileid_core::time::Moment;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::jobs::{Job, Jobs};
use crate::journal::{Exchange, Journal};
use crate::service::{self, Answer, Partner};

/// A running sandbox. Dropping it stops the server and closes its port.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// How a sandbox is started.
#[derive(Debug)]
#[must_use = "the sandbox runs once it is started"]
pub struct Builder {
    listen: SocketAddr,
    credentials: Option<Credentials>,
    jobs: Jobs,
}

#[derive(Debug)]
struct Shared {
    partner: Partner,
    jobs: Mutex<Jobs>,
    journal: Mutex<Journal>,
    begun: Instant,
}

impl Sandbox {
    /// A sandbox on a free loopback port, with credentials and jobs of its own, until told otherwise.
    pub fn builder() -> Builder {
        let listen = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0));
        Builder { listen, credentials: None, jobs: Jobs::default() }
    }

    /// What to give a client for a base URL: `http://127.0.0.1:PORT/v1`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// The address it listens on.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The credentials it accepts and signs with.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.shared.partner.credentials
    }

    /// Adds a job, or sets it back to its beginning.
    pub fn add_job(&self, job: Job) {
        locked(&self.shared.jobs).insert(job);
    }

    /// How many requests were answered.
    #[must_use]
    pub fn requests(&self) -> u64 {
        locked(&self.shared.journal).requests()
    }

    /// The latest requests and how they were judged, oldest first.
    #[must_use]
    pub fn journal(&self) -> Vec<Exchange> {
        locked(&self.shared.journal).entries()
    }

    /// Blocks until the server ends, which it does only when the process does.
    pub fn run(mut self) {
        if let Some(thread) = self.thread.take() {
            // A server thread that panicked has told so on its own.
            let _ended = thread.join();
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

impl Builder {
    /// Listens on `address`; it should be a loopback address, since the sandbox is made for the machine it runs on.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Serves the partner with these credentials. Default: partner `023` with a key that is in the source.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Knows one more job.
    pub fn job(mut self, job: Job) -> Self {
        self.jobs.insert(job);
        self
    }

    /// Starts the server; it answers as soon as this returns.
    ///
    /// # Errors
    /// Where the address cannot be listened on, or a thread cannot be started.
    pub fn start(self) -> io::Result<Sandbox> {
        let bad = || io::Error::new(io::ErrorKind::InvalidInput, "the credentials do not suit their scheme");
        let credentials = self.credentials.or_else(service::default_credentials).ok_or_else(bad)?;
        let signer = Signer::new(&credentials).map_err(|_| bad())?;
        let listener = std::net::TcpListener::bind(self.listen)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            partner: Partner { credentials, signer },
            jobs: Mutex::new(self.jobs),
            journal: Mutex::default(),
            begun: Instant::now(),
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let state = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("smileid-sandbox".into()).spawn(move || {
            runtime.block_on(async move {
                let Ok(listener) = TcpListener::from_std(listener) else { return };
                let app = Router::new().fallback(answer).with_state(state);
                tokio::select! {
                    _ = axum::serve(listener, app) => {}
                    _ = stopped => {}
                }
            });
            // Connections that are still open are dropped with the runtime.
            runtime_shutdown(runtime);
        })?;
        Ok(Sandbox { address, shared, stop: Some(stop), thread: Some(thread) })
    }
}

fn runtime_shutdown(runtime: tokio::runtime::Runtime) {
    runtime.shutdown_timeout(Duration::from_millis(100));
}

async fn answer(State(shared): State<Arc<Shared>>, method: Method, uri: Uri, body: Bytes) -> Response {
    let answer = match (method, uri.path()) {
        (Method::POST, "/v1/job_status") => {
            service::job_status(&shared.partner, &mut locked(&shared.jobs), shared.now(), &body)
        }
        (_, "/v1/job_status") => service::gateway(405, "Method Not Allowed"),
        _ => service::gateway(403, "Missing Authentication Token"),
    };
    locked(&shared.journal).note(answer.exchange.clone());
    respond(answer)
}

fn respond(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.exchange.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, [(header::CONTENT_TYPE, "application/json")], answer.body).into_response();
    if let Some(reason) = answer.exchange.reason.and_then(|r| HeaderValue::from_str(&r).ok()) {
        response.headers_mut().insert("x-sandbox-reason", reason);
    }
    response
}

impl Shared {
    fn now(&self) -> Moment {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Moment::new(i64::try_from(wall.as_millis()).unwrap_or(i64::MAX), self.begun.elapsed())
    }
}

/// A lock that a panicking thread held is still good here: no invariant spans two steps.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
