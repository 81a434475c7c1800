//! A service over axum that takes Smile ID callbacks: `POST /smileid/callback`. What is done with one is in `intake`.
//!
//! Configured by the environment: `LISTEN` (default 127.0.0.1:3000), and the `SMILEID_…` variables that every client takes.

use std::env;
use std::error::Error;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::routing::post;
use intake::{Headers, Intake};
use smileid::Client;
use tokio::net::TcpListener;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower_http::decompression::RequestDecompressionLayer;
use tower_http::timeout::TimeoutLayer;

/// Callbacks of 1.5 MB occur, with images in them; axum's own limit is 2 MB.
const MAX_BODY: usize = 4 * 1024 * 1024;
/// How many are read at a time, each of which may hold `MAX_BODY` bytes of memory.
const AT_A_TIME: usize = 32;
/// How long one may take to arrive: reading is all that is done before the answer.
const ARRIVAL: Duration = Duration::from_secs(10);
/// How long the requests and the questions under way get when the service is asked to stop.
const DRAIN: Duration = Duration::from_secs(25);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_ansi(false).init();
    let (intake, task) = Intake::start(Client::from_env()?);
    let app = Router::new()
        .route("/smileid/callback", post(callback))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        // A gateway may compress a body unasked. The extractor counts what comes out of this layer, so a bomb ends at `MAX_BODY`.
        .layer(RequestDecompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, ARRIVAL))
        .layer(GlobalConcurrencyLimitLayer::new(AT_A_TIME))
        .with_state(intake);
    let address = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    // Plain http: TLS, and a limit to how long a request's head may take, are the proxy's in front. Callbacks need https.
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let serving = axum::serve(listener, app).with_graceful_shutdown(asked_to_stop());
    let ending = async {
        serving.await?;
        task.await?;
        println!("stopped");
        Ok(())
    };
    tokio::select! {
        ended = ending => ended,
        // A client that never ends its request would hold the service up for ever.
        () = late() => Err("not all had ended when the time to stop was over".into()),
    }
}

/// When the time to stop is over.
async fn late() {
    asked_to_stop().await;
    tokio::time::sleep(DRAIN).await;
}

async fn callback(State(intake): State<Intake>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let taken = intake.take(body.into(), Headers::read(|name| headers.get(name).map(HeaderValue::as_bytes)));
    StatusCode::from_u16(taken.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Ctrl-C, or what a supervisor sends.
async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    let terminate = async {
        let signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        match signal {
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
