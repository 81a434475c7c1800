//! Where requests go and how they get there, as far as can be told without sending anything.

use smileid_core::environment::Environment;
use smileid_http::{Options, is_loopback};

use super::report::Report;
use crate::config::{Configured, Way, host};
use crate::words::meant;

/// How the vendor's paths end.
const VERSION: &str = "/v1";

pub(super) fn examine(configured: &Configured<'_>, report: &mut Report) -> Option<Environment> {
    let environment = match configured.environment() {
        Ok(environment) => environment,
        Err(failure) => {
            report.fail(
                "environment",
                failure,
                "--environment sandbox while you build, --environment production when live",
            );
            return None;
        }
    };
    let url = environment.base_url();
    let odd = if matches!(environment, Environment::Custom(_)) { oddity(url) } else { None };
    match odd {
        Some((problem, fix)) => report.warn("environment", &format!("{url}: {problem}"), &fix),
        None => report.fine("environment", url),
    }
    Some(environment)
}

/// What may not be meant about a base URL of one's own, and what to type instead.
fn oddity(url: &str) -> Option<(String, String)> {
    let vendors = [(Environment::Sandbox, "sandbox"), (Environment::Production, "production")];
    let host = host(url);
    for (environment, name) in &vendors {
        if host_of(environment).eq_ignore_ascii_case(host) {
            let same = environment.base_url() == url;
            let other = (format!("the vendor's {name} host with another path"), format!("--environment {name}"));
            return (!same).then_some(other);
        }
    }
    if is_loopback(host) {
        return (!url.ends_with(VERSION)).then(|| without_version(url));
    }
    let hosts: Vec<&str> = vendors.iter().map(|(environment, _)| host_of(environment)).collect();
    if let Some(near) = meant(host, hosts.iter().copied()).filter(|_| host.to_ascii_lowercase().contains("smile")) {
        let name = vendors.iter().find(|(e, _)| host_of(e) == near).map_or("sandbox", |(_, name)| name);
        return Some((
            "none of the vendor's two hosts, and much like one: is it mistyped?".to_owned(),
            format!("--environment {name}, which is {near}"),
        ));
    }
    if !url.ends_with(VERSION) {
        return Some(without_version(url));
    }
    Some((
        "neither of the vendor's two hosts: it is told who asks for which job".to_owned(),
        "--environment sandbox or production, unless it is a proxy of your own".to_owned(),
    ))
}

fn host_of(environment: &Environment) -> &str {
    host(environment.base_url())
}

fn without_version(url: &str) -> (String, String) {
    let problem = format!("does not end in {VERSION}, as the vendor's addresses do");
    (problem, format!("--base-url {url}{VERSION}, unless yours has another path"))
}

/// The certificates that are trusted and the proxy that is taken, told; the way there, where there is one.
pub(super) fn trust(configured: &Configured<'_>, environment: &Environment, report: &mut Report) -> Option<Way> {
    let url = environment.base_url();
    let way = configured.way(url);
    // What is wrong with the proxy is told below, and once.
    if way.is_ok() {
        let options = configured.options(environment);
        let fix = "--bundled-roots trusts the authorities built into this program; --ca-file PEM adds one of your own";
        if url.starts_with("http://") {
            report.check("trust", options, |_| "plain http to loopback: no certificate is needed".to_owned(), fix);
        } else {
            match options.and_then(|options| Ok((options.trusted_certificates()?.len(), options))) {
                Err(failure) => report.fail("trust", failure, fix),
                Ok((count, options)) => trusted(count, &options, report),
            }
        }
    } else {
        report.skip("trust", "the proxy has to be put right first");
    }
    let told = |way: &Way| match &way.proxy {
        Some(proxy) => format!("{proxy:?} ({})", way.why),
        None => format!("none: {}", way.why),
    };
    report.check("proxy", way, told, "--proxy http://host:port, or NO_PROXY with the service's host for none")
}

/// How many authorities are trusted, and what is odd about them.
fn trusted(count: usize, options: &Options, report: &mut Report) {
    let message = format!("{count} trusted certificate authorities");
    match (options.unreadable_certificates(), options.added_without_authority()) {
        (0, 0) => report.fine("trust", &message),
        (0, _) => report.warn(
            "trust",
            &format!("{message}; the CA file contains a certificate that is not an authority's, such as a self-signed server's own"),
            "give --ca-file the certificate of the authority that signed the server's; a server's own works only while it is unchanged",
        ),
        (unreadable, _) => report.warn(
            "trust",
            &format!("{message}; entries of the system's store that cannot be read: {unreadable}"),
            "repair the store (update-ca-certificates), or the file that SSL_CERT_FILE names",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_places_are_told_apart() {
        for (url, problem, fix) in [
            ("https://api.smileidentity.com/v1", "", ""),
            ("http://127.0.0.1:8080/v1", "", ""),
            ("https://api.smileidentity.com", "another path", "--environment production"),
            ("https://testapi.smileidentity.com/v2", "another path", "--environment sandbox"),
            ("https://test-api.smileidentity.com/v1", "mistyped", "--environment sandbox, which is testapi"),
            ("https://api.smileidentiy.com/v1", "mistyped", "--environment production, which is api."),
            ("http://127.0.0.1:8080", "does not end in /v1", "--base-url http://127.0.0.1:8080/v1"),
            ("https://proxy.example/smile", "does not end in /v1", "--base-url https://proxy.example/smile/v1"),
            ("https://proxy.example/v1", "neither of the vendor's", "unless it is a proxy of your own"),
        ] {
            let (found, fixed) = oddity(url).unwrap_or_default();
            assert_eq!(found.is_empty(), problem.is_empty(), "{url}: {found}");
            assert!(found.contains(problem) && fixed.contains(fix), "{url}: {found}; {fixed}");
        }
    }
}
