//! A link to an image, read strictly: what two readers of URLs could read in two ways is refused. Which hosts are allowed is the
//! policy's to say, and nothing is fetched here.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use smileid_http::is_loopback;
use zeroize::Zeroizing;

use crate::host;

/// The longest link that is read, in bytes. Signed links with a session's token have about two thousand.
const MAX_LEN: usize = 8 * 1024;

/// A link that was found safe to follow by an [`ImagePolicy`](crate::ImagePolicy), and the name of its image.
///
/// The link is as good as the image: it is wiped when this is dropped, and shown nowhere.
#[derive(Clone)]
pub struct ImageLink {
    pub(crate) key: String,
    pub(crate) place: Place,
    url: Zeroizing<String>,
}

/// Where a link leads: all of it that may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) host: String,
    pub(crate) port: u16,
}

/// What is wrong with a link as a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LinkProblem {
    /// It is longer than 8 KiB.
    TooLong,
    /// It holds white space, a control character, a backslash, a letter beyond ASCII, or what must be percent-encoded.
    Character,
    /// It does not begin with `https://`.
    NotHttps,
    /// It holds user information, an `@` before the path.
    UserInfo,
    /// Its host is no name that every reader reads alike.
    Host,
    /// Its host is an address and no name.
    Address,
    /// Its port is another than 443.
    Port,
    /// It has a fragment.
    Fragment,
    /// Its path has dot segments or unsafe percent-encodings, which the next reader may resolve.
    Path,
}

impl LinkProblem {
    pub(crate) const fn sentence(self) -> &'static str {
        match self {
            Self::TooLong => "the link is longer than any link",
            Self::Character => "the link contains a character that URLs do not allow",
            Self::NotHttps => "the link is not https",
            Self::UserInfo => "the link holds user information before its host",
            Self::Host => "the link has no valid host",
            Self::Address => "the link leads to a bare address rather than a name",
            Self::Port => "the link leads to another port than 443",
            Self::Fragment => "the link has a fragment",
            Self::Path => "the link's path can be read in two ways",
        }
    }
}

impl ImageLink {
    /// Returns the image's name: the key of the link if that is plain, else its place among the links.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns the host it leads to.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.place.host
    }

    /// Returns the scheme, host and port it leads to, as a URL: all of it that may be shown.
    #[must_use]
    pub fn origin(&self) -> &str {
        let start = self.url.find("://").map_or(0, |at| at + 3);
        let end = self.url.get(start..).and_then(|rest| rest.find(['/', '?']));
        end.and_then(|end| self.url.get(..start + end)).unwrap_or_default()
    }

    /// Returns the link itself. Anyone who has it can fetch the image until it expires: do not log it.
    #[must_use]
    pub fn expose_url(&self) -> &str {
        &self.url
    }

    pub(crate) fn new(key: String, place: Place, url: &str) -> Self {
        Self { key, place, url: Zeroizing::new(url.to_owned()) }
    }
}

impl fmt::Debug for ImageLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImageLink").field("key", &self.key).field("host", &self.place.host).finish_non_exhaustive()
    }
}

impl Place {
    /// Whether it is this machine, by a name or number that can be no other.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }
}

/// Where a link leads, or what is wrong with it. With [`Loopback::Allowed`], this machine by name, number and any port as well; and
/// without TLS if it is a number, as base URLs may be.
pub(crate) fn read(link: &str, loopback: Loopback) -> Result<Place, LinkProblem> {
    if link.len() > MAX_LEN {
        return Err(LinkProblem::TooLong);
    }
    if !link.bytes().all(is_url_byte) {
        return Err(LinkProblem::Character);
    }
    let (rest, plain) = match link.strip_prefix("https://") {
        Some(rest) => (rest, false),
        None if loopback == Loopback::Allowed => (link.strip_prefix("http://").ok_or(LinkProblem::NotHttps)?, true),
        None => return Err(LinkProblem::NotHttps),
    };
    if rest.contains('#') {
        return Err(LinkProblem::Fragment);
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at_checked(end).ok_or(LinkProblem::Host)?;
    let (path, query) = target.split_once('?').map_or((target, ""), |(path, query)| (path, query));
    let place = place(authority, if plain { "80" } else { "443" }, loopback)?;
    if plain && !(place.is_loopback() && place.host.parse::<IpAddr>().is_ok()) {
        return Err(LinkProblem::NotHttps);
    }
    if !is_path(path) || !is_encoded(query, &[]) || query.contains('\'') {
        return Err(LinkProblem::Path);
    }
    Ok(place)
}

/// Whether links to this machine are read, for a sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loopback {
    Refused,
    Allowed,
}

fn place(authority: &str, usual_port: &str, loopback: Loopback) -> Result<Place, LinkProblem> {
    if authority.contains('@') {
        return Err(LinkProblem::UserInfo);
    }
    let (host, port) = if let Some(bracketed) = authority.strip_prefix('[') {
        let (address, after) = bracketed.split_once(']').ok_or(LinkProblem::Host)?;
        // In the one spelling that every reader writes: some write `[0::1]` anew, and the host in a request is then another text.
        let canonical = address.parse::<Ipv6Addr>().is_ok_and(|parsed| parsed.to_string() == address);
        if !canonical {
            return Err(LinkProblem::Host);
        }
        let port = after.strip_prefix(':').or(after.is_empty().then_some(usual_port));
        (address.to_owned(), port.ok_or(LinkProblem::Host)?)
    } else {
        let (host, port) = authority.split_once(':').unwrap_or((authority, usual_port));
        (host.to_ascii_lowercase(), port)
    };
    let number = (1..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit()) && !port.starts_with('0');
    let port = port.parse::<u16>().ok().filter(|_| number).ok_or(LinkProblem::Port)?;
    let place = Place { host, port };
    if place.is_loopback() && loopback == Loopback::Allowed {
        return Ok(place);
    }
    if place.host.contains(':') || looks_like_a_number(&place.host) {
        return Err(LinkProblem::Address);
    }
    if !host::is_name(&place.host) {
        return Err(LinkProblem::Host);
    }
    if place.port == 443 { Ok(place) } else { Err(LinkProblem::Port) }
}

/// Whether a reader of URLs could take the host for an IPv4 address: in decimal, octal or hexadecimal, of one part to four.
fn looks_like_a_number(host: &str) -> bool {
    let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or(host);
    host.parse::<Ipv4Addr>().is_ok() || last.starts_with(|c: char| c.is_ascii_digit())
}

/// RFC 3986's characters, of which only percent-encoding may stand for others. `'` is one of them, and another standard encodes it in
/// queries: see [`read`].
fn is_url_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?%#[]".contains(&byte)
}

/// A path from the root: no brackets, no dot segments, encoded or not, and no encoded slash, backslash or dot: the next reader may resolve those.
fn is_path(path: &str) -> bool {
    let dots = |segment: &str| matches!(segment, "." | "..");
    path.starts_with('/') && !path.split('/').any(dots) && is_encoded(path, b"./\\")
}

/// Whether each `%` begins an encoding of a byte, of no control character and of none of these; and whether there are no brackets.
fn is_encoded(text: &str, forbidden: &[u8]) -> bool {
    text.split('%').skip(1).all(|part| {
        let byte = part.get(..2).filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        let byte = byte.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        byte.is_some_and(|byte| !byte.is_ascii_control() && !forbidden.contains(&byte))
    }) && !text.contains(['[', ']'])
}

#[cfg(test)]
#[path = "link_tests.rs"]
mod tests;
