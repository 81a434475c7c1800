//! Why a command failed: one word, one message, one exit status.

use core::error::Error as _;
use std::io;

use serde_json::{Map, Value, json};
use smileid_http_blocking::SetupError;

use crate::args::Format;
use crate::plain;

pub(crate) use smileid_core::ErrorKind as Kind;

/// A failure in the words of the contract. Its message says what to do next, and contains no key, no id and nothing from a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    kind: Kind,
    message: String,
    code: Option<String>,
    /// What the service's support finds the request by.
    request_id: Option<String>,
}

impl Failure {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), code: None, request_id: None }
    }

    /// A flag, a variable, a file or a value of ours that cannot be used.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(Kind::InvalidInput, message)
    }

    /// The same with words before its message.
    pub(crate) fn beginning(mut self, words: &str) -> Self {
        self.message.insert_str(0, words);
        self
    }

    /// The same with words behind its message.
    pub(crate) fn ending(mut self, words: &str) -> Self {
        self.message += words;
        self
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    pub(crate) const fn kind(&self) -> Kind {
        self.kind
    }

    /// The exit status of the contract's table.
    pub(crate) const fn exit(&self) -> u8 {
        exit(self.kind)
    }

    /// Prints it on standard error, in the requested form.
    pub(crate) fn print(&self, format: Format) {
        plain::note(&match format {
            Format::Text => format!("smileid: {}: {}", self.kind, self.message),
            Format::Json => self.json(),
        });
    }

    /// `{"error":{"kind":…,"message":…,"code":…}}`, on one line, with the request's id if there is one.
    fn json(&self) -> String {
        let mut error = Map::new();
        let mut put = |name: &str, value: Value| drop(error.insert(name.to_owned(), value));
        put("kind", self.kind.as_str().into());
        put("message", self.message.as_str().into());
        put("code", self.code.as_deref().into());
        if let Some(id) = &self.request_id {
            put("request_id", id.as_str().into());
        }
        plain::json(&json!({"error": error}))
    }
}

/// Why a file cannot be used, in words that say more than the system's.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::InvalidData => "it is not UTF-8 text".to_owned(),
        // A kind that the standard library has no words for.
        kind if kind.to_string().starts_with("uncategorized") => error.to_string(),
        kind => kind.to_string(),
    }
}

/// The exit status of each kind.
pub(crate) const fn exit(kind: Kind) -> u8 {
    match kind {
        Kind::InvalidInput => 2,
        Kind::Credentials => 4,
        Kind::Unproven | Kind::Signature | Kind::Replay | Kind::Mismatch => 5,
        Kind::Transport | Kind::Tls | Kind::Server => 6,
        Kind::Throttled => 7,
        Kind::Deadline => 8,
        Kind::Malformed => 9,
        Kind::NotFound => 10,
        Kind::Cancelled => 130,
        // Request, disabled, redirected, internal, and kinds to come.
        _ => 1,
    }
}

impl From<smileid_core::Error> for Failure {
    fn from(error: smileid_core::Error) -> Self {
        let mut message = error.to_string();
        // Causes contain no value either. Those that the message repeats already are left out.
        let mut source = error.source();
        while let Some(cause) = source {
            let text = cause.to_string();
            if !message.contains(&text) {
                message = format!("{message}: {text}");
            }
            source = cause.source();
        }
        let mut details = Vec::new();
        if let Some(status) = error.http_status().filter(|_| !message.contains("HTTP")) {
            details.push(format!("HTTP {status}"));
        }
        // An image's error has no polls.
        if error.polls() > 1 || error.kind() == Kind::Deadline && error.polls() > 0 {
            details.push(format!("requests: {}", error.polls()));
            details.push(format!("time spent: {:.1} s", error.elapsed().as_secs_f64()));
        }
        if let Some(pending) = error.last_answer() {
            details.push(format!("last answer: pending, proof {}", pending.proof_status()));
        }
        if let Some(id) = error.request_id() {
            details.push(format!("request id: {id}"));
        }
        if !details.is_empty() {
            message = format!("{message} ({})", details.join(", "));
        }
        let request_id = error.request_id().map(str::to_owned);
        Self { kind: error.kind(), message, code: error.code().map(str::to_owned), request_id }
    }
}

impl From<smileid_core::InvalidInput> for Failure {
    fn from(input: smileid_core::InvalidInput) -> Self {
        Self::invalid(input.to_string())
    }
}

impl From<SetupError> for Failure {
    fn from(setup: SetupError) -> Self {
        let flags = match setup {
            SetupError::NoRoots => " (--bundled-roots, --ca-file PEM)",
            SetupError::ProxyNotTrusted => " (--trust-proxy, or leave the image's host out with NO_PROXY)",
            _ => "",
        };
        Self::new(setup.kind(), format!("{setup}{flags}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exits_are_those_of_the_table() {
        let exits: Vec<_> = Kind::ALL.iter().map(|kind| (kind.as_str(), exit(*kind))).collect();
        let expected = [
            ("invalid_input", 2),
            ("request", 1),
            ("disabled", 1),
            ("redirected", 1),
            ("internal", 1),
            ("credentials", 4),
            ("unproven", 5),
            ("signature", 5),
            ("replay", 5),
            ("mismatch", 5),
            ("transport", 6),
            ("tls", 6),
            ("server", 6),
            ("throttled", 7),
            ("deadline", 8),
            ("malformed", 9),
            ("not_found", 10),
            ("cancelled", 130),
        ];
        assert_eq!(exits, expected);
    }

    #[test]
    fn a_failure_is_one_line_of_json() {
        let failure = Failure { code: Some("2304".into()), ..Failure::new(Kind::NotFound, "a \"b\"\nc") };
        assert_eq!(failure.json(), r#"{"error":{"kind":"not_found","message":"a \"b\"\nc","code":"2304"}}"#);
        let failure = Failure { request_id: Some("7".into()), ..Failure::new(Kind::Server, "x") };
        assert_eq!(failure.json(), r#"{"error":{"kind":"server","message":"x","code":null,"request_id":"7"}}"#);
        let failure = Failure::invalid("x");
        assert_eq!(failure.json(), r#"{"error":{"kind":"invalid_input","message":"x","code":null}}"#);
    }
}
