//! What a session reports as `tracing` spans, in the names OpenTelemetry gives HTTP clients. It decides nothing, and no span
//! carries an id, a key, a signature or anything else out of a body.

use core::fmt;

use tracing::field::Empty;
use tracing::{Span, debug_span, info_span};

use super::OutcomeKind;
use super::config::Inner;

/// The span of one attempt, whose name is a literal as `tracing` demands.
macro_rules! attempt_span {
    ($call:expr, $server:ident, $method:literal, $template:literal) => {
        debug_span!(
            target: "smileid",
            parent: &$call,
            concat!($method, " ", $template),
            otel.kind = "client",
            otel.status_code = Empty,
            http.request.method = $method,
            url.template = $template,
            url.scheme = $server.scheme,
            server.address = $server.address,
            server.port = i64::from($server.port),
            http.request.resend_count = Empty,
            http.response.status_code = Empty,
            smileid.outcome = Empty,
            error.r#type = Empty,
        )
    };
}

/// The spans of one session: one for the call or wait, and one for each attempt beneath it.
///
/// Numbers go as `i64`, the one whole number that OpenTelemetry has: its bridge makes text of any other.
pub(super) struct Trace {
    call: Span,
    attempt: Span,
}

impl Trace {
    pub(super) const fn new() -> Self {
        Self { call: Span::none(), attempt: Span::none() }
    }

    /// The call or wait begins.
    pub(super) fn begin(&mut self, operation: &'static str) {
        self.call = info_span!(
            target: "smileid",
            "smileid call",
            otel.kind = "internal",
            otel.status_code = Empty,
            smileid.operation = operation,
            smileid.outcome = Empty,
            smileid.attempts = Empty,
            error.r#type = Empty,
        );
    }

    /// A request is handed out. `resent` counts the earlier ones of the same call; a wait's polls are requests of their own.
    pub(super) fn sent(&mut self, config: &Inner, operation: &'static str, resent: Option<u32>) {
        let server = Server::of(&config.url);
        self.attempt = match operation {
            "v3_token" => attempt_span!(self.call, server, "POST", "/v3/token"),
            "v3_status" => attempt_span!(self.call, server, "GET", "/v3/status/{job_id}"),
            _ => attempt_span!(self.call, server, "POST", "/job_status"),
        };
        if let Some(resent) = resent.filter(|n| *n > 0) {
            self.attempt.record("http.request.resend_count", i64::from(resent));
        }
    }

    /// What became of it.
    pub(super) fn received(&mut self, status: Option<u16>, outcome: Option<OutcomeKind>) {
        if let Some(status) = status {
            self.attempt.record("http.response.status_code", i64::from(status));
        }
        if let Some(outcome) = outcome {
            record(&self.attempt, outcome);
        }
        self.attempt = Span::none();
    }

    /// The call or wait has ended.
    pub(super) fn ended(&mut self, attempts: u32, outcome: OutcomeKind) {
        self.call.record("smileid.attempts", i64::from(attempts));
        record(&self.call, outcome);
        *self = Self::new();
    }
}

fn record(span: &Span, kind: OutcomeKind) {
    span.record("smileid.outcome", kind.as_str());
    if let OutcomeKind::Failed(kind) = kind {
        span.record("error.type", kind.as_str()).record("otel.status_code", "ERROR");
    }
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trace(..)")
    }
}

/// The parts of the URL that OpenTelemetry asks for. The path is the configuration's own and is not reported.
struct Server<'u> {
    scheme: &'u str,
    address: &'u str,
    port: u16,
}

impl<'u> Server<'u> {
    /// Takes a URL that was validated when its environment was made.
    fn of(url: &'u str) -> Self {
        let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
        let authority = rest.split('/').next().unwrap_or(rest);
        // A colon inside brackets belongs to an IPv6 address.
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()),
            _ => (authority, None),
        };
        let address = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
        Self { scheme, address, port: port.unwrap_or(if scheme == "http" { 80 } else { 443 }) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Server, Trace};
    use alloc::format;

    #[test]
    fn spans_are_not_shown_by_the_session_that_has_them() {
        assert_eq!(format!("{:?}", Trace::new()), "Trace(..)");
    }

    #[test]
    fn the_server_is_reported_by_address_and_port() {
        for (url, expected) in [
            ("https://api.smileidentity.com/v1/job_status", ("https", "api.smileidentity.com", 443)),
            ("http://127.0.0.1:8080/job_status", ("http", "127.0.0.1", 8080)),
            ("http://[::1]:9/v1/job_status", ("http", "::1", 9)),
            ("http://[::1]/job_status", ("http", "::1", 80)),
            ("https://[2001:db8::1]/job_status", ("https", "2001:db8::1", 443)),
        ] {
            let server = Server::of(url);
            assert_eq!((server.scheme, server.address, server.port), expected, "{url}");
        }
    }
}
