//! One HTTP exchange with a server on this machine, for trying examples. It is no client for anything else.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::report::Stop;

/// How long any step of an exchange may take, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// A reply's status and body.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: String,
}

impl Reply {
    /// The body as JSON, of a reply that says that all went well.
    pub(super) fn json(&self) -> Result<Value, Stop> {
        let value = serde_json::from_str(&self.body);
        match value {
            Ok(value) if (200..300).contains(&self.status) => Ok(value),
            _ => Err(Stop::Failed(format!("a reply of status {} that says nothing", self.status))),
        }
    }
}

/// Sends a request to `ADDRESS:PORT` and reads the whole reply. The body is written while the reply is read: a server may well answer
/// that a body is too long before it has all of it.
pub(super) fn send(address: &str, method: &str, path: &str, body: &[u8]) -> Result<Reply, Stop> {
    send_with(address, method, path, "", body)
}

/// Does the same with further headers, each of which ends in CRLF.
pub(super) fn send_with(address: &str, method: &str, path: &str, headers: &str, body: &[u8]) -> Result<Reply, Stop> {
    let failed = |error: &dyn core::fmt::Display| Stop::Failed(format!("{method} {path}: {error}"));
    let socket: SocketAddr = address.parse().map_err(|error| failed(&error))?;
    let mut stream = TcpStream::connect_timeout(&socket, PATIENCE).map_err(|error| failed(&error))?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(|error| failed(&error))?;
    stream.set_write_timeout(Some(PATIENCE)).map_err(|error| failed(&error))?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         {headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    let mut writer = stream.try_clone().map_err(|error| failed(&error))?;
    let mut bytes = Vec::new();
    thread::scope(|scope| {
        // What a server does not want to read it need not: its reply tells.
        scope.spawn(move || writer.write_all(head.as_bytes()).and_then(|()| writer.write_all(body)));
        // A reset behind the reply is no loss; a reply that was cut short is told below.
        let _end = stream.read_to_end(&mut bytes);
        let _closed = stream.shutdown(std::net::Shutdown::Both);
    });
    read(&bytes).ok_or_else(|| failed(&"no HTTP reply"))
}

fn read(bytes: &[u8]) -> Option<Reply> {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    Some(Reply { status, body: if chunked { unchunked(body)? } else { body.to_owned() } })
}

fn unchunked(mut body: &str) -> Option<String> {
    let mut whole = String::new();
    loop {
        let (size, rest) = body.split_once("\r\n")?;
        let size = usize::from_str_radix(size.trim(), 16).ok()?;
        if size == 0 {
            return Some(whole);
        }
        whole.push_str(rest.get(..size)?);
        body = rest.get(size..)?.strip_prefix("\r\n")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_read_with_a_length_and_in_chunks() {
        let reply = read(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").unwrap();
        assert_eq!((reply.status, reply.body.as_str()), (200, "{}"));
        let reply =
            read(b"HTTP/1.1 401 X\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n").unwrap();
        assert_eq!((reply.status, reply.body.as_str()), (401, "abc"));
        assert!(reply.json().is_err());
        assert!(read(b"HTTP/1.1 200 OK\r\n").is_none());
    }
}
