//! Every body of `wire/` as a network reply: each transport hands it over byte for byte, and a client makes the same of it as without
//! a network. `contract/wire_files.rs` checks what each body is read as.

use core::time::Duration;
use std::fs;
use std::path::Path;

use own_stack::Plain;
use smileid_conformance::{Exchange, FakeClock, Scripted};
use smileid_core::{
    Answer, ApiKey, AsyncClient, AsyncTransport, BaseUrl, Client, Config, Credentials, DecodeOptions, Error, JobStatus,
    JobStatusQuery, PartnerId, Request, Response, RetryPolicy, Transport, WithClock,
};
use smileid_tests::{Canned, JOB, NOON, USER, summary};

use crate::stacks::{self, on_tokio, plain};

/// When every client asks: a little after the bodies were signed, and never at the same millisecond.
const ASKED: i64 = NOON + 500;

fn bodies() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(smileid_tests::FOLDER).join("wire");
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

/// A server that answers the first request with the first body in one piece, the second with the same in chunks, and so on, until every
/// body was asked for so many times.
fn serve(bodies: &[(String, Vec<u8>)], times: usize) -> Canned {
    let replies = bodies.iter().flat_map(|(_, body)| (0..times).map(move |time| reply(body, time % 2 == 1)));
    Canned::start(replies.collect())
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

fn base_url(server: &Canned) -> BaseUrl {
    BaseUrl::parse(&server.base_url()).unwrap()
}

fn config(base: BaseUrl) -> Config {
    // Those of the public vector that the bodies are signed with.
    let credentials = Credentials::new(PartnerId::new("001").unwrap(), ApiKey::new("key").unwrap());
    Config::new(&credentials, &base.into()).with_retry(RetryPolicy::NONE)
}

fn query() -> JobStatusQuery {
    JobStatusQuery::new(USER, JOB).unwrap()
}

fn raw_request(base: &BaseUrl) -> Request {
    Request::post(format!("{base}/job_status"), b"{}".to_vec(), Duration::from_secs(20), 4 << 20)
}

/// What there is to see of an outcome, the whole body of an answer included.
fn shown(outcome: Result<Answer, Error>) -> String {
    let line = summary(&outcome);
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
    let server = serve(&bodies, 4);
    let client = Client::new(WithClock::new(make(), FakeClock::at(ASKED)), config(base_url(&server)));
    for (name, body) in &bodies {
        for _ in 0..2 {
            assert_eq!(shown(client.job_status(query())), expected(body), "{name}");
        }
        for _ in 0..2 {
            let reply = client.transport().transport().send(&raw_request(&base_url(&server))).unwrap();
            assert!(reply.body == *body, "{name}");
        }
    }
    server.end();
}

#[test]
fn blocking() {
    check_blocking(|| stacks::blocking(&plain()));
}

#[test]
fn own_stack() {
    check_blocking(Plain::new);
}

#[test]
fn asynchronous() {
    on_tokio(async {
        let bodies = bodies();
        let server = serve(&bodies, 4);
        let transport = stacks::asynchronous(&plain());
        let client = AsyncClient::new(WithClock::new(transport, FakeClock::at(ASKED)), config(base_url(&server)));
        for (name, body) in &bodies {
            for _ in 0..2 {
                assert_eq!(shown(client.job_status(query()).await), expected(body), "{name}");
            }
            for _ in 0..2 {
                let reply = client.transport().transport().send(&raw_request(&base_url(&server))).await.unwrap();
                assert!(reply.body == *body, "{name}");
            }
        }
        server.end();
    });
}

/// The document's own sample, as it came over the network, has its two trailing commas where the file has them.
#[test]
fn document_sample_from_the_network_equals_the_file() {
    let sample = bodies().into_iter().find(|(name, _)| name == "ok/document-sample.json").unwrap();
    let server = serve(core::slice::from_ref(&sample), 2);
    let transport = stacks::blocking(&plain());
    for _ in 0..2 {
        let reply = transport.send(&raw_request(&base_url(&server))).unwrap();
        let status = JobStatus::decode(reply.body, &DecodeOptions::default()).unwrap();
        let repairs: Vec<_> = status.repairs().list().iter().map(|r| (r.kind.as_str(), r.offset)).collect();
        assert_eq!(repairs, [("trailing_comma", 494), ("trailing_comma", 1584)]);
        assert_eq!((status.code().as_deref(), status.history().count()), (Some("2302"), 3));
    }
    server.end();
    assert!(expected(&sample.1).contains("unproven"));
}
