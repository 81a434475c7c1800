//! A proxy that was given: its URL, checked once, its password never shown. No environment is read.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use zeroize::Zeroizing;

use crate::SetupError;

/// A proxy that tunnels to the service: `http://[user:password@]host:port`, or `https://` to speak TLS to the proxy as well.
///
/// It carries encrypted bytes alone: TLS runs from here to the service. Loopback addresses are never reached through it.
#[derive(Clone)]
pub struct Proxy {
    url: Zeroizing<String>,
}

impl Proxy {
    /// Takes a proxy's URL. User and password are percent-encoded where they hold other than letters, digits, `-`, `.`, `_`, `~`.
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

    /// The whole URL, password included: for the HTTP library that connects, and nothing else.
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

/// Whether a host, as it stands in a URL, is this machine's loopback: such a host is never reached through a proxy.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<Ipv4Addr>().is_ok_and(|a| a.is_loopback())
        || bare.parse::<Ipv6Addr>().is_ok_and(|a| a.is_loopback())
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
    fn what_is_no_proxy_is_refused_without_being_repeated() {
        for bad in [
            "",
            "canary:3128",
            "socks5://canary:1080",
            "http://",
            "http://:1",
            "http://canary:0",
            "http://canary:65536",
            "http://canary:+1",
            "http://canary:",
            "http://canary/path",
            "http://canary?q",
            "http://canary#f",
            "http://can ary",
            "http://@canary",
            "http://us er@canary",
            "http://u/p@canary",
            "http://[::canary]",
            "http://[::1]x",
            "http://canary\r\n",
        ] {
            let error = Proxy::parse(bad).unwrap_err().to_string();
            assert!(!error.contains("canary"), "{bad:?}: {error}");
        }
    }

    #[test]
    fn loopback_is_told_by_name_and_number() {
        for host in ["localhost", "LocalHost", "127.0.0.1", "127.255.0.9", "[::1]", "::1"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["", "example.com", "128.0.0.1", "localhost.example", "[::2]", "127.0.0.1.example"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
