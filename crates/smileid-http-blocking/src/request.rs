//! A request of HTTP/1.1 as bytes, and where it goes. Nothing is sent here.

use smileid_core::{Method, Request};
use smileid_http::{Compression, USER_AGENT};
use zeroize::Zeroize;

/// Where a request goes: a URL, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Target<'u> {
    pub(crate) is_tls: bool,
    /// Without the brackets of an IPv6 address.
    pub(crate) host: &'u str,
    pub(crate) port: u16,
    /// Host and port as they stand in the URL.
    authority: &'u str,
    path: &'u str,
}

impl<'u> Target<'u> {
    /// Takes a URL apart. Core gives none that this refuses, but anybody may make a [`Request`].
    pub(crate) fn parse(url: &'u str) -> Option<Self> {
        let (is_tls, rest) = match url.split_once("://")? {
            ("https", rest) => (true, rest),
            ("http", rest) => (false, rest),
            _ => return None,
        };
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at_checked(at)?,
            None => (rest, "/"),
        };
        let (host, port) = match authority.strip_prefix('[') {
            Some(rest) => rest.split_once(']')?,
            None => authority.split_at_checked(authority.find(':').unwrap_or(authority.len()))?,
        };
        let port = match port.strip_prefix(':') {
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok()?,
            None if port.is_empty() => {
                if is_tls {
                    443
                } else {
                    80
                }
            }
            _ => return None,
        };
        let name = |b: u8| b.is_ascii_alphanumeric() || b"-._:".contains(&b);
        let sendable =
            !host.is_empty() && host.bytes().all(name) && path.bytes().all(|b| b.is_ascii_graphic() && b != b'#');
        sendable.then_some(Self { is_tls, host, port, authority, path })
    }

    /// Whether a connection to one leads to the other.
    pub(crate) fn origin(&self) -> (bool, &'u str, u16) {
        (self.is_tls, self.host, self.port)
    }
}

/// A request as bytes. They are wiped from memory when dropped, if a header field is a secret.
pub(crate) struct Written {
    bytes: Vec<u8>,
    is_secret: bool,
}

impl Written {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        if self.is_secret {
            self.bytes.zeroize();
        }
    }
}

/// The request as it goes out, in one piece.
pub(crate) fn written(request: &Request, target: &Target<'_>, compression: Compression) -> Option<Written> {
    let gzip = compression == Compression::Gzip;
    // Never grown while it is written: what would be left behind could be a secret.
    let fields: usize = request.headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
    let mut out = Vec::with_capacity(512 + request.url.len() + fields + request.body.len());
    let mut put = |parts: &[&str]| parts.iter().for_each(|part| out.extend_from_slice(part.as_bytes()));
    put(&[request.method.as_str(), " ", target.path, " HTTP/1.1\r\nhost: ", target.authority]);
    put(&["\r\nuser-agent: ", USER_AGENT, "\r\naccept: */*\r\n"]);
    for (name, value) in request.headers.iter() {
        let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        // A line end would be the beginning of another field, or of another request.
        if name.is_empty() || !name.bytes().all(token) || value.chars().any(|c| c.is_control() && c != '\t') {
            return None;
        }
        // Gzip takes the place of what core asks for.
        if !gzip || !name.eq_ignore_ascii_case("accept-encoding") {
            put(&[name, ": ", value, "\r\n"]);
        }
    }
    if gzip {
        put(&["accept-encoding: gzip\r\n"]);
    }
    if request.method == Method::Post {
        put(&["content-length: ", &request.body.len().to_string(), "\r\n"]);
    }
    put(&["\r\n"]);
    out.extend_from_slice(&request.body);
    Some(Written { bytes: out, is_secret: request.headers.has_secret() })
}

/// What asks a proxy for a tunnel.
pub(crate) fn connect(target: &Target<'_>, credentials: Option<&str>) -> Vec<u8> {
    let Target { host, port, .. } = target;
    let at = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
    let authorization = credentials.map_or(String::new(), |basic| format!("proxy-authorization: Basic {basic}\r\n"));
    format!("CONNECT {at} HTTP/1.1\r\nhost: {at}\r\nuser-agent: {USER_AGENT}\r\n{authorization}\r\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;

    #[test]
    fn urls_are_taken_apart_or_refused() {
        let target = |url| Target::parse(url).map(|t| (t.is_tls, t.host, t.port, t.authority, t.path));
        for (url, expected) in [
            ("https://a.example/v1/x?q=1", (true, "a.example", 443, "a.example", "/v1/x?q=1")),
            ("http://127.0.0.1:8080/", (false, "127.0.0.1", 8080, "127.0.0.1:8080", "/")),
            ("http://[::1]/x", (false, "::1", 80, "[::1]", "/x")),
            ("https://[::1]:9", (true, "::1", 9, "[::1]:9", "/")),
        ] {
            assert_eq!(target(url), Some(expected), "{url}");
        }
        for url in [
            "", "a.example/", "ftp://a.example/", "https://", "https:///x", "https://a:b/", "https://a:/",
            "https://a:+1/", "https://a:65536/", "https://u@a/", "https://a/x y", "https://a/x\r\ny", "https://a/#f",
            "https://[::1/", "https://a b/",
        ] {
            assert_eq!(target(url), None, "{url:?}");
        }
    }

    #[test]
    fn no_field_can_begin_another() {
        let target = Target::parse("http://127.0.0.1/").unwrap();
        let sent = |name: &str, value: &str| {
            let mut request = Request::post("http://127.0.0.1/".to_owned(), b"{}".to_vec(), Duration::ZERO, 9);
            request.headers.append(name, value);
            written(&request, &target, Compression::Off).is_some()
        };
        assert!(sent("a-b", "c\td"));
        for (name, value) in [("", "x"), ("a b", "x"), ("a:", "x"), ("a", "x\r\nb: c"), ("a", "x\ny"), ("a", "\0")] {
            assert!(!sent(name, value), "{name:?} {value:?}");
        }
    }
}
