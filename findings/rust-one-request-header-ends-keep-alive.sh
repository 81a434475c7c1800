#!/usr/bin/env bash
# Rust ureq 3.5.2: `.config().user_agent(…)` on a request opens a new connection for each such request, and keeps none of them. The same
# header through `.header("user-agent", …)` reuses one connection.
#
# ureq shares its pool only with requests whose configuration could have opened the pooled connection. It compares the user agent too,
# since a CONNECT to a proxy carries it, even if there is no proxy. A timeout, a redirect limit or `accept` on the request changes nothing.
#
# Why a good engineer would not guess it: per-request configuration is documented as an override of the agent's, every other override that a
# client library would set is harmless, and nothing fails. Each call just pays for another TCP and TLS handshake.
#
# Seen with ureq 3.5.2, five requests each:
#
#   nothing on the request: 1 connection(s)
#   timeout and accept in the request's configuration: 1 connection(s)
#   user agent as a header: 1 connection(s)
#   user agent in the request's configuration: 5 connection(s)
source "$(dirname "$0")/lib/common.sh"

rust_package program 'ureq = { version = "=3.5.2", default-features = false }' <<'EOF'
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::thread::spawn;
use std::time::Duration;

type Request = ureq::RequestBuilder<ureq::typestate::WithoutBody>;

/// Answers every request and keeps connections open; counts them.
fn serve() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = connections.clone();
    spawn(move || {
        for stream in listener.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
            let mut stream = stream.unwrap();
            spawn(move || {
                let mut request = [0; 4096];
                while stream.read(&mut request).is_ok_and(|length| length > 0) {
                    if stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").is_err() {
                        return;
                    }
                }
            });
        }
    });
    (url, connections)
}

fn five(what: &str, change: impl Fn(Request) -> Request) {
    let (url, connections) = serve();
    let agent = ureq::Agent::new_with_config(ureq::Agent::config_builder().proxy(None).build());
    for _ in 0..5 {
        let body = change(agent.get(&url)).call().unwrap().into_body().read_to_vec().unwrap();
        assert_eq!(body, b"ok");
    }
    println!("{what}: {} connection(s)", connections.load(Ordering::SeqCst));
}

fn main() {
    five("nothing on the request", |request| request);
    five("timeout and accept in the request's configuration", |request| {
        request.config().timeout_global(Some(Duration::from_secs(9))).accept("text/plain").build()
    });
    five("user agent as a header", |request| request.header("user-agent", "mine"));
    five("user agent in the request's configuration", |request| request.config().user_agent("mine").build());
}
EOF
rust_run program | expect
