//! Where requests go: the vendor's two environments or your own base URL, validated once. Nothing is resolved or sent.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use crate::input::InvalidInput;

/// Which deployment of the API a client talks to. There is no default: production is never assumed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Environment {
    /// The vendor's hosted test environment, `https://testapi.smileidentity.com/v1`.
    Sandbox,
    /// The live service, `https://api.smileidentity.com/v1`.
    Production,
    /// Any other: your own proxy, or a local sandbox.
    Custom(BaseUrl),
}

impl Environment {
    /// Returns the part of every URL before `/job_status`.
    #[must_use]
    pub fn base_url(&self) -> &str {
        match self {
            Self::Sandbox => "https://testapi.smileidentity.com/v1",
            Self::Production => "https://api.smileidentity.com/v1",
            Self::Custom(base) => base.as_str(),
        }
    }

    /// Returns the whole URL of the job status call.
    #[must_use]
    pub fn job_status_url(&self) -> String {
        format!("{}/job_status", self.base_url())
    }

    /// Returns whether both lead to the same place: the host in letters of either case, the port written out or not, the same path.
    ///
    /// ```
    /// use smileid_core::{BaseUrl, Environment};
    /// let spelled_out = BaseUrl::parse("https://API.smileidentity.com:443/v1/")?;
    /// assert!(Environment::Production.is_same_place(&spelled_out.into()));
    /// assert!(!Environment::Production.is_same_place(&Environment::Sandbox));
    /// # Ok::<(), smileid_core::InvalidInput>(())
    /// ```
    #[must_use]
    pub fn is_same_place(&self, other: &Self) -> bool {
        let (own, other) = (parts(self.base_url()), parts(other.base_url()));
        own.0.eq_ignore_ascii_case(other.0) && own.1.eq_ignore_ascii_case(other.1) && own.2 == other.2
    }
}

/// The scheme, the authority without its usual port, and the path of a valid base URL.
fn parts(url: &str) -> (&str, &str, &str) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let (authority, path) = rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
    let usual = if scheme.eq_ignore_ascii_case("http") { ":80" } else { ":443" };
    let host = authority.strip_suffix(usual).unwrap_or(authority);
    (scheme, host.strip_suffix('.').unwrap_or(host), path)
}

impl From<BaseUrl> for Environment {
    fn from(base: BaseUrl) -> Self {
        Self::Custom(base)
    }
}

/// A base URL that is safe to sign requests for: https, or plain http to a loopback address written as numbers.
///
/// It is read strictly: what two URL parsers could read in two ways is refused.
///
/// ```
/// use smileid_core::BaseUrl;
/// assert_eq!(BaseUrl::parse("http://127.0.0.1:8080/v1/")?.as_str(), "http://127.0.0.1:8080/v1");
/// assert!(BaseUrl::parse("http://example.com/v1").is_err());
/// # Ok::<(), smileid_core::InvalidInput>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// The longest accepted base URL, in bytes.
    pub const MAX_LEN: usize = 2048;

    /// Takes `https://host[:port][/path]`, or `http://` with a literal loopback address; a closing `/` is dropped.
    ///
    /// # Errors
    /// [`InvalidInput`] for anything else: another scheme, user information, a query, a fragment, white space or control
    /// characters, an empty host, a port outside 1 to 65535, dot segments, or the `/job_status` that is added for you.
    pub fn parse(url: &str) -> Result<Self, InvalidInput> {
        check(url).map_err(|problem| InvalidInput::new("base_url", problem))?;
        Ok(Self(url.trim_end_matches('/').to_string()))
    }

    /// Returns the URL, without a closing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({})", self.0)
    }
}

fn check(url: &str) -> Result<(), &'static str> {
    if url.len() > BaseUrl::MAX_LEN {
        return Err("is longer than 2048 characters");
    }
    if !url.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(
            "holds white space, a control character or a letter beyond ASCII: write the host in its ASCII form",
        );
    }
    let (secure, rest) = if let Some(rest) = url.strip_prefix("https://") {
        (true, rest)
    } else if let Some(rest) = url.strip_prefix("http://") {
        (false, rest)
    } else {
        return Err("does not begin with https:// (or http:// for a loopback address)");
    };
    if rest.contains('?') {
        return Err("contains a query: give only the part before /job_status");
    }
    if rest.contains('#') {
        return Err("contains a fragment: give only the part before /job_status");
    }
    let (authority, path) = rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
    if authority.contains('@') {
        return Err("holds user information: credentials are never part of the URL");
    }
    let (host, port) = split_port(authority)?;
    check_port(port)?;
    let loopback = check_host(host)?;
    if !secure && !loopback {
        return Err("is plain http to a host that is not a literal loopback address (127.0.0.1 or [::1]): use https");
    }
    check_path(path)
}

/// Returns the host, and the port if a colon follows it.
fn split_port(authority: &str) -> Result<(&str, Option<&str>), &'static str> {
    if authority.starts_with('[') {
        let (host, after) = authority.split_once(']').ok_or("holds an IPv6 address without its closing bracket")?;
        return match (host, after.strip_prefix(':')) {
            (host, Some(port)) => Ok((host, Some(port))),
            (host, None) if after.is_empty() => Ok((host, None)),
            _ => Err("holds something between the host and the port"),
        };
    }
    Ok(authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))))
}

fn check_port(port: Option<&str>) -> Result<(), &'static str> {
    let Some(port) = port else { return Ok(()) };
    let digits = (1..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit());
    match port.parse::<u16>() {
        Ok(1..) if digits => Ok(()),
        _ => Err("has a port that is not a number from 1 to 65535"),
    }
}

/// Whether the host is a literal loopback address.
fn check_host(host: &str) -> Result<bool, &'static str> {
    if let Some(address) = host.strip_prefix('[') {
        let address = address.parse::<Ipv6Addr>().map_err(|_| "holds an IPv6 address that is not one")?;
        return Ok(address.is_loopback());
    }
    let label_ok = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let plain = host.strip_suffix('.').unwrap_or(host);
    if plain.is_empty() || host.len() > 253 || !plain.split('.').all(label_ok) {
        return Err("has no valid host: write a name such as testapi.smileidentity.com");
    }
    // A last label that begins with a digit makes URL parsers take the whole host for an address, in several notations.
    let last = plain.rsplit('.').next().unwrap_or(plain);
    if last.starts_with(|c: char| c.is_ascii_digit()) {
        let address =
            host.parse::<Ipv4Addr>().map_err(|_| "has a host that looks like an IP address and is not one")?;
        return Ok(address.is_loopback());
    }
    Ok(false)
}

fn check_path(path: &str) -> Result<(), &'static str> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@%/".contains(&b);
    if !path.bytes().all(allowed) {
        return Err("contains a character in its path that must be percent-encoded");
    }
    let mut parts = path.split('%');
    parts.next();
    let encoded_ok = |part: &str| {
        let hex = part.as_bytes().get(..2).filter(|h| h.iter().all(u8::is_ascii_hexdigit));
        // %00 to %1F, %2e, %2f, %5c and %7f mean something else to the next parser.
        hex.is_some_and(|h| {
            !matches!(
                h,
                [b'0' | b'1', _] | [b'2', b'e' | b'E' | b'f' | b'F'] | [b'5', b'c' | b'C'] | [b'7', b'f' | b'F']
            )
        })
    };
    if !parts.all(encoded_ok) {
        return Err("contains a broken or unsafe percent-encoding in its path");
    }
    let path = path.trim_end_matches('/');
    let mut segments = path.split('/').skip(1);
    if segments.any(|s| s.is_empty() || s == "." || s == "..") {
        return Err("holds an empty or dot segment in its path");
    }
    if path.ends_with("/job_status") {
        return Err("ends with /job_status, which is added for you: leave it off");
    }
    Ok(())
}

#[cfg(test)]
#[path = "environment_tests.rs"]
mod tests;
