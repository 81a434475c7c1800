//! `--metrics`: a small HTTP server beside a run. It serves Prometheus text and a page to look at, and changes nothing.

mod text;

use core::net::SocketAddr;
use core::time::Duration;
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderValue, X_CONTENT_TYPE_OPTIONS,
};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Semaphore, oneshot};

use super::watch::Shown;
use crate::failure::{Failure, reason};

/// How many connections are served at a time. Prometheus needs one, and a browser six.
const CONNECTIONS: usize = 64;
/// How long a request's head may take to arrive, and an idle connection may stay open.
const HEAD: Duration = Duration::from_secs(10);
/// How long one connection may last: a reader that stops reading does not keep its place.
const LIFE: Duration = Duration::from_secs(60);
/// How long accepting rests if the system has no file descriptor left.
const REST: Duration = Duration::from_millis(50);
/// How long the end of open connections is awaited.
const GRACE: Duration = Duration::from_millis(100);

/// Nothing is loaded from elsewhere, and no other page can frame this one.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// The page and its parts: path, type, text.
const ASSETS: [(&str, &str, &str); 3] = [
    ("/", "text/html; charset=utf-8", include_str!("../page/index.html")),
    ("/page.css", "text/css; charset=utf-8", include_str!("../page/page.css")),
    ("/page.js", "text/javascript; charset=utf-8", include_str!("../page/page.js")),
];

/// The running server. Dropping it ends it.
pub(super) struct Metrics {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Metrics {
    /// Listens on `address` and serves what `shown` has seen.
    pub(super) fn start(address: SocketAddr, shown: &Shown) -> Result<Self, Failure> {
        let failed = |error: std::io::Error| {
            Failure::invalid(format!(
                "--metrics cannot listen on {address} ({}): give another address, or port 0 for a free one",
                reason(&error)
            ))
        };
        let listener = TcpListener::bind(address).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let runtime: Runtime = Builder::new_current_thread().enable_io().enable_time().build().map_err(failed)?;
        let (stop, stopped) = oneshot::channel();
        let shown = shown.clone();
        let thread = thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = accept(listener, address, shown) => {}
                    // It also ends if the sender is dropped.
                    _ = stopped => {}
                }
            });
            runtime.shutdown_timeout(GRACE);
        });
        Ok(Self { address, stop: Some(stop), thread: Some(thread) })
    }

    /// The address that it listens on.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Metrics {
    fn drop(&mut self) {
        drop(self.stop.take());
        let _ended = self.thread.take().map(JoinHandle::join);
    }
}

async fn accept(listener: TcpListener, own: SocketAddr, shown: Shown) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let places = std::sync::Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        // It is never closed.
        let Ok(place) = std::sync::Arc::clone(&places).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(REST).await;
            continue;
        };
        let shown = shown.clone();
        tokio::spawn(async move {
            let service = service_fn(|request: Request<Incoming>| {
                let response = answer(own, &shown, request.method(), request.uri().path(), request.headers());
                core::future::ready(Ok::<_, core::convert::Infallible>(response))
            });
            let mut connection = http1::Builder::new();
            connection.timer(TokioTimer::new()).header_read_timeout(HEAD);
            // What goes wrong on a connection is the other side's matter.
            let _ended = tokio::time::timeout(LIFE, connection.serve_connection(TokioIo::new(stream), service)).await;
            drop(place);
        });
    }
}

fn answer(own: SocketAddr, shown: &Shown, method: &Method, path: &str, headers: &HeaderMap) -> Response<Full<Bytes>> {
    let plain = "text/plain; charset=utf-8";
    if own.ip().is_loopback() && !is_local(headers) {
        // A name that was made to point here, so that a page in a browser can read it.
        return respond(StatusCode::FORBIDDEN, plain, "use 127.0.0.1, [::1] or localhost as the host\n");
    }
    if !matches!(*method, Method::GET | Method::HEAD) {
        let mut refused =
            respond(StatusCode::METHOD_NOT_ALLOWED, plain, "only GET and HEAD: nothing can be changed here\n");
        refused.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return refused;
    }
    if let Some((_, kind, text)) = ASSETS.iter().find(|(own, ..)| *own == path) {
        return respond(StatusCode::OK, kind, *text);
    }
    match path {
        "/metrics" => {
            respond(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", text::prometheus(&shown.now()))
        }
        "/status.json" => respond(StatusCode::OK, "application/json", text::json(&shown.now())),
        _ => respond(StatusCode::NOT_FOUND, plain, "there is /metrics, and a page at /\n"),
    }
}

/// Whether a request names this machine as its host.
fn is_local(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST).and_then(|host| host.to_str().ok()) else { return false };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let literal = name.trim_start_matches('[').trim_end_matches(']').parse::<core::net::IpAddr>();
    name.eq_ignore_ascii_case("localhost") || literal.is_ok_and(|address| address.is_loopback())
}

fn respond(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_a_local_host() {
        for (host, local) in [
            ("127.0.0.1:9464", true),
            ("127.0.0.1", true),
            ("[::1]:9464", true),
            ("[::1]", true),
            ("localhost:9464", true),
            ("LOCALHOST", true),
            ("localhost.example:9464", false),
            ("evil.example", false),
            ("10.0.0.1:9464", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(HOST, HeaderValue::from_str(host).unwrap())]);
            assert_eq!(is_local(&headers), local, "{host}");
        }
        assert!(!is_local(&HeaderMap::new()));
    }
}
