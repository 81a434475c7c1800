//! A service over axum whose callbacks go into a store of jobs: `POST /smileid/callback`. A proven callback makes its job due now, and
//! the run beside it asks for the job. The callback itself decides nothing.
//!
//! Configured by the environment: `LISTEN` (default 127.0.0.1:3000), `JOBS_STORE` (a path, default jobs.db), and the `SMILEID_…`
//! variables of every client. Jobs come in by `smileid jobs import`, and verdicts go out by `smileid jobs export`, on the same store.

use std::env;
use std::error::Error;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::routing::post;
use smileid_http_blocking::smileid_core::Clock;
use smileid_http_blocking::{Config, HeaderPair, HttpTransport, config_from_env};
use smileid_jobs::{Driver, Ended, Flow, HeaderIds, JobStore, Pace, Policy, StoreError, called};
use smileid_jobs_sqlite::SqliteStore;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tower_http::timeout::TimeoutLayer;

/// Callbacks of 1.5 MB occur, with images in them; axum's own limit is 2 MB.
const MAX_BODY: usize = 4 * 1024 * 1024;
/// How long one may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(10);
/// The callback says when to ask. This is for callbacks that never come.
const SHORTEST_PACE: Duration = Duration::from_secs(60);

/// What a handler needs. The store is a second connection: SQLite lets both write, one after the other.
struct Callbacks {
    config: Config,
    clock: HttpTransport,
    store: Mutex<SqliteStore>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = env::var_os("JOBS_STORE").map_or_else(|| PathBuf::from("jobs.db"), PathBuf::from);
    let (config, transport) = (config_from_env()?, HttpTransport::new()?);
    let mut store = SqliteStore::open(&path)?;
    store.bind(&env::var("SMILEID_PARTNER_ID")?)?;
    let callbacks =
        Callbacks { config: config.clone(), clock: transport.clone(), store: Mutex::new(SqliteStore::open(&path)?) };
    let app = Router::new()
        .route("/smileid/callback", post(callback))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, ARRIVAL))
        .with_state(Arc::new(callbacks));
    let listener = TcpListener::bind(env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".to_owned())).await?;

    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let (ended, mut run_ended) = mpsc::channel::<()>(1);
    let run = thread::spawn(move || {
        let outcome = run(&mut store, &transport, &config, &stopped);
        // The service ends with the run: its callbacks would wake jobs that no run asks for.
        drop(ended);
        outcome
    });
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app)
        .with_graceful_shutdown(async move {
            tokio::select! {
                () = asked_to_stop() => {}
                _ = run_ended.recv() => {}
            }
        })
        .await?;
    stop.store(true, Ordering::Relaxed);
    let ended = tokio::task::spawn_blocking(move || run.join()).await?.map_err(|_| "the run panicked")??;
    println!("stopped");
    match ended {
        Ended::Stopped(kind) => {
            Err(format!("the run is paused by {kind}: fix the cause, then smileid jobs resume").into())
        }
        _ => Ok(()),
    }
}

/// Settles the jobs of the store until it is asked to stop.
fn run(
    store: &mut SqliteStore,
    transport: &HttpTransport,
    config: &Config,
    stop: &AtomicBool,
) -> Result<Ended, StoreError> {
    let pace = Pace::DEFAULT.with_first(SHORTEST_PACE);
    let driver = Driver::new(Policy::default().with_pace(pace), "axum").forever();
    let mut settled = 0;
    driver.run(store, transport, config, &mut |progress| {
        if progress.recorded.settled > settled {
            settled = progress.recorded.settled;
            println!("{settled} settled");
        }
        if stop.load(Ordering::Relaxed) { Flow::Finish } else { Flow::GoOn }
    })
}

async fn callback(State(callbacks): State<Arc<Callbacks>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    // The store waits for the disk, which an async task must not do.
    let done = tokio::task::spawn_blocking(move || callbacks.receive(&headers, body.into())).await;
    done.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl Callbacks {
    fn receive(&self, headers: &HeaderMap, body: Vec<u8>) -> StatusCode {
        let value = |name| headers.get(name).map(HeaderValue::as_bytes);
        let text = |name| value(name).and_then(|value| std::str::from_utf8(value).ok());
        let pair = HeaderPair::from_headers(value);
        let ids = HeaderIds { user_id: text("user-id"), job_id: text("job-id") };
        let received = self.config.receive_callback_with(body, pair, self.clock.now());
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        match called(&mut *store, &received, ids) {
            Ok(called) => StatusCode::from_u16(called.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            // The callback comes again.
            Err(error) => {
                eprintln!("{error}");
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }
}

/// Ctrl-C, or what a supervisor sends.
async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        _ = interrupt => {}
        _ = terminate => {}
    }
}
