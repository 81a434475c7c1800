//! What the transports bound and what they leave alone: connections, places, heads, codings, proxies, trusted roots.

use core::error::Error as _;
use core::time::Duration;
use std::env;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::mpsc;
use std::thread;

use smileid_core::{
    AsyncClient, AsyncTransport, BaseUrl, Client, Config, Credentials, Error, ErrorKind, Request, RetryPolicy,
    Transport, TransportError, TransportErrorKind as Kind,
};
use smileid_http_async::ReqwestTransport;
use smileid_http_blocking::{Cause, Compression, HttpTransport, Proxy, Roots, SetupError, TransportOptions};
use smileid_sandbox::faults::{Fault, FaultServer};
use smileid_tests::query;

use crate::stacks::{asynchronous, blocking, on_tokio, plain};

const PATIENCE: Duration = Duration::from_secs(20);
/// The name for which the fault `wrong_host` shows a certificate.
const TUNNELLED: &str = "wrong-host.invalid";

fn config(base_url: &str, credentials: &Credentials) -> Config {
    let base = BaseUrl::parse(base_url).unwrap();
    Config::new(credentials, &base.into()).with_retry(RetryPolicy::NONE)
}

/// One call over each transport; `final`, `pending` or the error.
fn ask_both(options: &TransportOptions, base_url: &str, credentials: &Credentials) -> [Result<&'static str, Error>; 2] {
    let blocking = Client::new(blocking(options), config(base_url, credentials));
    let asynchronous = AsyncClient::new(asynchronous(options), config(base_url, credentials));
    let outcome = on_tokio(asynchronous.job_status(query()));
    [blocking.job_status(query()).map(|a| a.state().as_str()), outcome.map(|a| a.state().as_str())]
}

#[test]
fn connections_are_kept_and_used_again() {
    let server = FaultServer::start(Fault::NeverComplete).unwrap();
    let config = config(&server.base_url(), server.credentials());
    let client = Client::new(blocking(&plain()), config.clone());
    (0..20).for_each(|_| assert!(client.job_status(query()).is_ok()));
    assert_eq!(server.connections(), 1);
    let client = AsyncClient::new(asynchronous(&plain()), config);
    on_tokio(async {
        for _ in 0..20 {
            assert!(client.job_status(query()).await.is_ok());
        }
    });
    assert_eq!((server.connections(), server.requests()), (2, 40));
}

#[test]
fn the_longest_durations_are_accepted() {
    let server = FaultServer::start(Fault::NeverComplete).unwrap();
    let options = plain().with_connect_timeout(Duration::MAX).with_idle_timeout(Duration::MAX);
    for asked in ask_both(&options, &server.base_url(), server.credentials()) {
        assert_eq!(asked.unwrap(), "pending");
    }
    let request = Request::post(format!("{}/job_status", server.base_url()), b"{}".to_vec(), Duration::MAX, 4 << 20);
    let blocking = blocking(&options);
    // Twice: the second goes over the connection that was kept.
    (0..2).for_each(|_| assert!(Transport::send(&blocking, &request).is_ok()));
    let asynchronous = asynchronous(&options);
    on_tokio(async {
        assert!(asynchronous.send(&request).await.is_ok());
        assert!(asynchronous.send(&request).await.is_ok());
    });
}

#[test]
fn only_so_many_requests_are_in_flight() {
    let server = FaultServer::start(Fault::StallBeforeHead).unwrap();
    let options = plain().with_max_in_flight(2);
    let request = |timeout| Request::post(format!("{}/job_status", server.base_url()), b"{}".to_vec(), timeout, 99);
    let (long, short) = (request(PATIENCE), request(Duration::from_millis(200)));
    let summary = |error: &TransportError| (error.kind(), error.source().and_then(|s| s.downcast_ref().copied()));
    let no_place = (Kind::Timeout, Some(Cause::InFlight));
    let transport = blocking(&options);
    thread::scope(|scope| {
        let stalled: Vec<_> = (0..2).map(|_| scope.spawn(|| Transport::send(&transport, &long))).collect();
        assert!(server.wait_for_requests(2, PATIENCE));
        for _ in 0..3 {
            assert_eq!(summary(&Transport::send(&transport, &short).unwrap_err()), no_place);
        }
        assert_eq!(server.connections(), 2);
        transport.interrupt().stop();
        for thread in stalled {
            assert_eq!(thread.join().unwrap().unwrap_err().kind(), Kind::Cancelled);
        }
    });
    let transport = asynchronous(&options);
    on_tokio(async {
        let stalled = async { tokio::join!(transport.send(&long), transport.send(&long)) };
        let tried = async {
            while server.requests() < 4 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            for _ in 0..3 {
                assert_eq!(summary(&transport.send(&short).await.unwrap_err()), no_place);
            }
        };
        tokio::select! {
            _ = stalled => panic!("a stall ended"),
            () = tried => {}
        }
        assert_eq!(server.connections(), 4);
    });
}

#[test]
fn heads_are_bounded_by_the_option() {
    for (most, outcome) in [(1 << 10, None), (64 << 10, None), (128 << 10, Some("final"))] {
        let server = FaultServer::start(Fault::Head70KiB).unwrap();
        for asked in ask_both(&plain().with_max_head_bytes(most), &server.base_url(), server.credentials()) {
            assert_eq!(asked.as_ref().ok(), outcome.as_ref(), "{most}: {asked:?}");
            if let Err(error) = asked {
                assert_eq!(error.kind(), ErrorKind::Malformed);
            }
        }
    }
}

#[test]
fn one_coding_is_asked_for_and_gzip_only_if_it_was_chosen() {
    for (compression, asked) in [(Compression::Off, "identity"), (Compression::Gzip, "gzip")] {
        let server = FaultServer::start(Fault::NeverComplete).unwrap();
        let options = plain().with_compression(compression);
        let config = config(&server.base_url(), server.credentials());
        let head = || String::from_utf8_lossy(&server.latest_request().unwrap()).to_ascii_lowercase();
        let check = |head: String| {
            let codings: Vec<_> = head.lines().filter_map(|line| line.strip_prefix("accept-encoding: ")).collect();
            assert_eq!(codings, [asked], "{head}");
            assert!(head.contains("user-agent: smileid-rust/") && !head.contains("cookie"), "{head}");
        };
        Client::new(blocking(&options), config.clone()).job_status(query()).unwrap();
        check(head());
        on_tokio(AsyncClient::new(asynchronous(&options), config).job_status(query())).unwrap();
        check(head());
    }
}

/// A proxy that opens a tunnel to one address, whatever is asked for; it tells the first line of each request.
fn tunnel(to: core::net::SocketAddr) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        while let Ok((mut client, _)) = listener.accept() {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let mut byte = [0; 1];
                if client.read(&mut byte).unwrap_or(0) == 0 {
                    return;
                }
                head.push(byte[0]);
            }
            let line = String::from_utf8_lossy(&head).lines().next().unwrap_or_default().to_owned();
            if sender.send(line).is_err() {
                return;
            }
            let mut server = TcpStream::connect(to).unwrap();
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            let (mut from, mut back) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            thread::spawn(move || std::io::copy(&mut from, &mut back));
            thread::spawn(move || std::io::copy(&mut server, &mut client));
        }
    });
    (url, lines)
}

#[test]
fn configured_proxy_carries_only_encrypted_bytes() {
    let server = FaultServer::start(Fault::WrongHost).unwrap();
    let (proxy, lines) = tunnel(server.address());
    let options = plain().with_ca_pem(server.ca_pem().unwrap()).unwrap().with_proxy(Proxy::parse(&proxy).unwrap());
    // The client does not look up the host: the proxy does.
    for asked in ask_both(&options, &format!("https://{TUNNELLED}/v1"), server.credentials()) {
        assert_eq!(asked.unwrap(), "final");
        assert_eq!(lines.recv_timeout(PATIENCE).unwrap(), format!("CONNECT {TUNNELLED}:443 HTTP/1.1"));
    }
}

#[test]
fn a_proxy_is_never_used_for_loopback() {
    let server = FaultServer::start(Fault::NeverComplete).unwrap();
    let (proxy, lines) = tunnel(server.address());
    let options = plain().with_proxy(Proxy::parse(&proxy).unwrap());
    for asked in ask_both(&options, &server.base_url(), server.credentials()) {
        assert_eq!(asked.unwrap(), "pending");
    }
    // Nothing listens there; what matters is that the proxy hears nothing of it.
    for host in ["localhost", "LocalHost", "127.9.9.9", "[::1]"] {
        for asked in ask_both(&options, &format!("https://{host}:1/v1"), server.credentials()) {
            assert_eq!(asked.unwrap_err().kind(), ErrorKind::Transport, "{host}");
        }
    }
    assert!(lines.try_recv().is_err(), "the proxy was used");
}

#[test]
fn unreachable_proxy_is_a_transport_error() {
    let nowhere = FaultServer::start(Fault::Refused).unwrap();
    let server = FaultServer::start(Fault::NeverComplete).unwrap();
    let proxy = Proxy::parse(&format!("http://{}", nowhere.address())).unwrap();
    for asked in ask_both(&plain().with_proxy(proxy), "https://service.invalid/v1", server.credentials()) {
        assert_eq!(asked.unwrap_err().kind(), ErrorKind::Transport);
    }
}

/// Where a child process finds what it is to ask. It is this test binary, run again under another environment: nothing changes the
/// environment of the tests themselves.
const ASK: &str = "SMILEID_TESTS_ASK";

/// Runs one test again in a separate process, by its whole name.
pub(crate) fn run_again(test: &str, environment: &[(&str, &str)]) {
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", test, "--nocapture"]).envs(environment.iter().copied());
    let output = child.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_environments_proxy_is_not_used() {
    let Ok(base_url) = env::var(ASK) else {
        let server = FaultServer::start(Fault::NeverComplete).unwrap();
        let nowhere = FaultServer::start(Fault::Refused).unwrap();
        let proxy = format!("http://{}", nowhere.address());
        let names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
        let mut environment: Vec<_> = names.iter().map(|name| (*name, proxy.as_str())).collect();
        let base_url = server.base_url();
        environment.extend([("NO_PROXY", ""), ("no_proxy", ""), (ASK, &base_url)]);
        run_again("limits::the_environments_proxy_is_not_used", &environment);
        assert_eq!(server.requests(), 2);
        return;
    };
    let credentials = FaultServer::start(Fault::NeverComplete).unwrap().credentials().clone();
    for asked in ask_both(&plain(), &base_url, &credentials) {
        assert_eq!(asked.unwrap(), "pending");
    }
}

#[test]
fn a_system_without_roots_is_told_at_once() {
    if env::var(ASK).is_err() {
        let nowhere = "no-such-folder-of-certificates";
        let environment = [("SSL_CERT_FILE", nowhere), ("SSL_CERT_DIR", nowhere), (ASK, "roots")];
        return run_again("limits::a_system_without_roots_is_told_at_once", &environment);
    }
    let blocking = HttpTransport::new().map(drop).unwrap_err();
    let asynchronous = ReqwestTransport::new().map(drop).unwrap_err();
    let named = SetupError::RootsVariable("SSL_CERT_FILE");
    assert_eq!((blocking, asynchronous), (named, named));
    assert_eq!(Error::from(blocking).kind(), ErrorKind::Tls);
    let bundled = TransportOptions::new().with_roots(Roots::Bundled);
    assert!(HttpTransport::with_options(&bundled).is_ok() && ReqwestTransport::with_options(&bundled).is_ok());
}
