//! A server of canned replies, byte for byte, one connection for each. It judges nothing and speaks no HTTP.

use core::net::SocketAddr;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

/// A server that gives the n-th connection the n-th reply and then closes it in order; it ends after the last.
#[derive(Debug)]
pub struct Canned {
    address: SocketAddr,
    thread: JoinHandle<()>,
}

impl Canned {
    /// Starts it on a free loopback port.
    #[must_use]
    pub fn start(replies: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let thread = thread::spawn(move || {
            for reply in replies {
                let (mut stream, _) = listener.accept().unwrap();
                read_request(&mut stream);
                // A client that has seen enough may be gone already.
                let _sent = stream.write_all(&reply).and_then(|()| stream.shutdown(Shutdown::Write));
                let _rest = stream.read_to_end(&mut Vec::new());
            }
        });
        Self { address, thread }
    }

    /// The base URL to ask: `http://127.0.0.1:PORT/v1`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Waits for its end; fails where a reply was not fetched and the test is to hang, or its thread has failed.
    pub fn end(self) {
        self.thread.join().unwrap();
    }
}

fn read_request(stream: &mut TcpStream) {
    let mut request = Vec::new();
    let mut byte = [0; 1];
    // The bodies that clients send are single JSON objects without inner objects.
    while !(request.ends_with(b"}") && request.windows(4).any(|four| four == b"\r\n\r\n")) {
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "the request is cut short");
        request.push(byte[0]);
    }
}
