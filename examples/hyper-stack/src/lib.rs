//! Your own async transport: HTTP/1.1 and TLS by hyper and rustls, with `smileid-core` and without its adapters.
//!
//! Begin from it where your service has a hyper client already, with its pool, proxy and certificates: [`Hyper`] keeps the whole contract
//! of [`AsyncTransport`], and its tests have `smileid-conformance` try it, rule by rule and fault by fault.

use core::error::Error;
use core::time::Duration;
use std::io;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Body as _;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{self, Client};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::RootCertStore;
use smileid_core::{
    AsyncTransport, Clock, Headers, Moment, Request, Response, TransportError, TransportErrorKind as Kind,
};

/// How long connecting may take, each address of a name by itself.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an idle connection is kept: less than servers and load balancers keep it.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);
/// How many fields the head of a reply may have, and how many bytes in all.
const MAX_FIELDS: usize = 100;
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// The transport. Clones share connections.
#[derive(Debug, Clone)]
pub struct Hyper {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    /// Monotonic time counts from here.
    origin: Instant,
}

impl Hyper {
    /// A transport that trusts the certificates the system trusts.
    ///
    /// # Errors
    /// What rustls says where its provider does not suit the versions of TLS.
    pub fn new() -> Result<Self, rustls::Error> {
        let mut roots = RootCertStore::empty();
        // Without any, every connection over TLS is refused, and the call reports it.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Self::trusting(roots)
    }

    /// A transport that trusts these certificates.
    ///
    /// # Errors
    /// As for [`Hyper::new`].
    pub fn trusting(roots: RootCertStore) -> Result<Self, rustls::Error> {
        // The provider is handed over: one for the whole process would be everybody's.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
        tcp.set_nodelay(true);
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls.with_root_certificates(roots).with_no_client_auth())
            // Core allows plain http only to literal loopback addresses.
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_timer(TokioTimer::new())
            // Whether to try again is the session's to decide, by its budget.
            .retry_canceled_requests(false)
            .http1_max_headers(MAX_FIELDS)
            .build(connector);
        Ok(Self { client, origin: Instant::now() })
    }

    async fn exchange(&self, request: &Request) -> Result<Response, TransportError> {
        let mut reply = self.client.request(prepared(request)?).await.map_err(|error| failed(&error))?;
        let mut response = Response::new(reply.status().as_u16(), Vec::new());
        let mut head = 0;
        for (name, value) in reply.headers() {
            head += name.as_str().len() + value.len();
            response.headers.append(name.as_str(), &String::from_utf8_lossy(value.as_bytes()));
        }
        let promised = reply.body().size_hint().exact().unwrap_or(0);
        if head > MAX_HEAD_BYTES || promised > request.max_response_bytes as u64 {
            return Err(TransportError::new(Kind::TooLarge));
        }
        if framed_twice(&response.headers) {
            return Err(TransportError::new(Kind::Closed));
        }
        while let Some(frame) = reply.body_mut().frame().await {
            let Ok(piece) = frame.map_err(|error| failed(&error))?.into_data() else { continue };
            if piece.len() > request.max_response_bytes - response.body.len() {
                return Err(TransportError::new(Kind::TooLarge));
            }
            response.body.extend_from_slice(&piece);
        }
        Ok(response)
    }
}

/// Wall time signs requests and judges the age of replies, monotonic time keeps deadlines.
impl Clock for Hyper {
    fn now(&self) -> Moment {
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Moment::new(i64::try_from(wall.as_millis()).unwrap_or(i64::MAX), self.origin.elapsed())
    }
}

impl AsyncTransport for Hyper {
    async fn send(&self, request: &Request) -> Result<Response, TransportError> {
        let outcome = tokio::time::timeout(request.timeout, self.exchange(request)).await;
        outcome.unwrap_or_else(|_| Err(TransportError::new(Kind::Timeout)))
    }

    async fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        tokio::time::sleep(duration).await;
        Ok(())
    }
}

/// The request as hyper takes it. Every field goes out as it is; hyper adds the host.
fn prepared(request: &Request) -> Result<hyper::Request<Full<Bytes>>, TransportError> {
    let mut built = hyper::Request::builder().method(request.method.as_str()).uri(&request.url);
    for (name, value) in request.headers.iter() {
        built = built.header(name, value);
    }
    built.body(Full::new(Bytes::from(request.body.clone()))).map_err(|_| TransportError::new(Kind::Other))
}

/// Whether two readers could end the body in two places (RFC 9112 §6.3), which hyper tolerates.
fn framed_twice(headers: &Headers) -> bool {
    let mut codings = headers.all("transfer-encoding");
    let chunked = |coding: &str| coding.eq_ignore_ascii_case("chunked");
    codings
        .next()
        .is_some_and(|coding| !chunked(coding) || codings.next().is_some() || headers.first("content-length").is_some())
}

/// The kind of a failure. hyper's own text is left out: it may hold the URL.
fn failed(error: &(dyn Error + 'static)) -> TransportError {
    let (mut kind, mut next) = (Kind::Closed, Some(error));
    while let Some(error) = next {
        if error.is::<rustls::Error>() {
            return TransportError::new(Kind::Tls);
        }
        if error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse_too_large) {
            return TransportError::new(Kind::TooLarge);
        }
        if error.downcast_ref::<legacy::Error>().is_some_and(legacy::Error::is_connect) {
            kind = Kind::Connect;
        }
        // What an io::Error is made of is not its source: rustls's errors come inside one.
        let inside = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = match inside {
            Some(inside) => Some(inside),
            None => error.source(),
        };
    }
    TransportError::new(kind)
}
