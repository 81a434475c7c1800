//! HTTP/1.1 as bytes: the request written, the reply's head read, its body framed and capped. It opens no socket.

use smileid_core::{Headers, Request, Response, TransportError, TransportErrorKind as Kind};

use crate::link::{Link, closed};

/// How long the head of a reply may be, in bytes.
const MAX_HEAD_BYTES: usize = 64 * 1024;
/// How many fields the head of a reply may have.
const MAX_FIELDS: usize = 100;
/// How many informational replies may come before the one that counts.
const MAX_INFORMATIONAL: usize = 8;
/// How long the line before a chunk may be.
const MAX_CHUNK_LINE: usize = 256;

/// The request as it goes out. The connection is not kept: one request is all that is sent on it.
pub(crate) fn written(request: &Request, authority: &str, path: &str) -> Vec<u8> {
    let mut head = format!("{} {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n", request.method.as_str());
    for (name, value) in request.headers.iter() {
        for part in [name, ": ", value, "\r\n"] {
            head.push_str(part);
        }
    }
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(format!("Content-Length: {}\r\n\r\n", request.body.len()).as_bytes());
    bytes.extend_from_slice(&request.body);
    bytes
}

/// Reads the whole reply, with a body of at most `limit` bytes.
pub(crate) fn read(link: &mut Link, limit: usize) -> Result<Response, TransportError> {
    for _ in 0..=MAX_INFORMATIONAL {
        let mut reply = read_head(link)?;
        if (100..200).contains(&reply.status) {
            continue;
        }
        reply.body = match framing(&reply)? {
            Framing::Length(length) => read_length(link, length, limit)?,
            Framing::Chunked => read_chunks(link, limit)?,
            Framing::UntilClosed => read_all(link, limit)?,
        };
        return Ok(reply);
    }
    Err(closed())
}

fn read_head(link: &mut Link) -> Result<Response, TransportError> {
    // What was searched is not searched again: a head that comes byte by byte costs no more than one that comes at once.
    let mut searched = 0;
    let end = loop {
        let unread = link.unread();
        let rest = unread.get(searched..).unwrap_or_default();
        if let Some(at) = rest.windows(4).position(|four| four == b"\r\n\r\n") {
            break searched + at;
        }
        searched = unread.len().saturating_sub(3);
        if unread.len() > MAX_HEAD_BYTES {
            return Err(too_large());
        }
        if !unread.starts_with(b"HTTP/1.".get(..unread.len().min(7)).unwrap_or_default()) || !link.more()? {
            return Err(closed());
        }
    };
    if end > MAX_HEAD_BYTES {
        return Err(too_large());
    }
    let head = String::from_utf8_lossy(&link.take(end + 4)).into_owned();
    let mut lines = head.trim_end().split("\r\n");
    let status = lines.next().and_then(status_of).ok_or_else(closed)?;
    let mut headers = Headers::new();
    for line in lines {
        if headers.len() == MAX_FIELDS {
            return Err(too_large());
        }
        let (name, value) = line.split_once(':').ok_or_else(closed)?;
        // A line that goes on with the one before it, and space before the colon, are read in two ways: neither is taken.
        if name.is_empty() || name.contains([' ', '\t']) || value.contains(|c: char| c.is_control() && c != '\t') {
            return Err(closed());
        }
        headers.append(name, value.trim_matches([' ', '\t']));
    }
    // HTTP/1.0 knows no chunks.
    if head.starts_with("HTTP/1.0") && headers.first("transfer-encoding").is_some() {
        return Err(closed());
    }
    let mut reply = Response::new(status, Vec::new());
    reply.headers = headers;
    Ok(reply)
}

/// The status of a line such as `HTTP/1.1 200 OK`.
fn status_of(line: &str) -> Option<u16> {
    let rest = line.strip_prefix("HTTP/1.1 ").or_else(|| line.strip_prefix("HTTP/1.0 "))?;
    let digits = rest.split(' ').next().filter(|d| d.len() == 3 && d.bytes().all(|b| b.is_ascii_digit()))?;
    digits.parse().ok().filter(|status| *status >= 100)
}

/// Where a body ends.
#[derive(Debug, PartialEq, Eq)]
enum Framing {
    Length(usize),
    Chunked,
    UntilClosed,
}

/// How a reply says its body ends. One that says it in two ways is no HTTP: two readers could end it in two places.
fn framing(reply: &Response) -> Result<Framing, TransportError> {
    if matches!(reply.status, 204 | 304) {
        return Ok(Framing::Length(0));
    }
    let mut lengths = reply.headers.all("content-length");
    let length = lengths.next();
    if lengths.any(|other| Some(other) != length) {
        return Err(closed());
    }
    let mut codings = reply.headers.all("transfer-encoding");
    let coding = codings.next();
    if codings.next().is_some() {
        return Err(closed());
    }
    match (coding, length) {
        (Some(coding), None) if coding.eq_ignore_ascii_case("chunked") => Ok(Framing::Chunked),
        (None, Some(length)) if !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit()) => {
            // More digits than a number holds are still a promise of far too much.
            Ok(Framing::Length(length.parse().unwrap_or(usize::MAX)))
        }
        (None, None) => Ok(Framing::UntilClosed),
        _ => Err(closed()),
    }
}

fn read_length(link: &mut Link, length: usize, limit: usize) -> Result<Vec<u8>, TransportError> {
    if length > limit {
        return Err(too_large());
    }
    link.at_least(length)?;
    Ok(link.take(length))
}

fn read_chunks(link: &mut Link, limit: usize) -> Result<Vec<u8>, TransportError> {
    let mut body = Vec::new();
    loop {
        let size_line = read_line(link)?;
        let digits = size_line.split(';').next().unwrap_or_default().trim();
        let hex = (1..=16).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let size = usize::from_str_radix(digits, 16).ok().filter(|_| hex).ok_or_else(closed)?;
        if size == 0 {
            break;
        }
        if size > limit.saturating_sub(body.len()) {
            return Err(too_large());
        }
        link.at_least(size)?;
        body.append(&mut link.take(size));
        if !read_line(link)?.is_empty() {
            return Err(closed());
        }
    }
    // Fields may follow the last chunk, up to an empty line. They are not needed.
    for _ in 0..MAX_FIELDS {
        if read_line(link)?.is_empty() {
            return Ok(body);
        }
    }
    Err(too_large())
}

fn read_line(link: &mut Link) -> Result<String, TransportError> {
    loop {
        if let Some(at) = link.unread().windows(2).position(|two| two == b"\r\n") {
            return Ok(String::from_utf8_lossy(&link.take(at + 2)).trim_end().to_owned());
        }
        if link.unread().len() > MAX_CHUNK_LINE || !link.more()? {
            return Err(closed());
        }
    }
}

fn read_all(link: &mut Link, limit: usize) -> Result<Vec<u8>, TransportError> {
    while link.more()? {
        if link.unread().len() > limit {
            return Err(too_large());
        }
    }
    let body = link.take(usize::MAX);
    if body.len() > limit { Err(too_large()) } else { Ok(body) }
}

fn too_large() -> TransportError {
    TransportError::new(Kind::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_line_is_read_strictly() {
        assert_eq!(status_of("HTTP/1.1 200 OK"), Some(200));
        assert_eq!(status_of("HTTP/1.0 999"), Some(999));
        for line in ["HTTP/2 200", "HTTP/1.1 20", "HTTP/1.1 2000 OK", "HTTP/1.1 099", "HTTP/1.1 +20", "ICY 200 OK", ""]
        {
            assert_eq!(status_of(line), None, "{line}");
        }
    }

    #[test]
    fn a_body_ends_in_one_place_or_is_refused() {
        let reply = |fields: &[(&str, &str)]| {
            let reply = Response::new(200, Vec::new());
            framing(&fields.iter().fold(reply, |reply, (name, value)| reply.with_header(name, value))).ok()
        };
        assert_eq!(reply(&[]), Some(Framing::UntilClosed));
        assert_eq!(reply(&[("Content-Length", "7"), ("content-length", "7")]), Some(Framing::Length(7)));
        assert_eq!(reply(&[("Content-Length", "99999999999999999999999")]), Some(Framing::Length(usize::MAX)));
        assert_eq!(reply(&[("Transfer-Encoding", "Chunked")]), Some(Framing::Chunked));
        for fields in [
            &[("Content-Length", "7"), ("Content-Length", "8")][..],
            &[("Content-Length", "7"), ("Transfer-Encoding", "chunked")],
            &[("Content-Length", "-1")],
            &[("Content-Length", "")],
            &[("Transfer-Encoding", "gzip")],
        ] {
            assert_eq!(reply(fields), None, "{fields:?}");
        }
    }
}
