//! A proxy that was given: its URL, checked once, its password never shown. No environment is read.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::SetupError;

/// A proxy that tunnels to the service: `http://[user:password@]host:port`, or `https://` to speak TLS to the proxy as well.
///
/// It carries only encrypted bytes: TLS runs from here to the service. Loopback addresses are never reached through it.
#[derive(Clone)]
pub struct Proxy {
    url: Zeroizing<String>,
}

impl Proxy {
    /// Parses a proxy's URL. User and password are percent-encoded if they contain anything other than letters, digits,
    /// `-`, `.`, `_`, `~`.
    ///
    /// # Errors
    /// [`SetupError::Proxy`] for another scheme (SOCKS among them), a path, a query, or a host or port that is not one.
    ///
    /// ```
    /// use smileid_http::Proxy;
    /// let proxy = Proxy::parse("http://user:canary@proxy.example:3128")?;
    /// assert_eq!(format!("{proxy:?}"), "Proxy(http://..@proxy.example:3128)");
    /// assert!(Proxy::parse("socks5://proxy.example:1080").is_err());
    /// # Ok::<(), smileid_http::SetupError>(())
    /// ```
    pub fn parse(url: &str) -> Result<Self, SetupError> {
        let url = url.strip_suffix('/').unwrap_or(url);
        check(url).map_err(SetupError::Proxy)?;
        Ok(Self { url: Zeroizing::new(url.to_owned()) })
    }

    /// Returns whether the connection to the proxy itself is encrypted.
    #[must_use]
    pub fn speaks_tls(&self) -> bool {
        self.url.starts_with("https://")
    }

    /// Returns the proxy's host, without the brackets of an IPv6 address, and its port: 80, or 443 over TLS, unless the URL has one.
    #[must_use]
    pub fn host_and_port(&self) -> (&str, u16) {
        let (_, address) = self.parts();
        let usual = if self.speaks_tls() { 443 } else { 80 };
        let (host, port) = match address.strip_prefix('[').and_then(|a| a.split_once(']')) {
            Some((host, port)) => (host, port.strip_prefix(':')),
            None => address.split_once(':').map_or((address, None), |(host, port)| (host, Some(port))),
        };
        (host, port.and_then(|port| port.parse().ok()).unwrap_or(usual))
    }

    /// Returns user and password as `Proxy-Authorization: Basic` wants them, if the URL has any.
    #[must_use]
    pub fn basic_credentials(&self) -> Option<Zeroizing<String>> {
        let (credentials, _) = self.parts();
        let (user, password) = credentials.map(|c| c.split_once(':').unwrap_or((c, "")))?;
        let mut plain = Zeroizing::new(decoded(user));
        plain.push(b':');
        plain.extend_from_slice(&Zeroizing::new(decoded(password)));
        Some(Zeroizing::new(STANDARD.encode(&plain)))
    }

    /// User and password, and the rest behind the scheme.
    fn parts(&self) -> (Option<&str>, &str) {
        let rest = self.url.split_once("://").map_or("", |(_, rest)| rest);
        rest.rsplit_once('@').map_or((None, rest), |(credentials, rest)| (Some(credentials), rest))
    }

    /// Returns the whole URL, password included: for the HTTP library that connects, and nothing else.
    #[must_use]
    pub fn expose_url(&self) -> &str {
        &self.url
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, rest) = self.url.split_once("://").unwrap_or_default();
        match rest.rsplit_once('@') {
            Some((_, host)) => write!(f, "Proxy({scheme}://..@{host})"),
            None => write!(f, "Proxy({scheme}://{rest})"),
        }
    }
}

/// Returns whether a host, as written in a URL, is this machine's loopback: such a host is never reached through a proxy.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<Ipv4Addr>().is_ok_and(|a| a.is_loopback())
        || bare.parse::<Ipv6Addr>().is_ok_and(|a| a.is_loopback())
}

/// Decodes percent-encoded text; a percent sign that starts no code is kept.
fn decoded(text: &str) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).filter(|_| *first == b'%').and_then(|two| core::str::from_utf8(two).ok());
        if let Some(byte) = code.filter(|two| !two.starts_with('+')).and_then(|two| u8::from_str_radix(two, 16).ok()) {
            plain.push(byte);
            rest = tail.get(2..).unwrap_or_default();
        } else {
            plain.push(*first);
            rest = tail;
        }
    }
    plain
}

fn check(url: &str) -> Result<(), &'static str> {
    let rest = url
        .strip_prefix("http://")
        .or_else(|| url.strip_prefix("https://"))
        .ok_or("does not begin with http:// or https://")?;
    let (credentials, address) = rest.rsplit_once('@').map_or((None, rest), |(c, a)| (Some(c), a));
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=%:".contains(&b);
    if credentials.is_some_and(|c| c.is_empty() || !c.bytes().all(plain)) {
        return Err("has a user or password with a character that must be percent-encoded");
    }
    let (host, port) = match address.strip_prefix('[').and_then(|a| a.split_once(']')) {
        Some((host, after)) => {
            host.parse::<Ipv6Addr>().map_err(|_| "holds an IPv6 address that is not one")?;
            (host, after)
        }
        None => address.find(':').and_then(|at| address.split_at_checked(at)).unwrap_or((address, "")),
    };
    let name = |b: u8| b.is_ascii_alphanumeric() || b"-._:".contains(&b);
    if host.is_empty() || !host.bytes().all(name) {
        return Err("has no valid host, or more than a host and a port: write http://host:port");
    }
    match port.strip_prefix(':') {
        None if port.is_empty() => Ok(()),
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) && matches!(digits.parse::<u16>(), Ok(1..)) => {
            Ok(())
        }
        _ => Err("has a port that is not a number from 1 to 65535"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_taken_and_their_credentials_hidden() {
        for (url, shown) in [
            ("http://p", "Proxy(http://p)"),
            ("https://p.example:443/", "Proxy(https://p.example:443)"),
            ("http://[::1]:8080", "Proxy(http://[::1]:8080)"),
            ("http://canary:c%40nary@p:1", "Proxy(http://..@p:1)"),
        ] {
            let proxy = Proxy::parse(url).unwrap();
            assert_eq!(format!("{proxy:?}"), shown);
            assert_eq!(proxy.expose_url(), url.trim_end_matches('/'));
        }
    }

    #[test]
    fn a_proxys_url_is_taken_apart() {
        for (url, tls, host, port, credentials) in [
            ("http://p", false, "p", 80, None),
            ("https://p.example", true, "p.example", 443, None),
            ("http://[::1]:8080", false, "::1", 8080, None),
            ("http://[::1]", false, "::1", 80, None),
            ("http://u:p@p:1", false, "p", 1, Some("u:p")),
            ("http://u@p:1", false, "p", 1, Some("u:")),
            ("http://a%40b:c%3Ad%25%zz%@p:1", false, "p", 1, Some("a@b:c:d%%zz%")),
        ] {
            let proxy = Proxy::parse(url).unwrap();
            assert_eq!((proxy.speaks_tls(), proxy.host_and_port()), (tls, (host, port)), "{url}");
            let basic = proxy.basic_credentials().map(|basic| STANDARD.decode(basic.as_str()).unwrap());
            assert_eq!(basic.as_deref(), credentials.map(str::as_bytes), "{url}");
        }
    }

    #[test]
    fn an_invalid_proxy_is_refused_without_being_repeated() {
        for bad in "
            canary:3128 socks5://canary:1080 http:// http://:1 http://canary:0 http://canary:65536
            http://canary:+1 http://canary: http://canary/path http://canary?q http://canary#f http://@canary
            http://u/p@canary http://[::canary] http://[::1]x
        "
        .split_whitespace()
        .chain(["", "http://can ary", "http://us er@canary", "http://canary\r\n"])
        {
            let error = Proxy::parse(bad).unwrap_err().to_string();
            assert!(!error.contains("canary"), "{bad:?}: {error}");
        }
    }

    #[test]
    fn loopback_is_recognised_by_name_and_number() {
        for host in ["localhost", "LocalHost", "127.0.0.1", "127.255.0.9", "[::1]", "::1"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["", "example.com", "128.0.0.1", "localhost.example", "[::2]", "127.0.0.1.example"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
