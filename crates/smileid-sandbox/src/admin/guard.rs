//! Who may use the page and the admin API: programs on this machine, and the sandbox's own page. Other pages in a browser may not,
//! whether they ask outright or have their name made to point here.

use core::net::{IpAddr, SocketAddr};

use hyper::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderName, ORIGIN};
use hyper::{Method, Uri};

/// Where browsers say from where a request comes.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Why a request is refused: status and words.
pub(super) type Refused = (u16, &'static str);

const OTHER_HOST: Refused = (
    403,
    "the Host of this request is not the sandbox's: use 127.0.0.1, [::1] or localhost, with its port (a name that was made to point \
     here is refused)",
);
const OTHER_PAGE: Refused =
    (403, "this request comes from another page: only the sandbox's own page may use it in a browser");
const NO_JSON: Refused = (415, "the body has to be application/json (a scenario may be application/toml)");

const OTHER_MACHINE: Refused = (
    403,
    "this request comes from another machine: the page and the admin API are for loopback connections only; ask from the sandbox's own \
     machine, or through a tunnel to it",
);

/// Lets a request from `peer` through, or returns why not.
pub(super) fn check(
    own: SocketAddr,
    peer: Option<IpAddr>,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<(), Refused> {
    if !peer.is_some_and(|peer| peer.to_canonical().is_loopback()) {
        return Err(OTHER_MACHINE);
    }
    let host = host(uri, headers).ok_or(OTHER_HOST)?;
    if !is_own(own, host) {
        return Err(OTHER_HOST);
    }
    let mut origins = headers.get_all(ORIGIN).iter();
    let same = |origin: &str| origin.split_once("://").is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(host));
    if !origins.all(|origin| origin.to_str().is_ok_and(same)) {
        return Err(OTHER_PAGE);
    }
    let sites = headers.get_all(FETCH_SITE).iter();
    // `none` is a person who typed the address.
    if sites.into_iter().any(|site| !matches!(site.as_bytes(), b"same-origin" | b"none")) {
        return Err(OTHER_PAGE);
    }
    // A page elsewhere can post a form without being asked; it cannot post JSON.
    if matches!(*method, Method::POST | Method::PUT) && !is_data(headers) {
        return Err(NO_JSON);
    }
    Ok(())
}

/// The one host of a request, or `None` if there is not exactly one.
fn host<'r>(uri: &'r Uri, headers: &'r HeaderMap) -> Option<&'r str> {
    let mut hosts = headers.get_all(HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok()?,
        _ => return None,
    };
    // A request to a proxy names its host twice; both have to say the same.
    uri.authority().is_none_or(|authority| authority.as_str() == host).then_some(host)
}

/// Whether a host is a literal loopback address, `localhost`, or the address that is listened on, with the port of it.
fn is_own(own: SocketAddr, host: &str) -> bool {
    if let Ok(address) = host.parse::<SocketAddr>() {
        return address.port() == own.port() && is_own_ip(own, address.ip());
    }
    let (name, port) = host.rsplit_once(':').unwrap_or((host, "80"));
    let ip = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let named = name.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|ip| is_own_ip(own, ip));
    named && port.parse() == Ok(own.port())
}

fn is_own_ip(own: SocketAddr, ip: IpAddr) -> bool {
    ip.is_loopback() || ip == own.ip() && !ip.is_unspecified()
}

fn is_data(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json") || kind.eq_ignore_ascii_case("application/toml")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &Method, fields: &[(&'static str, &str)]) -> Result<(), u16> {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, value.parse().unwrap());
        }
        let own = "127.0.0.1:8080".parse().unwrap();
        let peer = Some(IpAddr::from([127, 0, 0, 1]));
        check(own, peer, method, &Uri::from_static("/"), &headers).map_err(|(status, _)| status)
    }

    #[test]
    fn only_loopback_peers_are_let_through() {
        let (uri, mut headers) = (Uri::from_static("/"), HeaderMap::new());
        headers.insert("host", "127.0.0.1:8080".parse().unwrap());
        let checked = |peer| check("0.0.0.0:8080".parse().unwrap(), peer, &Method::GET, &uri, &headers);
        for peer in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(checked(peer.parse().ok()), Ok(()), "{peer}");
        }
        for peer in ["10.0.0.1", "0.0.0.0", "192.168.1.2", "::", "fe80::1", "::ffff:10.0.0.1", "::7f00:1"] {
            assert_eq!(checked(peer.parse().ok()), Err(OTHER_MACHINE), "{peer}");
        }
        assert_eq!(checked(None), Err(OTHER_MACHINE));
    }

    #[test]
    fn this_machine_and_the_own_page_are_let_through() {
        for host in ["127.0.0.1:8080", "localhost:8080", "LOCALHOST:8080", "[::1]:8080", "127.1.2.3:8080"] {
            assert_eq!(asked(&Method::GET, &[("host", host)]), Ok(()), "{host}");
            let origin = format!("http://{host}");
            let fields = [
                ("host", host),
                ("origin", origin.as_str()),
                ("sec-fetch-site", "same-origin"),
                ("content-type", "application/json; charset=utf-8"),
            ];
            assert_eq!(asked(&Method::POST, &fields), Ok(()), "{host}");
        }
        assert_eq!(asked(&Method::GET, &[("host", "localhost:8080"), ("sec-fetch-site", "none")]), Ok(()));
    }

    #[test]
    fn names_made_to_point_here_are_refused() {
        for host in [
            "evil.example:8080", "evil.example", "127.0.0.1", "127.0.0.1:80", "localhost", "0.0.0.0:8080",
            "10.0.0.1:8080", "localhost.evil.example:8080", "127.0.0.1:8080@evil.example", "", "127.0.0.1:8080:8080",
            "[::1]", "127.0.0.1.:8080",
        ] {
            assert_eq!(asked(&Method::GET, &[("host", host)]), Err(403), "{host}");
        }
        assert_eq!(asked(&Method::GET, &[]), Err(403));
        assert_eq!(asked(&Method::GET, &[("host", "localhost:8080"), ("host", "localhost:8080")]), Err(403));
    }

    #[test]
    fn other_pages_are_refused() {
        let host = ("host", "localhost:8080");
        for origin in
            ["http://evil.example", "null", "http://localhost:8081", "http://127.0.0.1:8080", "localhost:8080", ""]
        {
            assert_eq!(asked(&Method::GET, &[host, ("origin", origin)]), Err(403), "{origin}");
        }
        for site in ["cross-site", "same-site", ""] {
            assert_eq!(asked(&Method::GET, &[host, ("sec-fetch-site", site)]), Err(403), "{site}");
        }
    }

    #[test]
    fn what_a_form_can_send_changes_nothing() {
        let host = ("host", "localhost:8080");
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""] {
            assert_eq!(asked(&Method::POST, &[host, ("content-type", kind)]), Err(415), "{kind}");
        }
        assert_eq!(asked(&Method::PUT, &[host]), Err(415));
    }
}
