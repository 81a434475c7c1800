//! What only the network can tell: the name, the connection, the certificate, and the service's clock. One request goes out, which
//! carries no credentials and no id.

use core::time::Duration;
use std::net::ToSocketAddrs;
use std::sync::mpsc;
use std::thread;

use smileid_core::environment::Environment;
use smileid_core::message::{Request, Response};
use smileid_core::transport::{Transport, TransportError, TransportErrorKind};

use super::report::Report;
use crate::commands::sign::now;
use crate::config::{Configured, Way, host, port};
use crate::failure::{Failure, Kind};

/// What to do about a wrong clock.
pub(super) const SET_CLOCK: &str =
    "set the clock: timedatectl set-ntp true, or your system's settings for date and time";

/// How long the one exchange may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How long looking up a name may take.
const LOOKUP: Duration = Duration::from_secs(5);

/// How much of the answer is read: its head is what counts.
const BYTES: usize = 64 * 1024;

/// A clock further off than this fails: replies are accepted within five minutes.
const SKEW_MOST: u64 = 240;

/// A clock further off than this is told of.
const SKEW_NOTED: u64 = 30;

/// The checks that are made here, where they are not made.
pub(super) fn left_out(report: &mut Report) {
    for name in ["dns", "tls", "online", "skew"] {
        report.skip(name, "only with --online, which sends one request without credentials");
    }
}

pub(super) fn examine(configured: &Configured<'_>, environment: &Environment, way: Option<&Way>, report: &mut Report) {
    let url = environment.base_url();
    let found = dns(url, way, report);
    let fix = "smileid help configuration tells which flags connecting takes";
    let transport = report.check("transport", configured.transport(environment), |_| "ready".to_owned(), fix);
    let (true, Some(transport)) = (found, transport) else {
        for name in ["tls", "online", "skew"] {
            report.skip(name, "there is no way to the service yet");
        }
        return;
    };
    let mut request = Request::post(environment.job_status_url(), b"{}".to_vec(), TIMEOUT, BYTES);
    request.headers.append("Content-Type", "application/json");
    let reply = transport.send(&request);
    tls(url, &reply, report);
    match reply {
        Ok(reply) => {
            answered(&reply, report);
            skew(&reply, report);
        }
        Err(error) => {
            if error.kind() == TransportErrorKind::Tls {
                report.skip("online", "there is no connection yet");
            } else {
                report.fail("online", failure(&error), fix_for(error.kind()));
            }
            report.skip("skew", "there was no answer to compare clocks with");
        }
    }
}

/// Whether the service can be looked for: its name has an address, or somebody else looks it up.
fn dns(url: &str, way: Option<&Way>, report: &mut Report) -> bool {
    let Some(way) = way else {
        report.skip("dns", "the proxy has to be put right first");
        return false;
    };
    if way.proxy.is_some() {
        report.skip("dns", "the proxy looks the name up");
        return true;
    }
    let (host, port) = (host(url), port(url));
    if host.parse::<core::net::IpAddr>().is_ok() {
        report.skip("dns", "the host is an address");
        return true;
    }
    let (done, outcome) = mpsc::channel();
    let name = host.to_owned();
    // A lookup cannot be called back; its thread ends with the program at the latest.
    let started = thread::Builder::new().spawn(move || {
        let found = (name.as_str(), port).to_socket_addrs().map(Iterator::count);
        // Nobody waits any more where this cannot be told.
        let _told = done.send(found.unwrap_or(0));
    });
    let number = started.ok().and_then(|_| outcome.recv_timeout(LOOKUP).ok()).unwrap_or(0);
    let found = if number > 0 {
        Ok(number)
    } else {
        Err(Failure::new(
            Kind::Transport,
            format!("the name {host} could not be resolved: check it and this machine's DNS"),
        ))
    };
    let fix = "check the host's spelling and the network; behind a proxy, give --proxy http://host:port";
    report.check("dns", found, |number| format!("{host} has {number} addresses"), fix).is_some()
}

fn tls(url: &str, reply: &Result<Response, TransportError>, report: &mut Report) {
    match reply {
        _ if url.starts_with("http://") => report.skip("tls", "plain http to loopback"),
        Ok(_) => report.fine("tls", "the certificate is trusted, and made out to this host"),
        Err(error) if error.kind() == TransportErrorKind::Tls => {
            report.fail("tls", failure(error), fix_for(error.kind()));
        }
        Err(_) => report.skip("tls", "there was no connection to speak it on"),
    }
}

fn answered(reply: &Response, report: &mut Report) {
    let told = format!("the service answers (HTTP {})", reply.status);
    let (problem, fix) = match reply.status {
        300..=399 => ("it sends the caller elsewhere", "--base-url with the address that it sends to"),
        404 | 405 => ("there is no job_status there", "check the path of the base URL: the vendor's ends in /v1"),
        407 => ("the proxy wants a password", "--proxy http://user:password@host:port"),
        500.. => ("it is out of order", "try again later; the vendor's status page tells more"),
        _ => return report.fine("online", &told),
    };
    report.warn("online", &format!("{told}: {problem}"), fix);
}

fn skew(reply: &Response, report: &mut Report) {
    let Some(date) = reply.headers.first("date").and_then(http_date) else {
        return report.skip("skew", "the answer carries no time");
    };
    let skew = now().unix_millis().saturating_sub(date) / 1000;
    let way = if skew < 0 { "behind" } else { "ahead of" };
    let seconds = skew.unsigned_abs();
    let told = format!("this machine's clock is {seconds} s {way} the service's");
    if seconds > SKEW_MOST {
        return report.fail("skew", Failure::new(Kind::Replay, format!("{told}: set it")), SET_CLOCK);
    }
    if seconds > SKEW_NOTED {
        return report.warn("skew", &told, SET_CLOCK);
    }
    report.fine("skew", &told);
}

fn failure(error: &TransportError) -> Failure {
    let kind = if error.kind() == TransportErrorKind::Tls { Kind::Tls } else { Kind::Transport };
    let cause = core::error::Error::source(error).map_or_else(String::new, |cause| format!(": {cause}"));
    Failure::new(kind, format!("{error}{cause}"))
}

const fn fix_for(kind: TransportErrorKind) -> &'static str {
    match kind {
        TransportErrorKind::Tls => {
            "--ca-file PEM, where the service or a proxy has an authority of its own; else check the host and this clock"
        }
        TransportErrorKind::Connect => {
            "check that the host and port are right and no firewall is between; --proxy where one must be"
        }
        TransportErrorKind::Timeout => {
            "try again; a firewall that drops packets looks like this: --proxy where one must be"
        }
        _ => "try again; what stands between here and the service may cut connections",
    }
}

/// The time of a `Date` header, in milliseconds since the Unix epoch.
fn http_date(value: &str) -> Option<i64> {
    chrono::DateTime::parse_from_rfc2822(value.trim()).ok().map(|date| date.timestamp_millis())
}
