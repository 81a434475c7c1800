//! Certificates, clock and connection: what can be known without a request, and with `--online` what one request without credentials
//! and ids shows.

use core::time::Duration;

use smileid_core::{Environment, Request, Response, Timestamp, Transport, TransportError, TransportErrorKind};
use smileid_http::TransportOptions;

use super::report::Report;
use crate::commands::sign::now;
use crate::config::{Configured, Way};
use crate::failure::{Failure, Kind};

/// The limit of the one exchange.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The limit of the answer's body, in bytes: only its head counts.
const BYTES: usize = 64 * 1024;

/// The first day of 2025, in milliseconds since the Unix epoch: a clock that shows an earlier day was never set.
const PLAUSIBLE_FROM: i64 = 1_735_689_600_000;

/// The largest skew that passes, in seconds: replies are accepted within five minutes.
const SKEW_MOST: u64 = 240;

/// The largest skew that raises no warning, in seconds.
const SKEW_NOTED: u64 = 30;

const SET_CLOCK: &str = "set the clock: timedatectl set-ntp true, or your system's settings for date and time";

const ROOTS: &str =
    "--bundled-roots trusts the authorities built into this program; --ca-file PEM adds one of your own";

type Reply = Result<Response, TransportError>;

pub(super) fn examine(configured: &Configured<'_>, environment: &Environment, online: bool, report: &mut Report) {
    let url = environment.base_url();
    let way = match configured.way(url) {
        Ok(way) => way,
        Err(failure) => {
            report.skip("trust", "the proxy needs repair first");
            clock(None, report);
            let fix = "--proxy http://host:port, or NO_PROXY with the service's host for none";
            return report.fail("online", failure, fix);
        }
    };
    let found = configured.options(environment).and_then(|options| {
        let count = if url.starts_with("https://") { options.trusted_certificates()?.len() } else { 0 };
        let transport = if online { Some(configured.transport(environment)?) } else { None };
        Ok((count, options, transport))
    });
    let (count, options, transport) = match found {
        Ok(found) => found,
        Err(failure) => {
            report.fail("trust", failure, ROOTS);
            clock(None, report);
            return report.skip("online", "no certificates to trust yet");
        }
    };
    let reply = transport.map(|transport| {
        let mut request = Request::post(environment.job_status_url(), b"{}".to_vec(), TIMEOUT, BYTES);
        request.headers.append("Content-Type", "application/json");
        transport.send(&request)
    });
    match &reply {
        Some(Err(error)) if error.kind() == TransportErrorKind::Tls => {
            report.fail("trust", failed(error), fix_for(error.kind()));
        }
        _ if url.starts_with("http://") => report.fine("trust", "plain http to loopback: no certificate is needed"),
        reply => roots(count, &options, matches!(reply, Some(Ok(_))), report),
    }
    clock(reply.as_ref(), report);
    reached(&way, reply, report);
}

/// Reports how many authorities are trusted, and what is odd about them.
fn roots(count: usize, options: &TransportOptions, connected: bool, report: &mut Report) {
    let connected = if connected { "; the service's certificate is trusted" } else { "" };
    let message = format!("{count} trusted certificate authorities{connected}");
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

/// Compares this clock with the answer's `Date`, or checks that it was set at all.
pub(super) fn clock(reply: Option<&Reply>, report: &mut Report) {
    let now = now();
    let shown = Timestamp::at(now);
    if now.unix_millis() < PLAUSIBLE_FROM {
        let message = format!("this machine's clock shows {shown}: set it, signatures carry the time");
        return report.fail("clock", Failure::new(Kind::Credentials, message), SET_CLOCK);
    }
    let date = reply.and_then(|reply| reply.as_ref().ok()?.headers.first("date"));
    let date = date.and_then(|date| chrono::DateTime::parse_from_rfc2822(date.trim()).ok());
    let Some(date) = date else {
        return report.fine("clock", &format!("{shown} by this machine; compared only with an answer (--online)"));
    };
    let skew = now.unix_millis().saturating_sub(date.timestamp_millis()) / 1000;
    let way = if skew < 0 { "behind" } else { "ahead of" };
    let message = format!("this machine's clock is {} s {way} the service's", skew.unsigned_abs());
    match skew.unsigned_abs() {
        skew if skew <= SKEW_NOTED => report.fine("clock", &message),
        skew if skew <= SKEW_MOST => report.warn("clock", &message, SET_CLOCK),
        _ => report.fail("clock", Failure::new(Kind::Replay, format!("{message}: set it")), SET_CLOCK),
    }
}

fn reached(way: &Way, reply: Option<Reply>, report: &mut Report) {
    let through = match &way.proxy {
        Some(proxy) => format!("{proxy:?} ({})", way.why),
        None => format!("no proxy: {}", way.why),
    };
    match reply {
        None => report
            .skip("online", &format!("only with --online, which sends one request without credentials ({through})")),
        Some(Ok(reply)) => answered(&reply, report),
        Some(Err(error)) if error.kind() == TransportErrorKind::Tls => {
            report.skip("online", "no trusted connection yet");
        }
        Some(Err(error)) => {
            let failure = failed(&error).ending(&format!(" ({through})"));
            report.fail("online", failure, fix_for(error.kind()));
        }
    }
}

fn answered(reply: &Response, report: &mut Report) {
    let message = format!("the service answers (HTTP {})", reply.status);
    let (problem, fix) = match reply.status {
        300..=399 => ("it redirects the caller", "--base-url with the address that it redirects to"),
        404 | 405 => ("this path is not job_status", "check the path of the base URL: the vendor's ends in /v1"),
        407 => ("the proxy demands a password", "--proxy http://user:password@host:port"),
        500.. => ("it is out of order", "try again later; see the vendor's status page"),
        _ => return report.fine("online", &message),
    };
    report.warn("online", &format!("{message}: {problem}"), fix);
}

fn failed(error: &TransportError) -> Failure {
    let kind = if error.kind() == TransportErrorKind::Tls { Kind::Tls } else { Kind::Transport };
    let cause = core::error::Error::source(error).map_or_else(String::new, |cause| format!(": {cause}"));
    Failure::new(kind, format!("{error}{cause}"))
}

const fn fix_for(kind: TransportErrorKind) -> &'static str {
    match kind {
        TransportErrorKind::Tls => {
            "--ca-file PEM, if the service or a proxy has a private authority; else check the host and this clock"
        }
        TransportErrorKind::Connect => {
            "check the host, the port, DNS and firewalls; --proxy if only a proxy gets through"
        }
        TransportErrorKind::Timeout => {
            "try again; a firewall that drops packets looks like this: --proxy if only a proxy gets through"
        }
        _ => "try again; something between here and the service may cut connections",
    }
}
