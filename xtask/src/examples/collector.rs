//! A stand-in for an OpenTelemetry collector: it takes what is posted to it and keeps it. It reads no protobuf, where texts stand as
//! they are.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::report::Stop;

/// How long a client may take for what it sends.
const PATIENCE: Duration = Duration::from_secs(30);

/// What one request brought.
pub(super) struct Posted {
    pub(super) path: String,
    pub(super) text: String,
}

/// A running collector.
pub(super) struct Collector {
    address: SocketAddr,
    thread: JoinHandle<Vec<Posted>>,
}

impl Collector {
    pub(super) fn start() -> Result<Self, Stop> {
        let failed = |error: io::Error| Stop::Failed(format!("the collector: {error}"));
        let listener = TcpListener::bind("127.0.0.1:0").map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { address, thread: thread::spawn(move || collect(&listener)) })
    }

    /// What to give an exporter for its endpoint.
    pub(super) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends it: all that it took.
    pub(super) fn taken(self) -> Result<Vec<Posted>, Stop> {
        // A connection that says nothing is the sign to end; it is closed here, before the thread is waited for.
        drop(TcpStream::connect(self.address));
        self.thread.join().map_err(|_| Stop::Failed("the collector broke".to_owned()))
    }
}

fn collect(listener: &TcpListener) -> Vec<Posted> {
    let mut taken = Vec::new();
    for stream in listener.incoming() {
        match stream.and_then(one) {
            Ok(Some(posted)) => taken.push(posted),
            Ok(None) | Err(_) => break,
        }
    }
    taken
}

/// One request on a connection of its own; none where the connection says nothing.
fn one(mut stream: TcpStream) -> io::Result<Option<Posted>> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first)?;
    let Some(path) = first.split(' ').nth(1) else { return Ok(None) };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body)?;
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
    Ok(Some(Posted { path: path.to_owned(), text: String::from_utf8_lossy(&body).into_owned() }))
}
