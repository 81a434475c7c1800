//! The way to the service: which certificates are trusted, and through which proxy. Connecting itself is the transport's.

use std::path::Path;

use smileid_core::Environment;
use smileid_http::is_loopback;
use smileid_http_blocking::{HttpTransport, Proxy, Roots, SetupError, TransportOptions};

use super::no_proxy::is_excepted;
use super::profile::Name;
use super::{Configured, variable};
use crate::failure::{Failure, reason};
use crate::input;

/// How long a file of certificates may be, in bytes: the systems' own are under 1 MiB.
const LONGEST: usize = 8 << 20;

impl Configured<'_> {
    /// A transport to `environment`.
    pub(crate) fn transport(&self, environment: &Environment) -> Result<HttpTransport, Failure> {
        Ok(HttpTransport::with_options(&self.options(environment)?)?)
    }

    /// What the transport is made from.
    pub(crate) fn options(&self, environment: &Environment) -> Result<TransportOptions, Failure> {
        self.options_to(environment.base_url())
    }

    /// The same, to another place than the service: an image's host.
    pub(crate) fn options_to(&self, url: &str) -> Result<TransportOptions, Failure> {
        let ca_file = self.ca_file();
        // Plain http needs no certificate, and a loopback service with a CA file needs no other: reading the system's takes
        // longer than the call, and a bare container has none.
        let needs_none = url.starts_with("http://") || ca_file.is_some() && is_loopback(host(url));
        let roots = match self.args.connection.bundled_roots {
            true => Roots::Bundled,
            false if needs_none => Roots::Added,
            false => Roots::System,
        };
        let mut options = TransportOptions::new().with_roots(roots);
        if let Some((path, from)) = ca_file {
            let refused = |problem| Failure::invalid(format!("{}: {problem}", path.display()));
            options = options.with_ca_pem(pem(&path, from)?).map_err(refused)?;
        }
        if let Some(proxy) = self.way(url)?.proxy {
            options = options.with_proxy(proxy);
        }
        Ok(options)
    }

    /// The proxy that was given, else that of the environment; none for loopback.
    pub(crate) fn way(&self, url: &str) -> Result<Way, Failure> {
        let direct = |why: String| Ok(Way { proxy: None, why });
        let local = is_loopback(host(url));
        let through = |proxy, from: &str| {
            if local {
                return direct(format!("{from} is left out, since loopback is never reached through a proxy"));
            }
            Ok(Way { proxy: Some(proxy), why: from.to_owned() })
        };
        if let Some(given) = &self.args.connection.proxy {
            let problem = |problem| Failure::invalid(format!("--proxy: {problem}{}", form(problem)));
            return through(Proxy::parse(given).map_err(problem)?, "--proxy");
        }
        if let Some(given) = self.profile.text(Name::Proxy) {
            let problem = |problem| self.profile.refused(Name::Proxy, &format!("{problem}{}", form(problem)));
            return through(Proxy::parse(given).map_err(problem)?, "proxy in the profile");
        }
        if local || !url.starts_with("https://") {
            return direct("loopback is never reached through one".to_owned());
        }
        if let Some((name, list)) = first(&["no_proxy", "NO_PROXY"])?
            && is_excepted(host(url), port(url), &list)
        {
            return direct(format!("{name} names the host"));
        }
        let Some((name, value)) = first(&PROXIES)? else {
            return direct("neither --proxy nor a variable names one".to_owned());
        };
        // By custom the scheme may be left out.
        let whole = if value.contains("://") { value } else { format!("http://{value}") };
        let proxy = Proxy::parse(&whole).map_err(|error| {
            Failure::invalid(format!("{name}: {error}; give --proxy, or leave the service out with NO_PROXY"))
        })?;
        through(proxy, name)
    }
}

/// What to write instead, unless the problem says it.
fn form(problem: SetupError) -> &'static str {
    if problem.to_string().contains("write ") { "" } else { ": write http://host:port" }
}

/// How the service is reached, and why so.
pub(crate) struct Way {
    pub(crate) proxy: Option<Proxy>,
    /// What named the proxy, or why there is none.
    pub(crate) why: String,
}

/// The variables that name a proxy, the first that is set.
const PROXIES: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// The first of the variables that is set, with its value.
fn first(names: &[&'static str]) -> Result<Option<(&'static str, String)>, Failure> {
    for name in names {
        if let Some(value) = variable(name)? {
            return Ok(Some((name, value)));
        }
    }
    Ok(None)
}

fn pem(path: &Path, from: &str) -> Result<Vec<u8>, Failure> {
    input::small(path, LONGEST).map_err(|error| {
        Failure::invalid(format!(
            "the CA file {} cannot be read ({}): give {from} the path of a PEM file",
            path.display(),
            reason(&error)
        ))
    })
}

/// The host of a base URL, which was checked when it was made.
pub(crate) fn host(url: &str) -> &str {
    let authority = authority(url);
    match authority.strip_prefix('[').and_then(|a| a.split_once(']')) {
        Some((host, _)) => host,
        None => authority.split(':').next().unwrap_or_default(),
    }
}

/// The port of a base URL.
fn port(url: &str) -> u16 {
    let after_host = authority(url).rsplit_once(']').map_or_else(|| authority(url), |(_, after)| after);
    let usual = if url.starts_with("http://") { 80 } else { 443 };
    after_host.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(usual)
}

fn authority(url: &str) -> &str {
    url.split_once("://").and_then(|(_, rest)| rest.split('/').next()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_and_port_of_a_base_url() {
        for (url, expected) in [
            ("https://api.example/v1", ("api.example", 443)),
            ("https://api.example:8443/v1", ("api.example", 8443)),
            ("http://127.0.0.1:80", ("127.0.0.1", 80)),
            ("http://[::1]:9/v1", ("::1", 9)),
            ("http://[::1]/v1", ("::1", 80)),
        ] {
            assert_eq!((host(url), port(url)), expected, "{url}");
        }
    }
}
