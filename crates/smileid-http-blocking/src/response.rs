//! A response of HTTP/1.1 read: its head by `httparse`, its body by its framing. It opens no socket and sets no deadline.

use std::io::{self, Read};

use smileid_core::{Headers, Response, TransportError, TransportErrorKind as Kind};
use smileid_http::{Body, Cause, Compression, TransportOptions};

use crate::error;

/// How many informational responses may come before the one that counts.
const MAX_INFORMATIONAL: usize = 8;

/// How long the line before a chunk, or a field behind the last, may be.
const MAX_CHUNK_LINE: usize = 256;

/// What every response begins with.
const VERSION: &[u8] = b"HTTP/1.";

/// How much is read at a time.
const PIECE: usize = 16 * 1024;

/// What was read and not used yet, and where more comes from.
pub(crate) struct Inbox<R> {
    pub(crate) source: R,
    bytes: Vec<u8>,
    used: usize,
}

impl<R: Read> Inbox<R> {
    pub(crate) const fn new(source: R) -> Self {
        Self { source, bytes: Vec::new(), used: 0 }
    }

    /// The source, if nothing was read from it that was not used.
    pub(crate) fn into_source(self) -> Option<R> {
        self.is_empty().then_some(self.source)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.unread().is_empty()
    }

    fn unread(&self) -> &[u8] {
        self.bytes.get(self.used..).unwrap_or_default()
    }

    fn use_up(&mut self, bytes: usize) {
        self.used = self.used.saturating_add(bytes).min(self.bytes.len());
    }

    /// Reads more; false if the peer has closed in order.
    fn more(&mut self) -> Result<bool, TransportError> {
        self.bytes.drain(..self.used);
        self.used = 0;
        let length = self.bytes.len();
        self.bytes.resize(length + PIECE, 0);
        let read = loop {
            match self.source.read(self.bytes.get_mut(length..).unwrap_or_default()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.bytes.truncate(length + read.as_ref().map_or(0, |read| *read));
        read.map(|read| read > 0).map_err(|error| error::exchanging(&error))
    }

    /// Reads more; that the peer has closed is an error.
    fn more_or_cut(&mut self) -> Result<(), TransportError> {
        if self.more()? { Ok(()) } else { Err(Cause::Cut.of(Kind::Closed)) }
    }

    /// The next line, without its end.
    fn line(&mut self) -> Result<String, TransportError> {
        loop {
            if let Some(at) = self.unread().windows(2).position(|two| two == b"\r\n") {
                let line = String::from_utf8_lossy(self.unread().get(..at).unwrap_or_default()).into_owned();
                self.use_up(at + 2);
                return Ok(line);
            }
            if self.unread().len() > MAX_CHUNK_LINE {
                return Err(not_http());
            }
            self.more_or_cut()?;
        }
    }
}

/// The head of a response.
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    /// HTTP/1.1, and not an older one.
    is_current: bool,
}

/// A response, and whether its connection can be used again.
pub(crate) struct Received {
    pub(crate) response: Response,
    pub(crate) reusable: bool,
}

/// Reads the whole response, with a head and a body of no more than so many bytes.
pub(crate) fn read<R: Read>(
    inbox: &mut Inbox<R>,
    max_head: usize,
    compression: Compression,
    max_body: usize,
) -> Result<Received, TransportError> {
    for _ in 0..=MAX_INFORMATIONAL {
        let head = read_head(inbox, max_head)?;
        if head.status < 200 {
            continue;
        }
        let framing = framing(&head)?;
        let mut body = Body::new(&head.headers, compression, max_body)?;
        match framing {
            Framing::Length(length) => copy(inbox, length, &mut body)?,
            Framing::Chunked => copy_chunks(inbox, &mut body)?,
            Framing::UntilClosed => copy_all(inbox, &mut body)?,
        }
        let closes = head
            .headers
            .all("connection")
            .any(|value| value.split(',').any(|option| option.trim().eq_ignore_ascii_case("close")));
        let reusable = framing != Framing::UntilClosed && head.is_current && !closes && inbox.is_empty();
        let mut response = Response::new(head.status, body.finish()?);
        response.headers = head.headers;
        return Ok(Received { response, reusable });
    }
    Err(not_http())
}

/// Reads a head of at most `max` bytes.
pub(crate) fn read_head<R: Read>(inbox: &mut Inbox<R>, max: usize) -> Result<Head, TransportError> {
    // What was searched is not searched again: a head that comes byte by byte costs no more than one that comes at once.
    let mut searched = 0;
    let end = loop {
        let unread = inbox.unread();
        if let Some(end) = end_of_head(unread, searched) {
            break end;
        }
        searched = unread.len().saturating_sub(2);
        if unread.len() > max {
            return Err(Cause::HeadTooLarge.of(Kind::TooLarge));
        }
        let start = unread.get(..VERSION.len()).unwrap_or(unread);
        if !VERSION.starts_with(start) {
            return Err(not_http());
        }
        inbox.more_or_cut()?;
    };
    if end > max {
        return Err(Cause::HeadTooLarge.of(Kind::TooLarge));
    }
    let mut fields = [httparse::EMPTY_HEADER; TransportOptions::MAX_HEADERS];
    let mut parsed = httparse::Response::new(&mut fields);
    match parsed.parse(inbox.unread().get(..end).unwrap_or_default()) {
        Ok(httparse::Status::Complete(_)) => {}
        Err(httparse::Error::TooManyHeaders) => return Err(Cause::HeadTooLarge.of(Kind::TooLarge)),
        Ok(httparse::Status::Partial) | Err(_) => return Err(not_http()),
    }
    let status = parsed.code.filter(|status| *status >= 100).ok_or_else(not_http)?;
    let mut headers = Headers::new();
    for field in parsed.headers.iter() {
        // A byte that is not UTF-8 becomes U+FFFD.
        headers.append(field.name, &String::from_utf8_lossy(field.value));
    }
    let is_current = parsed.version == Some(1);
    inbox.use_up(end);
    Ok(Head { status, headers, is_current })
}

/// Where the empty line behind the head ends, if it is there, searched for from `from` on.
fn end_of_head(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == b'\n')? + 1;
        match bytes.get(at..)? {
            [b'\n', ..] => return Some(at + 1),
            [b'\r', b'\n', ..] => return Some(at + 2),
            _ => {}
        }
    }
}

/// Where a body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Framing {
    Length(usize),
    Chunked,
    UntilClosed,
}

/// How a response says its body ends. [`Body`] refuses those that say it in two ways.
fn framing(head: &Head) -> Result<Framing, TransportError> {
    if matches!(head.status, 204 | 304) {
        return Ok(Framing::Length(0));
    }
    if head.headers.first("transfer-encoding").is_some() {
        // HTTP/1.0 knows no chunks.
        return if head.is_current { Ok(Framing::Chunked) } else { Err(not_http()) };
    }
    let mut lengths = head.headers.all("content-length");
    let Some(length) = lengths.next() else { return Ok(Framing::UntilClosed) };
    if lengths.any(|other| other != length) || length.is_empty() || !length.bytes().all(|b| b.is_ascii_digit()) {
        return Err(not_http());
    }
    // More digits than a number holds are still a promise of far too much.
    Ok(Framing::Length(length.parse().unwrap_or(usize::MAX)))
}

fn copy<R: Read>(inbox: &mut Inbox<R>, mut left: usize, body: &mut Body) -> Result<(), TransportError> {
    while left > 0 {
        if inbox.is_empty() {
            inbox.more_or_cut()?;
        }
        let unread = inbox.unread();
        let piece = unread.get(..left).unwrap_or(unread);
        let taken = piece.len();
        body.push(piece)?;
        inbox.use_up(taken);
        left -= taken;
    }
    Ok(())
}

fn copy_chunks<R: Read>(inbox: &mut Inbox<R>, body: &mut Body) -> Result<(), TransportError> {
    loop {
        let line = inbox.line()?;
        let digits = line.split(';').next().unwrap_or_default().trim_end();
        // No sign, which the number's own parser would take.
        let hex = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let size = usize::from_str_radix(digits, 16).ok().filter(|_| hex).ok_or_else(not_http)?;
        if size == 0 {
            break;
        }
        copy(inbox, size, body)?;
        if !inbox.line()?.is_empty() {
            return Err(not_http());
        }
    }
    // Fields may follow the last chunk, up to an empty line; none is needed.
    for _ in 0..TransportOptions::MAX_HEADERS {
        if inbox.line()?.is_empty() {
            return Ok(());
        }
    }
    Err(not_http())
}

fn copy_all<R: Read>(inbox: &mut Inbox<R>, body: &mut Body) -> Result<(), TransportError> {
    loop {
        body.push(inbox.unread())?;
        inbox.use_up(usize::MAX);
        if !inbox.more()? {
            return Ok(());
        }
    }
}

fn not_http() -> TransportError {
    Cause::NotHttp.of(Kind::Closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes in pieces of this size, then ends.
    struct Pieces<'b>(&'b [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let (piece, rest) = self.0.split_at(self.1.min(self.0.len()).min(buffer.len()));
            buffer[..piece.len()].copy_from_slice(piece);
            self.0 = rest;
            Ok(piece.len())
        }
    }

    fn read_in(bytes: &[u8], size: usize) -> Result<(u16, Vec<u8>, bool), Kind> {
        let received = read(&mut Inbox::new(Pieces(bytes, size)), 1 << 16, Compression::Off, 1 << 16);
        received.map(|r| (r.response.status, r.response.body, r.reusable)).map_err(|error| error.kind())
    }

    #[test]
    fn a_response_is_the_same_in_pieces_of_any_size() {
        for (response, expected) in [
            (&b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"[..], Ok((200, b"{}".to_vec(), true))),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}x", Ok((200, b"{}".to_vec(), false))),
            (b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}", Ok((200, b"{}".to_vec(), true))),
            (b"HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 0\r\n\r\n", Ok((200, vec![], false))),
            (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", Ok((200, vec![], false))),
            (
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a\r\n{\r\n1 \r\n}\r\n0\r\nA: b\r\n\r\n",
                Ok((200, b"{}".to_vec(), true)),
            ),
            (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 None\r\n\r\n", Ok((204, vec![], true))),
            (b"HTTP/1.1 200 OK\r\n\r\n{}", Ok((200, b"{}".to_vec(), false))),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}", Err(Kind::Closed)),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\n", Err(Kind::Closed)),
            (b"\x16\x03\x01", Err(Kind::Closed)),
        ] {
            for size in [1, 2, 3, 7, 1 << 16] {
                let seen = read_in(response, size);
                // What follows a response may not have come yet.
                let same = seen == expected || response.ends_with(b"x") && seen.is_ok();
                assert!(same, "{} in {size}: {seen:?}", response.escape_ascii());
            }
        }
    }

    #[test]
    fn a_response_that_is_cut_anywhere_is_an_error() {
        for response in [
            &b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"[..],
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        ] {
            for cut in 0..response.len() {
                assert_eq!(read_in(&response[..cut], 5), Err(Kind::Closed), "cut at {cut}");
            }
        }
    }
}
