//! The body of a reply as it comes in: freed of gzip where that was asked for, and never longer than its limit.

use std::io::{self, Write};

use flate2::write::MultiGzDecoder;
use smileid_core::{Headers, TransportError, TransportErrorKind};

use crate::{Cause, Compression};

/// Returns how many bytes a head of these fields takes, as HTTP/1.1 writes it: each field with its colon, space and line end.
#[must_use]
pub fn head_bytes(headers: &Headers) -> usize {
    headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum()
}

/// Takes the body of a reply piece by piece. The limit counts what the pieces decode to, so a small bomb stays small.
#[derive(Debug)]
pub struct Body(Coding);

#[derive(Debug)]
enum Coding {
    Plain(Capped),
    Gzip(Box<MultiGzDecoder<Capped>>),
}

impl Body {
    /// Returns the body of a reply with these header fields, of at most `limit` bytes.
    ///
    /// # Errors
    /// [`TransportErrorKind::TooLarge`] if its `Content-Length` already says too much, [`TransportErrorKind::Closed`] if the
    /// fields frame it in two ways, which RFC 9112 §6.3 has treated as an error since two readers could end it in two places, or in a
    /// coding other than `chunked`, which was not asked for and which two libraries read in two ways.
    pub fn new(headers: &Headers, compression: Compression, limit: usize) -> Result<Self, TransportError> {
        let mut codings = headers.all("transfer-encoding");
        if let Some(coding) = codings.next() {
            let chunked = coding.eq_ignore_ascii_case("chunked") && codings.next().is_none();
            if !chunked || headers.first("content-length").is_some() {
                return Err(Cause::NotHttp.of(TransportErrorKind::Closed));
            }
        }
        let gzip = compression == Compression::Gzip
            && headers
                .first("content-encoding")
                .is_some_and(|c| c.eq_ignore_ascii_case("gzip") || c.eq_ignore_ascii_case("x-gzip"));
        if gzip {
            return Ok(Self(Coding::Gzip(Box::new(MultiGzDecoder::new(Capped::new(limit, 0))))));
        }
        let length = headers.first("content-length").and_then(|l| l.parse::<usize>().ok()).unwrap_or(0);
        if length > limit {
            return Err(too_large());
        }
        Ok(Self(Coding::Plain(Capped::new(limit, length))))
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// [`TransportErrorKind::TooLarge`] one byte past the limit, [`TransportErrorKind::Closed`] if the coding is broken.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), TransportError> {
        match &mut self.0 {
            Coding::Plain(capped) => capped.write_all(piece).map_err(|_| too_large()),
            Coding::Gzip(decoder) => match decoder.write_all(piece) {
                Ok(()) => Ok(()),
                Err(_) if decoder.get_ref().overflowed => Err(too_large()),
                Err(_) => Err(Cause::BadCoding.of(TransportErrorKind::Closed)),
            },
        }
    }

    /// Returns the whole body, once the last piece is in.
    ///
    /// # Errors
    /// [`TransportErrorKind::TooLarge`] one byte past the limit, [`TransportErrorKind::Closed`] if the coding is cut short.
    pub fn finish(self) -> Result<Vec<u8>, TransportError> {
        match self.0 {
            Coding::Plain(capped) => Ok(capped.bytes),
            Coding::Gzip(mut decoder) => match decoder.try_finish() {
                Ok(()) => Ok(core::mem::take(&mut decoder.get_mut().bytes)),
                Err(_) if decoder.get_ref().overflowed => Err(too_large()),
                Err(_) => Err(Cause::BadCoding.of(TransportErrorKind::Closed)),
            },
        }
    }
}

fn too_large() -> TransportError {
    Cause::BodyTooLarge.of(TransportErrorKind::TooLarge)
}

/// A vector that takes no byte past its limit.
#[derive(Debug)]
struct Capped {
    bytes: Vec<u8>,
    limit: usize,
    overflowed: bool,
}

impl Capped {
    /// What a peer promises to send is believed up to this many bytes; the rest grows as it comes.
    const MOST_RESERVED: usize = 64 * 1024;

    fn new(limit: usize, expected: usize) -> Self {
        Self { bytes: Vec::with_capacity(expected.min(limit).min(Self::MOST_RESERVED)), limit, overflowed: false }
    }
}

impl Write for Capped {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if piece.len() > self.limit.saturating_sub(self.bytes.len()) {
            self.overflowed = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(plain: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    fn headers(fields: &[(&str, &str)]) -> Headers {
        let mut headers = Headers::new();
        for (name, value) in fields {
            headers.append(name, value);
        }
        headers
    }

    fn read(body: Result<Body, TransportError>, pieces: &[&[u8]]) -> Result<Vec<u8>, TransportErrorKind> {
        let kind = |e: TransportError| e.kind();
        let mut body = body.map_err(kind)?;
        for piece in pieces {
            body.push(piece).map_err(kind)?;
        }
        body.finish().map_err(kind)
    }

    #[test]
    fn plain_bodies_end_at_the_limit() {
        let none = Headers::new();
        let body = || Body::new(&none, Compression::Gzip, 4);
        assert_eq!(read(body(), &[b"12", b"34"]), Ok(b"1234".to_vec()));
        assert_eq!(read(body(), &[b"12", b"345"]), Err(TransportErrorKind::TooLarge));
        assert_eq!(read(body(), &[]), Ok(Vec::new()));
        for (length, outcome) in [("4", Ok(Vec::new())), ("5", Err(TransportErrorKind::TooLarge)), ("-1", Ok(vec![]))] {
            let body = Body::new(&headers(&[("Content-Length", length)]), Compression::Off, 4);
            assert_eq!(read(body, &[]), outcome, "{length}");
        }
    }

    #[test]
    fn a_body_framed_in_two_ways_or_in_none_that_is_known_is_refused() {
        for fields in [
            &[("Content-Length", "2"), ("transfer-encoding", "chunked")][..],
            &[("transfer-encoding", "chunked"), ("transfer-encoding", "chunked")],
            &[("transfer-encoding", "gzip, chunked")],
            &[("transfer-encoding", "identity")],
            &[("transfer-encoding", "")],
        ] {
            let body = Body::new(&headers(fields), Compression::Off, 9);
            assert_eq!(read(body, &[b"{}"]), Err(TransportErrorKind::Closed), "{fields:?}");
        }
        let chunked = headers(&[("transfer-encoding", "Chunked")]);
        assert_eq!(read(Body::new(&chunked, Compression::Off, 9), &[b"{}"]), Ok(b"{}".to_vec()));
    }

    #[test]
    fn gzip_is_undone_only_if_it_was_asked_for() {
        let coded = headers(&[("content-encoding", "GZIP")]);
        let packed = gzip(b"hello");
        assert_eq!(read(Body::new(&coded, Compression::Off, 99), &[&packed]), Ok(packed.clone()));
        assert_eq!(read(Body::new(&coded, Compression::Gzip, 5), &[&packed]), Ok(b"hello".to_vec()));
        assert_eq!(read(Body::new(&coded, Compression::Gzip, 4), &[&packed]), Err(TransportErrorKind::TooLarge));
        let plain = headers(&[("content-encoding", "br")]);
        assert_eq!(read(Body::new(&plain, Compression::Gzip, 99), &[&packed]), Ok(packed.clone()));
        let (first, second) = packed.split_at(7);
        assert_eq!(read(Body::new(&coded, Compression::Gzip, 5), &[first, second]), Ok(b"hello".to_vec()));
    }

    #[test]
    fn broken_and_cut_gzip_is_never_a_short_body() {
        let coded = headers(&[("content-encoding", "gzip")]);
        let packed = gzip(&[7; 4096]);
        for cut in 0..packed.len() {
            let outcome = read(Body::new(&coded, Compression::Gzip, 9999), &[&packed[..cut]]);
            assert_eq!(outcome, Err(TransportErrorKind::Closed), "cut at {cut}");
        }
        let mut broken = packed.clone();
        let last = broken.len() - 5;
        broken[last] ^= 1;
        assert_eq!(read(Body::new(&coded, Compression::Gzip, 9999), &[&broken]), Err(TransportErrorKind::Closed));
        assert_eq!(read(Body::new(&coded, Compression::Gzip, 9999), &[b"{}"]), Err(TransportErrorKind::Closed));
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let coded = headers(&[("content-encoding", "gzip")]);
        let bomb = gzip(&vec![0; 32 << 20]);
        assert!(bomb.len() < 64 << 10);
        let mut body = Body::new(&coded, Compression::Gzip, 1 << 20).unwrap();
        assert_eq!(body.push(&bomb).unwrap_err().kind(), TransportErrorKind::TooLarge);
        let Coding::Gzip(decoder) = &body.0 else { panic!("the coding is gzip") };
        assert!(decoder.get_ref().bytes.capacity() <= 2 << 20);
    }

    #[test]
    fn a_head_counts_names_values_and_separators() {
        assert_eq!(head_bytes(&headers(&[("a", "bc"), ("a", "")])), 7 + 5);
    }
}
