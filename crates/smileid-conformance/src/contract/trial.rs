//! Whether what was seen of an exchange keeps a rule. It sends nothing.

use core::time::Duration;

use smileid_core::{ApiKey, Credentials, Method, Moment, PartnerId, Request, TransportErrorKind as Kind};
use smileid_sandbox::faults::{Fault, FaultRequest, FaultServer};

use super::rules::{Cap, Expect, Rule, Time};
use super::seen::{BODY, GET_PATH, SECRET, Seen, described};

/// Longer than any good exchange takes, on a busy machine too.
const AMPLE: Duration = Duration::from_secs(20);
/// Long enough to get as far as the stall.
const SHORT: Duration = Duration::from_millis(250);
/// The client's usual limit to a body.
const BODY_LIMIT: usize = 4 << 20;
const FIELDS: [(&str, &str); 3] =
    [("Content-Type", "application/json"), ("X-Conformance", "one"), ("X-Conformance", "two, and three")];

/// The request that a rule sends.
pub(super) fn request(rule: &Rule, server: &FaultServer) -> Request {
    let timeout = match rule.time {
        Time::Ample => AMPLE,
        Time::Short => SHORT,
    };
    let cap = match rule.cap {
        Cap::Ample => BODY_LIMIT,
        Cap::PageLess(bytes) => page_len(server.credentials()).saturating_sub(bytes),
    };
    match rule.method {
        Method::Get => get_request(server, timeout, cap),
        _ => plain_request(server, timeout, cap),
    }
}

/// A `GET` with fields, one of them secret, that must arrive as they are.
fn get_request(server: &FaultServer, timeout: Duration, cap: usize) -> Request {
    let mut request = Request::get(format!("{}{GET_PATH}", server.base_url()), timeout, cap, "status");
    for (name, value) in FIELDS {
        request.headers.append(name, value);
    }
    request.headers.append_secret(SECRET.0, SECRET.1);
    request
}

/// A request with fields and a body that must arrive as they are.
pub(super) fn plain_request(server: &FaultServer, timeout: Duration, cap: usize) -> Request {
    let mut request = Request::post(format!("{}/job_status", server.base_url()), BODY.to_vec(), timeout, cap);
    for (name, value) in FIELDS {
        request.headers.append(name, value);
    }
    request
}

/// A request that is given time and room.
pub(super) fn ample_request(server: &FaultServer) -> Request {
    plain_request(server, AMPLE, BODY_LIMIT)
}

fn page_len(credentials: &Credentials) -> usize {
    let question = FaultRequest::new(BODY, credentials, Moment::new(0, Duration::ZERO));
    Fault::Html200.reply(&question).map_or(0, |reply| reply.body.len())
}

/// A server for a rule, with keys that differ from the sandbox's own.
pub(super) fn server(rule: &Rule) -> Result<FaultServer, String> {
    let builder = FaultServer::builder(rule.fault).credentials(credentials()?);
    let builder = if rule.strikes { builder } else { builder.first(0) };
    builder.start().map_err(|error| format!("it could not be tried here: {error}"))
}

/// The keys that the peers sign with.
pub(super) fn credentials() -> Result<Credentials, String> {
    let described = |error| format!("it could not be tried here: {error}");
    Ok(Credentials::new(PartnerId::new("023").map_err(described)?, ApiKey::new("conformance").map_err(described)?))
}

impl Rule {
    /// Whether the rule was kept.
    pub(super) fn check(&self, seen: &Seen) -> Result<(), String> {
        seen.in_time()?;
        seen.once_each()?;
        match &self.expect {
            Expect::Status(status) => match seen.last()? {
                Ok(reply) if reply.status == *status => Ok(()),
                other => Err(format!("expected a reply of status {status}, got {}", described(other))),
            },
            Expect::Fails(kinds) => match seen.last()? {
                Err(error) if kinds.contains(&error.kind()) => Ok(()),
                other => Err(format!("expected a failure of kind {}, got {}", words(kinds), described(other))),
            },
            Expect::Distrust => seen.no_trust(),
            Expect::Shows(shows) => shows(seen),
        }
    }
}

fn words(kinds: &[Kind]) -> String {
    kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(" or ")
}
