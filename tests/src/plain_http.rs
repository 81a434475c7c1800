//! A plain HTTP client and a listener for callbacks, over sockets of the standard library: for looking at a server as it is.

use core::net::SocketAddr;
use core::time::Duration;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::UNIX_EPOCH;

use smileid_core::Moment;

/// How long anything here waits: only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

/// A response as it was read.
#[derive(Debug)]
pub struct Plain {
    /// The status.
    pub status: u16,
    /// The head, status line included.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Plain {
    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The value of a field of the head.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        field(&self.head, name)
    }
}

/// Returns the value of a field of a head.
#[must_use]
pub fn field<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    let mut fields = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    fields.find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// Returns the time of the wall clock, by which a sandbox of real time signs.
#[must_use]
pub fn now() -> Moment {
    Moment::new(i64::try_from(UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap(), Duration::ZERO)
}

/// Asks on a new connection. `fields` are whole lines; without a `Host` among them the address is it.
#[must_use]
pub fn ask(address: SocketAddr, method: &str, path: &str, fields: &[&str], body: &str) -> Plain {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let first = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}", body.len());
    let host = (!fields.iter().any(|field| field.starts_with("Host:"))).then(|| format!("Host: {address}"));
    let lines = core::iter::once(first.as_str()).chain(host.as_deref()).chain(fields.iter().copied());
    let head = lines.collect::<Vec<_>>().join("\r\n");
    stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Plain { status, head, body: bytes[end + 4..].to_vec() }
}

/// Sends JSON and reads JSON.
#[must_use]
pub fn ask_json(address: SocketAddr, method: &str, path: &str, body: &str) -> (u16, serde_json::Value) {
    let answer = ask(address, method, path, &["Content-Type: application/json"], body);
    (answer.status, answer.json())
}

/// A listener that answers each request with the next of its statuses (the last for ever) and hands on the bodies.
#[derive(Debug)]
pub struct Listener {
    address: SocketAddr,
    requests: mpsc::Receiver<(String, String)>,
}

impl Listener {
    /// Starts one on a free loopback port. Its thread ends with the process, or when this is dropped and a client connects.
    #[must_use]
    pub fn start(statuses: &'static [u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, requests) = mpsc::channel();
        std::thread::spawn(move || {
            for (nth, stream) in listener.incoming().enumerate() {
                let status = statuses[nth.min(statuses.len() - 1)];
                if sender.send(answer(stream.unwrap(), status)).is_err() {
                    return;
                }
            }
        });
        Self { address, requests }
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// The next body that came.
    #[must_use]
    pub fn next(&self) -> serde_json::Value {
        serde_json::from_str(&self.next_request().1).unwrap()
    }

    /// The head and the body of the next request that came.
    #[must_use]
    pub fn next_request(&self) -> (String, String) {
        self.requests.recv_timeout(PATIENCE).expect("no callback came")
    }
}

/// Reads one request, whose length is given in its head, and answers it.
fn answer(mut stream: TcpStream, status: u16) -> (String, String) {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).unwrap();
        bytes.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let lower = head.to_ascii_lowercase();
        let length: usize =
            lower.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
        if body.len() >= length {
            write!(stream, "HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
            return (head.to_owned(), body.to_owned());
        }
    }
}

/// Waits until something holds.
pub fn wait_until(mut holds: impl FnMut() -> bool) {
    let started = std::time::Instant::now();
    while !holds() {
        assert!(started.elapsed() < PATIENCE, "it never came to hold");
        std::thread::sleep(Duration::from_millis(5));
    }
}
