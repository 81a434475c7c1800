#!/usr/bin/env bash
# Rust ureq 3.5.2: once any crate in the build turns on `ureq/gzip` (a default feature), *your* ureq inflates bodies that you asked for
# as they are, and two response headers disappear.
#
# A crate that takes ureq without default features sees the bytes of the wire. When another crate takes ureq as usual, cargo builds one
# ureq with gzip for both. Requests then ask for gzip. A body labelled gzip is inflated even if the request said
# `accept-encoding: identity`, `Content-Encoding` and `Content-Length` are gone, and an empty body with the label is an error on reading.
#
# Why a good engineer would not guess it: `default-features = false` looks like a decision, and explicit request headers look like
# the last word. Code that checks a length, a digest or an image's first bytes works in its own tests, and changes in another build.
#
# Seen with ureq 3.5.2; `program` has no features of ureq, `other` has gzip:
#
#   without other: asks for no encoding
#   without other: identity asked, gzip sent: 41 bytes, Content-Encoding yes, Content-Length yes
#   without other: empty body labelled gzip: 0 bytes, Content-Encoding yes, Content-Length yes
#   with other: asks for gzip
#   with other: identity asked, gzip sent: 21 bytes, Content-Encoding no, Content-Length no
#   with other: empty body labelled gzip: gzip decompression failed: unexpected end of file
source "$(dirname "$0")/lib/common.sh"

rust_package other 'ureq = { version = "=3.5.2", default-features = false, features = ["gzip"] }' </dev/null
mv "$work/other/src/main.rs" "$work/other/src/lib.rs"
rust_package program 'ureq = { version = "=3.5.2", default-features = false }
other = { path = "../other", optional = true }' <<'EOF'
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::{spawn, JoinHandle};

/// `{"job_complete":true}` in gzip.
const GZIP: [u8; 41] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 202, 202, 79, 138, 79, 206, 207, 45, 200, 73, 45, 73, 85, 178, 42, 41, 42, 77, 173, 5,
    0, 89, 85, 40, 233, 21, 0, 0, 0,
];

/// Answers one request with this body, labelled gzip; the thread returns the request.
fn serve(body: &'static [u8]) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let thread = spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let length = stream.read(&mut request).unwrap();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        String::from_utf8_lossy(&request[..length]).to_lowercase()
    });
    (url, thread)
}

fn ask(what: &str, request: ureq::RequestBuilder<ureq::typestate::WithoutBody>) {
    let response = request.call().unwrap();
    let has = |name: &str| if response.headers().contains_key(name) { "yes" } else { "no" };
    let headers = format!("Content-Encoding {}, Content-Length {}", has("content-encoding"), has("content-length"));
    match response.into_body().read_to_vec() {
        Ok(body) => line(&format!("{what}: {} bytes, {headers}", body.len())),
        Err(error) => line(&format!("{what}: {error}")),
    }
}

fn line(seen: &str) {
    println!("{} other: {seen}", if cfg!(feature = "other") { "with" } else { "without" });
}

fn main() {
    let agent = ureq::Agent::new_with_config(ureq::Agent::config_builder().proxy(None).build());
    let (url, thread) = serve(&GZIP);
    agent.get(&url).call().unwrap();
    let asked = thread.join().unwrap().contains("accept-encoding: gzip");
    line(if asked { "asks for gzip" } else { "asks for no encoding" });
    let (url, _) = serve(&GZIP);
    ask("identity asked, gzip sent", agent.get(&url).header("accept-encoding", "identity"));
    let (url, _) = serve(&[]);
    ask("empty body labelled gzip", agent.get(&url));
}
EOF
{ rust_run program; rust_run program --features other; } | expect
