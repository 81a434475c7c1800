//! Replies whose framing is out of the ordinary, byte for byte: what every transport makes of each. They are refused rather than read in
//! two ways; faults with names are in `scenarios.rs`.

use core::time::Duration;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use own_stack::Plain;
use smileid_core::{AsyncTransport, Request, Response, Transport, TransportError, TransportErrorKind as Kind};
use smileid_tests::Canned;

use crate::stacks::{self, plain};

const PATIENCE: Duration = Duration::from_secs(20);

/// A reply with status 200, these fields and this tail behind the empty line.
fn with(fields: &str, tail: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\n{fields}\r\n{tail}").into_bytes()
}

fn chunks(tail: &str) -> Vec<u8> {
    with("Transfer-Encoding: chunked\r\n", tail)
}

fn length(length: &str) -> Vec<u8> {
    with(&format!("Content-Length:{length}\r\n"), "{}")
}

fn bytes(reply: &[u8]) -> Vec<u8> {
    reply.to_vec()
}

/// The status line and the fields of a whole reply with the body `{}`.
fn head(head: &str) -> Vec<u8> {
    format!("{head}Content-Length: 2\r\n\r\n{{}}").into_bytes()
}

/// What is taken, with its status; every body is `{}` but those of statuses that have none.
fn taken() -> Vec<(&'static str, u16, Vec<u8>)> {
    vec![
        ("until closed", 200, with("", "{}")),
        ("HTTP/1.0", 200, bytes(b"HTTP/1.0 200 OK\r\n\r\n{}")),
        ("no reason", 200, head("HTTP/1.1 200\r\n")),
        ("the same length twice", 200, with("Content-Length: 2\r\nContent-Length: 2\r\n", "{}")),
        ("a chunk with an extension", 200, chunks("2;a=b\r\n{}\r\n0\r\n\r\n")),
        ("fields behind the chunks", 200, chunks("2\r\n{}\r\n0\r\nA: b\r\n\r\n")),
        (
            "a field that is no UTF-8",
            200,
            [&b"HTTP/1.1 200 OK\r\nA: \xe9\r\n"[..], b"Content-Length: 2\r\n\r\n{}"].concat(),
        ),
        ("announced by 100", 200, [&b"HTTP/1.1 100 Continue\r\n\r\n"[..], &length(" 2")].concat()),
        ("announced by 103", 200, [&b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"[..], &length(" 2")].concat()),
        ("204 with a body", 204, bytes(b"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n{}")),
        ("304 with a length", 304, bytes(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n")),
        ("a coding that was not asked for", 200, with("Content-Encoding: br\r\nContent-Length: 2\r\n", "{}")),
        ("100 fields", 200, head(&format!("HTTP/1.1 200 OK\r\n{}", "A: b\r\n".repeat(99)))),
    ]
}

/// What is refused, with its kind.
fn refused() -> Vec<(&'static str, Kind, Vec<u8>)> {
    let closed = [
        ("HTTP/0.9", bytes(b"{}")),
        ("HTTP/2", head("HTTP/2.0 200 OK\r\n")),
        ("frames of HTTP/2", bytes(b"\0\0\x12\x04\0\0\0\0\0\0\0\0\0")),
        ("another protocol", head("ICY 200 OK\r\n")),
        ("a status of two digits", head("HTTP/1.1 20 OK\r\n")),
        ("a status under 100", head("HTTP/1.1 099 OK\r\n")),
        ("a length with a sign", length(" +2")),
        ("a negative length", length(" -2")),
        ("a length in hex", length(" 0x2")),
        ("an empty length", length("")),
        ("two lengths in a list", length(" 2, 3")),
        ("two lengths", with("Content-Length: 2\r\nContent-Length: 3\r\n", "{}")),
        ("a length and chunks", with("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n")),
        ("chunks in HTTP/1.0", bytes(b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")),
        ("a coding on the way", with("Transfer-Encoding: gzip\r\n", "{}")),
        ("a coding beneath the chunks", with("Transfer-Encoding: gzip, chunked\r\n", "2\r\n{}\r\n0\r\n\r\n")),
        ("a coding above the chunks", with("Transfer-Encoding: chunked, gzip\r\n", "2\r\n{}\r\n0\r\n\r\n")),
        ("a coding that is nearly chunks", with("Transfer-Encoding: xchunked\r\n", "2\r\n{}\r\n0\r\n\r\n")),
        ("no coding by name", with("Transfer-Encoding: identity\r\n", "{}")),
        ("chunks twice", with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n")),
        ("a space before the colon", with("Transfer-Encoding : chunked\r\n", "2\r\n{}\r\n0\r\n\r\n")),
        ("a chunk's size with 0x", chunks("0x2\r\n{}\r\n0\r\n\r\n")),
        ("a chunk's size beyond numbers", chunks("fffffffffffffffff2\r\n{}\r\n0\r\n\r\n")),
        ("a chunk without its line end", chunks("2\r\n{}0\r\n\r\n")),
        ("a chunk with bare line feeds", chunks("2\n{}\n0\n\n")),
        ("a very long extension", chunks(&format!("2;{}\r\n{{}}\r\n0\r\n\r\n", "a".repeat(100_000)))),
        ("no last chunk", chunks("2\r\n{}\r\n")),
        ("a folded field", head("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n")),
        ("a field without a colon", head("HTTP/1.1 200 OK\r\nAbc\r\n")),
        ("a field without a name", head("HTTP/1.1 200 OK\r\n: b\r\n")),
        ("a field with a NUL", head("HTTP/1.1 200 OK\r\nA: b\0c\r\n")),
        ("a field with a lone CR", head("HTTP/1.1 200 OK\r\nA: b\rc\r\n")),
        ("nothing", bytes(b"")),
    ];
    let too_large = [
        ("a very long reason", head(&format!("HTTP/1.1 200 {}\r\n", "x".repeat(70_000)))),
        ("a length beyond memory", length(" 18446744073709551615")),
        ("101 fields", head(&format!("HTTP/1.1 200 OK\r\n{}", "A: b\r\n".repeat(100)))),
    ];
    let of = |kind: Kind| move |(name, reply)| (name, kind, reply);
    closed.into_iter().map(of(Kind::Closed)).chain(too_large.into_iter().map(of(Kind::TooLarge))).collect()
}

/// A server that resets its only connection behind this reply: it leaves some of the request unread.
fn breaking_off(reply: Vec<u8>) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
    let thread = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut head, mut byte) = (Vec::new(), [0; 1]);
        while !head.ends_with(b"\r\n\r\n") {
            assert_eq!(stream.read(&mut byte).unwrap(), 1, "the request is cut short");
            head.push(byte[0]);
        }
        // Its body has come, or it would be no reset.
        assert_eq!(stream.peek(&mut byte).unwrap(), 1, "the request is cut short");
        stream.write_all(&reply).unwrap();
    });
    (base_url, thread)
}

/// Sends one request for each reply and compares what became of it.
fn check(send: impl Fn(&Request) -> Result<Response, TransportError>) {
    let mut wrong = Vec::new();
    let mut ask = |name: &str, reply: Vec<u8>, expected: Result<u16, Kind>| {
        let server = Canned::start(vec![reply]);
        let request = Request::post(format!("{}/job_status", server.base_url()), b"{}".to_vec(), PATIENCE, 4 << 20);
        let seen = send(&request);
        let body_is_whole = seen.as_ref().map_or(true, |reply| match reply.status {
            200 => reply.body == b"{}",
            _ => reply.body.is_empty(),
        });
        let seen = seen.map(|reply| reply.status).map_err(|error| error.kind());
        if seen != expected || !body_is_whole {
            wrong.push(format!("{name}: {expected:?}, but {seen:?}, body whole: {body_is_whole}"));
        }
    };
    for (name, status, reply) in taken() {
        ask(name, reply, Ok(status));
    }
    for (name, kind, reply) in refused() {
        ask(name, reply, Err(kind));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A reset is no end, not even of a body that lasts until the end.
fn check_broken_off(send: impl Fn(&Request) -> Result<Response, TransportError>) {
    for reply in [with("", "{}"), length(" 3"), chunks("2\r\n{}\r\n")] {
        let (base_url, server) = breaking_off(reply);
        let request = Request::post(format!("{base_url}/job_status"), b"{}".to_vec(), PATIENCE, 4 << 20);
        let seen = send(&request).map(|reply| reply.status).map_err(|error| error.kind());
        server.join().unwrap();
        assert_eq!(seen, Err(Kind::Closed));
    }
}

#[test]
fn what_a_reset_breaks_off_is_never_taken() {
    let transport = stacks::blocking(&plain());
    check_broken_off(|request| transport.send(request));
    let transport = stacks::asynchronous(&plain());
    check_broken_off(|request| stacks::on_tokio(transport.send(request)));
    let transport = Plain::new();
    check_broken_off(|request| transport.send(request));
}

#[test]
fn blocking() {
    let transport = stacks::blocking(&plain());
    check(|request| transport.send(request));
}

#[test]
fn asynchronous() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let transport = stacks::asynchronous(&plain());
    check(|request| runtime.block_on(transport.send(request)));
}

#[test]
fn own_stack() {
    check(|request| Plain::new().send(request));
}
