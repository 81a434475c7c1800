//! The place that requests go to, as configured.

use smileid_core::Environment;
use smileid_http::is_loopback;

use super::report::Report;
use crate::config::{Configured, host};

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

/// What is unlikely to be meant about a base URL, and what to type instead.
fn oddity(url: &str) -> Option<(String, String)> {
    let host = host(url);
    for (environment, name) in [(Environment::Sandbox, "sandbox"), (Environment::Production, "production")] {
        if host_of(&environment).eq_ignore_ascii_case(host) {
            let other = (format!("the vendor's {name} host with another path"), format!("--environment {name}"));
            return (environment.base_url() != url).then_some(other);
        }
    }
    if !url.ends_with(VERSION) {
        let problem = format!("does not end in {VERSION}, as the vendor's addresses do");
        return Some((problem, format!("--base-url {url}{VERSION}, unless yours has another path")));
    }
    (!is_loopback(host)).then(|| {
        let (sandbox, production) = (host_of(&Environment::Sandbox), host_of(&Environment::Production));
        (
            format!("neither of the vendor's hosts, {sandbox} and {production}: it learns who asks for which job"),
            "check the spelling: --environment sandbox or production, unless it is your own proxy".to_owned(),
        )
    })
}

fn host_of(environment: &Environment) -> &str {
    host(environment.base_url())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_places_are_recognised() {
        for (url, problem, fix) in [
            ("https://api.smileidentity.com/v1", "", ""),
            ("http://127.0.0.1:8080/v1", "", ""),
            ("https://api.smileidentity.com", "another path", "--environment production"),
            ("https://testapi.smileidentity.com/v2", "another path", "--environment sandbox"),
            ("https://api.smileidentiy.com/v1", "neither of the vendor's hosts, testapi.", "check the spelling"),
            ("http://127.0.0.1:8080", "does not end in /v1", "--base-url http://127.0.0.1:8080/v1"),
            ("https://proxy.example/smile", "does not end in /v1", "--base-url https://proxy.example/smile/v1"),
            ("https://proxy.example/v1", "neither of the vendor's", "unless it is your own proxy"),
        ] {
            let (found, fixed) = oddity(url).unwrap_or_default();
            assert_eq!(found.is_empty(), problem.is_empty(), "{url}: {found}");
            assert!(found.contains(problem) && fixed.contains(fix), "{url}: {found}; {fixed}");
        }
    }
}
