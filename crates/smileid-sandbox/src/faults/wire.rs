//! One connection as a fault sees it: requests are read from it, and bytes are sent, slowly or not, or withheld. It knows no fault.

use core::time::Duration;
use std::io::{self, Read, Write};
use std::sync::Arc;

use smileid_core::Response;

use super::shared::FaultServerState;
use super::stream::Stream;

/// The longest head and the longest body of a request that are read.
const MOST_BYTES: usize = 1 << 20;
/// How long a client that reads nothing is waited for.
const WRITE_PATIENCE: Duration = Duration::from_secs(10);

/// A request as it was read.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) path: String,
    pub(super) body: Vec<u8>,
    /// Head and body, byte for byte.
    pub(super) raw: Vec<u8>,
}

/// A connection, and what was read from it and not yet used.
pub(super) struct Wire {
    stream: Stream,
    pub(super) shared: Arc<FaultServerState>,
    unread: Vec<u8>,
}

impl Wire {
    pub(super) fn new(stream: Stream, shared: Arc<FaultServerState>) -> io::Result<Self> {
        stream.socket().set_nodelay(true)?;
        stream.socket().set_write_timeout(Some(WRITE_PATIENCE))?;
        Ok(Self { stream, shared, unread: Vec::new() })
    }

    /// Puts bytes that were read from the connection before in front of those to come.
    pub(super) fn after(mut self, read: Vec<u8>) -> Self {
        self.unread = read;
        self
    }

    /// The next request; none once the client has closed.
    pub(super) fn request(&mut self) -> io::Result<Option<Request>> {
        read_request(&mut self.stream, &mut self.unread)
    }

    pub(super) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)?;
        self.stream.flush()
    }

    pub(super) fn reply(&mut self, reply: &Response) -> io::Result<()> {
        self.send(&written(reply))
    }

    /// Reads whatever comes, until the client closes.
    pub(super) fn hold(&mut self) -> io::Result<()> {
        self.stream.socket().set_read_timeout(None)?;
        let mut piece = [0; 4096];
        while self.stream.read(&mut piece)? > 0 {}
        Ok(())
    }

    /// Reads what comes first; false if the client closes instead.
    pub(super) fn some(&mut self) -> io::Result<bool> {
        Ok(self.stream.read(&mut [0; 4096])? > 0)
    }

    /// Reads nothing while the client is there to wait.
    pub(super) fn ignore(&mut self) -> io::Result<()> {
        self.shared.connections.wait_for_drain();
        self.hold()
    }

    /// Sends piece by piece, with a pause after each; it ends early if the client closes.
    pub(super) fn trickle(&mut self, bytes: &[u8], size: usize, pause: Duration) -> io::Result<()> {
        for piece in bytes.chunks(size) {
            self.send(piece)?;
            if !self.pause(pause)? {
                break;
            }
        }
        Ok(())
    }

    /// Whether the client is still there after a pause.
    pub(super) fn pause(&mut self, pause: Duration) -> io::Result<bool> {
        self.stream.socket().set_read_timeout(Some(pause.max(Duration::from_millis(1))))?;
        let mut piece = [0; 64];
        match self.stream.read(&mut piece) {
            Ok(0) => Ok(false),
            Ok(_) => Ok(true),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Sends these bytes and finishes.
    pub(super) fn finish_with(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.send(bytes)?;
        self.finish()
    }

    /// Closes this side in order and waits for the client to close the other.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        self.stream.finish()?;
        self.hold()
    }

    /// Makes the close that follows a reset.
    pub(super) fn reset(&mut self) -> io::Result<()> {
        self.stream.reset()
    }
}

/// Reads one request; none if the client closes before its first byte.
pub(super) fn read_request(stream: &mut impl Read, unread: &mut Vec<u8>) -> io::Result<Option<Request>> {
    let head_end = loop {
        if let Some(at) = find(unread, b"\r\n\r\n") {
            break at + 4;
        }
        if !fill(stream, unread)? {
            return if unread.is_empty() { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
    };
    let head = String::from_utf8_lossy(unread.get(..head_end).unwrap_or_default()).into_owned();
    let field = |name: &str| {
        let mut fields = head.lines().skip(1).filter_map(|line| line.split_once(':'));
        fields.find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_ascii_lowercase())
    };
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let body_end = if field("transfer-encoding").is_some_and(|coding| coding.contains("chunked")) {
        loop {
            if let Some(at) = find(unread.get(head_end..).unwrap_or_default(), b"0\r\n\r\n") {
                break head_end + at + 5;
            }
            if !fill(stream, unread)? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    } else {
        let end = head_end.saturating_add(field("content-length").and_then(|l| l.parse().ok()).unwrap_or(0));
        while unread.len() < end {
            if !fill(stream, unread)? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        end
    };
    let rest = unread.split_off(body_end.min(unread.len()));
    let raw = core::mem::replace(unread, rest);
    let body = raw.get(head_end..).unwrap_or_default().to_vec();
    Ok(Some(Request { path, body, raw }))
}

/// A reply as it goes out: its head, its length, its body.
pub(super) fn written(reply: &Response) -> Vec<u8> {
    let mut bytes = head(reply, &[]);
    let body = reply.status != 304;
    if body {
        bytes.extend_from_slice(format!("Content-Length: {}\r\n", reply.body.len()).as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    if body {
        bytes.extend_from_slice(&reply.body);
    }
    bytes
}

/// The head of a reply up to its last field, with more fields behind its own, and without the empty line.
pub(super) fn head(reply: &Response, fields: &[(&str, &str)]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {} As It Is\r\n", reply.status);
    for (name, value) in reply.headers.iter().chain(fields.iter().copied()) {
        for part in [name, ": ", value, "\r\n"] {
            head.push_str(part);
        }
    }
    head.into_bytes()
}

/// Returns whether more came; fails if there is already too much.
fn fill(stream: &mut impl Read, unread: &mut Vec<u8>) -> io::Result<bool> {
    if unread.len() > MOST_BYTES {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut piece = [0; 4096];
    let read = stream.read(&mut piece)?;
    unread.extend_from_slice(piece.get(..read).unwrap_or_default());
    Ok(read > 0)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_one_after_the_other_whatever_their_framing() {
        let mut wire: &[u8] = b"POST /a HTTP/1.1\r\ncontent-length: 3\r\n\r\nabcPOST /b HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\nx\r\n0\r\n\r\nGET /c HTTP/1.1\r\n\r\n";
        let mut unread = Vec::new();
        let mut seen = Vec::new();
        while let Some(request) = read_request(&mut wire, &mut unread).unwrap() {
            seen.push((request.path, request.body.len()));
        }
        assert_eq!(seen, [("/a".to_owned(), 3), ("/b".to_owned(), 11), ("/c".to_owned(), 0)]);
    }

    #[test]
    fn a_request_cut_short_is_an_error() {
        for cut in ["POST /a HT", "POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\nab"] {
            let error = read_request(&mut cut.as_bytes(), &mut Vec::new()).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        }
    }
}
