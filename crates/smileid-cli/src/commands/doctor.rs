//! `smileid doctor`: whether everything that a call needs is there and in order. Without `--online` it sends nothing; with it, one
//! request that carries no credentials and no id.

use core::fmt::Write as _;
use core::time::Duration;
use std::path::Path;

use smileid_core::environment::Environment;
use smileid_core::message::Request;
use smileid_core::signature::Signer;
use smileid_core::time::Timestamp;
use smileid_core::transport::Transport;

use super::DONE;
use super::sign::now;
use crate::args::{DoctorArgs, Format};
use crate::config::{Configured, Source};
use crate::failure::{Failure, Kind};
use crate::output::{self, Colour, Paint, quote};

/// How long the one exchange of `--online` may take.
const ONLINE_TIMEOUT: Duration = Duration::from_secs(10);

/// How much of the answer of `--online` is read: its head is what counts.
const ONLINE_BYTES: usize = 64 * 1024;

/// A clock further off than this fails: replies are accepted within five minutes.
const SKEW_MOST: u64 = 240;

/// A clock further off than this is told of.
const SKEW_NOTED: u64 = 30;

/// The first day of 2025: a clock that shows an earlier one was never set.
const PLAUSIBLE_FROM: i64 = 1_735_689_600_000;

pub(super) fn run(args: &DoctorArgs, format: Format) -> Result<u8, Failure> {
    let mut report = Report::default();
    examine(args, &mut report);
    output::data(&match format {
        Format::Text => report.text(Paint::for_stdout()),
        Format::Json => report.json(),
    })?;
    let mut failures = report.checks.into_iter().filter_map(|check| check.failure);
    match failures.next() {
        None => Ok(DONE),
        Some(first) => Err(first),
    }
}

fn examine(args: &DoctorArgs, report: &mut Report) {
    let Some(configured) = report.check("profile", Configured::read(&args.config), Configured::profile_told) else {
        return;
    };
    report.check("partner_id", configured.partner_id(), |id| match id {
        Some(id) => format!("{id}"),
        None => "not set".to_owned(),
    });
    key(&configured, report);
    let signer = configured.credentials().and_then(|credentials| Ok(Signer::new(&credentials)?));
    report.check("credentials", signer, |_| format!("key and partner id suit the scheme {}", configured.scheme_word()));
    let environment = report.check("environment", configured.environment(), |e| e.base_url().to_owned());
    clock(report);
    if let Some(environment) = environment {
        trust(&configured, &environment, report);
        if args.online {
            online(&configured, &environment, report);
        }
    }
}

/// Where the key is, and who else can read it. The key itself is judged with the credentials.
fn key(configured: &Configured<'_>, report: &mut Report) {
    match configured.key_source() {
        Err(failure) => report.add("key", State::Failed, String::new(), Some(failure)),
        Ok(None) => {}
        Ok(Some(Source::Variable(name))) => {
            let message = format!("in {name}, which every child of this shell is handed: a file is safer");
            report.add("key", State::Warned, message, None);
        }
        Ok(Some(Source::File(path))) if path.as_os_str() == "-" => {
            report.add("key", State::Fine, "from standard input".to_owned(), None);
        }
        Ok(Some(Source::File(path))) => match others_access(&path) {
            Some(mode) => {
                let message = format!("{} can be read by others (mode {mode:03o}): chmod 600 it", path.display());
                report.add("key", State::Warned, message, None);
            }
            None => report.add("key", State::Fine, format!("in {}", path.display()), None),
        },
    }
}

/// The mode of a file that its group or others can read or write.
#[cfg(unix)]
fn others_access(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o066 != 0).then_some(mode)
}

#[cfg(not(unix))]
fn others_access(_: &Path) -> Option<u32> {
    None
}

fn clock(report: &mut Report) {
    let now = now();
    let shown = Timestamp::at(now);
    if now.unix_millis() < PLAUSIBLE_FROM {
        let failure = Failure::new(
            Kind::Credentials,
            format!("this machine's clock shows {shown}: set it, signatures carry the time"),
        );
        return report.add("clock", State::Failed, String::new(), Some(failure));
    }
    report.add("clock", State::Fine, format!("{shown} by this machine; --online compares it"), None);
}

fn trust(configured: &Configured<'_>, environment: &Environment, report: &mut Report) {
    let options = configured.options(environment);
    let proxy = options.as_ref().ok().and_then(|o| o.proxy().map(|p| format!("{p:?}")));
    if environment.base_url().starts_with("http://") {
        report.check("trust", options, |_| "plain http to loopback: no certificate is needed".to_owned());
    } else {
        let certificates = options.and_then(|options| Ok(options.trusted_certificates()?));
        report.check("trust", certificates, |all| format!("{} trusted certificate authorities", all.len()));
    }
    report.add("proxy", State::Fine, proxy.unwrap_or_else(|| "none".to_owned()), None);
}

/// One request without credentials, to see whether the service answers and what time it has.
fn online(configured: &Configured<'_>, environment: &Environment, report: &mut Report) {
    let Some(transport) = report.check("transport", configured.transport(environment), |_| "ready".to_owned()) else {
        return;
    };
    let mut request = Request::post(environment.job_status_url(), b"{}".to_vec(), ONLINE_TIMEOUT, ONLINE_BYTES);
    request.headers.append("Content-Type", "application/json");
    let reply = transport.send(&request).map_err(|error| {
        let kind =
            if error.kind() == smileid_core::transport::TransportErrorKind::Tls { Kind::Tls } else { Kind::Transport };
        let cause = core::error::Error::source(&error).map_or_else(String::new, |cause| format!(": {cause}"));
        Failure::new(kind, format!("{error}{cause}"))
    });
    let reply = report.check("online", reply, |reply| format!("the service answers (HTTP {})", reply.status));
    let Some(date) = reply.and_then(|reply| http_date(reply.headers.first("date")?)) else { return };
    let skew = now().unix_millis().saturating_sub(date) / 1000;
    let way = if skew < 0 { "behind" } else { "ahead of" };
    let seconds = skew.unsigned_abs();
    let told = format!("this machine's clock is {seconds} s {way} the service's");
    if seconds > SKEW_MOST {
        let failure = Failure::new(Kind::Replay, format!("{told}: set it"));
        return report.add("skew", State::Failed, String::new(), Some(failure));
    }
    let state = if seconds > SKEW_NOTED { State::Warned } else { State::Fine };
    report.add("skew", state, told, None);
}

/// The time of a `Date` header, in milliseconds since the Unix epoch.
fn http_date(value: &str) -> Option<i64> {
    chrono::DateTime::parse_from_rfc2822(value.trim()).ok().map(|date| date.timestamp_millis())
}

/// How one check went.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Fine,
    Warned,
    Failed,
}

struct Check {
    name: &'static str,
    state: State,
    message: String,
    failure: Option<Failure>,
}

#[derive(Default)]
struct Report {
    checks: Vec<Check>,
}

impl Report {
    fn add(&mut self, name: &'static str, state: State, message: String, failure: Option<Failure>) {
        self.checks.push(Check { name, state, message, failure });
    }

    fn check<T>(
        &mut self,
        name: &'static str,
        outcome: Result<T, Failure>,
        told: impl FnOnce(&T) -> String,
    ) -> Option<T> {
        match outcome {
            Ok(value) => {
                self.add(name, State::Fine, told(&value), None);
                Some(value)
            }
            Err(failure) => {
                self.add(name, State::Failed, String::new(), Some(failure));
                None
            }
        }
    }

    fn text(&self, paint: Paint) -> String {
        let mut out = String::new();
        for check in &self.checks {
            let (word, colour) = check.state.word();
            let word = paint.paint(colour, &format!("{word:<9}"));
            let _written = writeln!(out, "{word}{:<13}{}", check.name, check.message());
        }
        out
    }

    fn json(&self) -> String {
        let mut out = String::from("{\"checks\":[");
        for (i, check) in self.checks.iter().enumerate() {
            out.push_str(if i == 0 { "{\"name\":" } else { ",{\"name\":" });
            quote(&mut out, check.name);
            out.push_str(",\"state\":");
            quote(&mut out, check.state.word().0);
            out.push_str(",\"message\":");
            quote(&mut out, check.message());
            out.push('}');
        }
        out + "]}\n"
    }
}

impl Check {
    fn message(&self) -> &str {
        self.failure.as_ref().map_or(&self.message, |failure| failure.message())
    }
}

impl State {
    const fn word(self) -> (&'static str, Colour) {
        match self {
            Self::Fine => ("ok", Colour::Good),
            Self::Warned => ("warning", Colour::Doubtful),
            Self::Failed => ("failure", Colour::Bad),
        }
    }
}
