//! Every body of `wire/` as a network reply: each transport hands it over byte for byte, and a client makes the same of it as without
//! a network. What each body is read as is told in `reply_wire.rs`.

use core::net::SocketAddr;
use core::time::Duration;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::thread::{self, JoinHandle};

use own_stack::Plain;
use smileid_conformance::{Exchange, FakeClock, Scripted};
use smileid_core::message::{Request, Response};
use smileid_core::reply::{DecodeOptions, JobStatus};
use smileid_core::transport::WithClock;
use smileid_core::{
    Answer, ApiKey, AsyncClient, AsyncTransport, BaseUrl, Client, Config, Credentials, Error, JobStatusQuery,
    PartnerId, RetryPolicy, Transport,
};
use smileid_http_async::Reqwest;
use smileid_http_blocking::{Options, Roots, Ureq};
use smileid_tests::{JOB, NOON, USER, told};

/// When every client asks: a little after the bodies were signed, and never at the same millisecond.
const ASKED: i64 = NOON + 500;

fn bodies() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("wire");
    let mut bodies = Vec::new();
    for kind in ["ok", "odd", "err"] {
        for entry in fs::read_dir(folder.join(kind)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "json") {
                bodies.push((format!("{kind}/{}", path.file_name().unwrap().display()), fs::read(&path).unwrap()));
            }
        }
    }
    bodies.sort();
    assert!(bodies.iter().any(|(name, _)| name == "ok/document-sample.json"));
    bodies
}

/// A server that answers the first request with the first body in one piece, the second with the same in chunks, and so on.
struct Server {
    address: SocketAddr,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// One that ends once every body was asked for so many times.
    fn start(bodies: Vec<Vec<u8>>, times: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let thread = thread::spawn(move || {
            let replies = bodies.iter().flat_map(|body| (0..times).map(move |time| reply(body, time % 2 == 1)));
            for reply in replies {
                let (mut stream, _) = listener.accept().unwrap();
                read_request(&mut stream);
                stream.write_all(&reply).unwrap();
            }
        });
        Self { address, thread: Some(thread) }
    }

    fn base_url(&self) -> BaseUrl {
        BaseUrl::parse(&format!("http://{}/v1", self.address)).unwrap()
    }

    fn end(mut self) {
        self.thread.take().unwrap().join().unwrap();
    }
}

fn reply(body: &[u8], chunked: bool) -> Vec<u8> {
    let (field, mut framed) = if chunked {
        let (one, other) = body.split_at(body.len() / 2);
        let chunk = |piece: &[u8]| [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat();
        let pieces = [one, other].into_iter().filter(|piece| !piece.is_empty()).flat_map(chunk).collect();
        ("Transfer-Encoding: chunked".to_owned(), pieces)
    } else {
        (format!("Content-Length: {}", body.len()), body.to_vec())
    };
    let mut bytes =
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n{field}\r\n\r\n")
            .into_bytes();
    bytes.append(&mut framed);
    if chunked {
        bytes.extend_from_slice(b"0\r\n\r\n");
    }
    bytes
}

fn read_request(stream: &mut TcpStream) {
    let mut request = Vec::new();
    let mut byte = [0; 1];
    // The clients' bodies are single JSON objects without inner objects.
    while !(request.ends_with(b"}") && request.windows(4).any(|four| four == b"\r\n\r\n")) {
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "the request is cut short");
        request.push(byte[0]);
    }
}

fn config(base: BaseUrl) -> Config {
    // Those of the public vector that the bodies are signed with.
    let credentials = Credentials::new(PartnerId::new("001").unwrap(), ApiKey::new("key").unwrap());
    Config::new(&credentials, &base.into()).unwrap().with_retry(RetryPolicy::NONE)
}

fn query() -> JobStatusQuery {
    JobStatusQuery::new(USER, JOB).unwrap()
}

fn raw_request(base: &BaseUrl) -> Request {
    Request::post(format!("{base}/job_status"), b"{}".to_vec(), Duration::from_secs(20), 4 << 20)
}

/// What there is to see of an outcome, the whole body of an answer included.
fn shown(outcome: Result<Answer, Error>) -> String {
    let line = told(&outcome);
    match outcome {
        Ok(answer) => {
            let status = answer.status();
            format!("{line}\n{:?}\n{:?}\n{}", status.repairs(), status.readings(), status.expose_body())
        }
        Err(error) => format!("{line}\n{error}"),
    }
}

/// Without a network: the same reply, handed to the client directly.
fn expected(body: &[u8]) -> String {
    let scripted = Scripted::new(FakeClock::at(ASKED), [Exchange::reply(Response::new(200, body.to_vec()))]);
    let base = BaseUrl::parse("https://scripted.invalid/v1").unwrap();
    shown(Client::new(scripted, config(base)).job_status(query()))
}

fn check_blocking<T: Transport>(make: impl Fn() -> T) {
    let bodies = bodies();
    let server = Server::start(bodies.iter().map(|(_, body)| body.clone()).collect(), 4);
    let client = Client::new(WithClock::new(make(), FakeClock::at(ASKED)), config(server.base_url()));
    for (name, body) in &bodies {
        for _ in 0..2 {
            assert_eq!(shown(client.job_status(query())), expected(body), "{name}");
        }
        for _ in 0..2 {
            let reply = client.transport().transport().send(&raw_request(&server.base_url())).unwrap();
            assert!(reply.body == *body, "{name}");
        }
    }
    server.end();
}

#[test]
fn blocking() {
    check_blocking(|| Ureq::with_options(&Options::new().with_roots(Roots::Added)).unwrap());
}

#[test]
fn own_stack() {
    check_blocking(Plain::new);
}

#[test]
fn asynchronous() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let bodies = bodies();
        let server = Server::start(bodies.iter().map(|(_, body)| body.clone()).collect(), 4);
        let transport = Reqwest::with_options(&Options::new().with_roots(Roots::Added)).unwrap();
        let client = AsyncClient::new(WithClock::new(transport, FakeClock::at(ASKED)), config(server.base_url()));
        for (name, body) in &bodies {
            for _ in 0..2 {
                assert_eq!(shown(client.job_status(query()).await), expected(body), "{name}");
            }
            for _ in 0..2 {
                let reply = client.transport().transport().send(&raw_request(&server.base_url())).await.unwrap();
                assert!(reply.body == *body, "{name}");
            }
        }
        server.end();
    });
}

/// The document's own sample, as it came over the network, has its two trailing commas where the file has them.
#[test]
fn the_documents_sample_is_read_from_the_network_as_from_the_file() {
    let (_, sample) = bodies().into_iter().find(|(name, _)| name == "ok/document-sample.json").unwrap();
    let server = Server::start(vec![sample.clone()], 2);
    let transport = Ureq::with_options(&Options::new().with_roots(Roots::Added)).unwrap();
    for _ in 0..2 {
        let reply = transport.send(&raw_request(&server.base_url())).unwrap();
        let status = JobStatus::decode(reply.body, &DecodeOptions::default()).unwrap();
        let repairs: Vec<_> = status.repairs().list().iter().map(|r| (r.kind.as_str(), r.offset)).collect();
        assert_eq!(repairs, [("trailing_comma", 494), ("trailing_comma", 1584)]);
        assert_eq!((status.code().as_deref(), status.history().count()), (Some("2302"), 3));
    }
    server.end();
    assert!(expected(&sample).contains("unproven"));
}
