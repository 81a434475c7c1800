//! A peer whose last word over TLS comes in one piece with its reply: the socket is quiet and open, and the connection is at its end all the
//! same. Its next request must go over another. How sockets end in the clear is in `smileid-http-blocking`'s own tests.

use core::time::Duration;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use rustls::{ServerConfig, ServerConnection, Stream};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use smileid_core::{Request, Transport};
use smileid_sandbox::certificates::Authority;

use crate::stacks::{blocking, trusting};

const CALLS: usize = 3;
const REPLY: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

fn config(authority: &Authority) -> Arc<ServerConfig> {
    let identity = authority.issue(&["127.0.0.1"]).unwrap();
    let certificate = CertificateDer::from_pem_slice(identity.certificate_pem().as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(identity.private_key_pem().as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap();
    config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap().into()
}

/// Answers one request, with the last word behind the reply or without, and keeps the socket open until the client closes it. With no
/// last word the next request is answered too. Gives how many requests were answered.
fn serve(mut socket: TcpStream, config: Arc<ServerConfig>, last_word: bool) -> usize {
    let mut tls = ServerConnection::new(config).unwrap();
    let mut answered = 0;
    let mut seen = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let Ok(read @ 1..) = Stream::new(&mut tls, &mut socket).read(&mut piece) else { return answered };
        seen.extend_from_slice(&piece[..read]);
        if !seen.ends_with(b"\r\n\r\n{}") {
            continue;
        }
        seen.clear();
        tls.writer().write_all(REPLY).unwrap();
        if last_word {
            tls.send_close_notify();
        }
        let mut wire = Vec::new();
        while tls.wants_write() {
            tls.write_tls(&mut wire).unwrap();
        }
        socket.write_all(&wire).unwrap();
        answered += 1;
        if last_word {
            // Until the client has gone: the socket itself tells it nothing.
            while matches!(socket.read(&mut piece), Ok(1..)) {}
            return answered;
        }
    }
}

/// A server for so many connections, and what was answered over each.
fn server(authority: &Authority, connections: usize, last_word: bool) -> (String, JoinHandle<Vec<usize>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/v1/job_status", listener.local_addr().unwrap());
    let config = config(authority);
    let accepting = move || {
        let serving: Vec<_> = listener
            .incoming()
            .take(connections)
            .map(|socket| {
                let config = Arc::clone(&config);
                thread::spawn(move || serve(socket.unwrap(), config, last_word))
            })
            .collect();
        serving.into_iter().map(|thread| thread.join().unwrap()).collect()
    };
    (url, thread::spawn(accepting))
}

fn check(connections: usize, last_word: bool) -> Vec<usize> {
    let authority = Authority::new().unwrap();
    let options = trusting(Some(&authority.pem()));
    let transport = blocking(&options);
    let (url, server) = server(&authority, connections, last_word);
    for call in 1..=CALLS {
        let request = Request::post(url.clone(), b"{}".to_vec(), Duration::from_secs(20), 1 << 20);
        let status = transport.send(&request).map(|reply| reply.status).map_err(|error| error.kind());
        assert_eq!(status, Ok(200), "call {call}");
    }
    // Whatever is idle is closed with it, so that the server ends.
    drop(transport);
    server.join().unwrap()
}

#[test]
fn closed_connection_is_not_reused() {
    assert_eq!(check(CALLS, true), [1; CALLS]);
}

#[test]
fn one_without_a_last_word_is() {
    assert_eq!(check(1, false), [CALLS]);
}
