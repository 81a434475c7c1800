//! The service a recorded case talks to: a sandbox, or replies given line by line. What a reply holds is the case's.

use smileid_core::{ApiKey, Credentials, PartnerId};
use smileid_sandbox::Sandbox;

use crate::common::{self, KEY, PARTNER, Server};

/// What a case sets up, and afterwards what runs.
#[derive(Default)]
pub(super) struct Service {
    replies: Vec<(u16, String, String)>,
    headers: String,
    wants_sandbox: bool,
    silent: bool,
    sandbox: Option<Sandbox>,
}

impl Service {
    /// `sandbox`; `silent`, a service that never answers; `header NAME: VALUE` of the next reply; `reply STATUS BODY`, the last of which is given again and again.
    pub(super) fn set_up(&mut self, word: &str, more: &str) {
        match word {
            "sandbox" => self.wants_sandbox = true,
            "silent" => self.silent = true,
            "header" => self.headers += &format!("{more}\r\n"),
            "reply" => {
                let (status, body) = more.split_once(' ').unwrap_or((more, ""));
                let headers = core::mem::take(&mut self.headers);
                self.replies.push((status.parse().unwrap(), headers, body.to_owned()));
            }
            other => unreachable!("no case is set up by {other:?}"),
        }
    }

    /// Starts to serve. If there is nothing to serve, it names a port without a listener.
    pub(super) fn start(&mut self) -> String {
        if self.wants_sandbox {
            let credentials = Credentials::new(PartnerId::new(PARTNER).unwrap(), ApiKey::new(KEY).unwrap());
            let sandbox = Sandbox::builder().credentials(credentials).start().unwrap();
            return self.sandbox.insert(sandbox).base_url();
        }
        if self.silent {
            let silent = Server::raw(|stream, _| {
                let _end = std::io::copy(stream, &mut std::io::sink());
            });
            return silent.base;
        }
        let replies = core::mem::take(&mut self.replies);
        if replies.is_empty() {
            return "http://127.0.0.1:1/v1".to_owned();
        }
        let server = Server::start(move |_, number| {
            let (status, headers, body) = &replies[number.min(replies.len() - 1)];
            common::http(*status, headers, filled(body))
        });
        server.base
    }
}

/// How a recording writes characters that a line does not show: the bell, and the byte order mark.
const SIGNS: [(char, &str); 2] = [('␇', "\u{7}"), ('Ⓑ', "\u{feff}")];

/// `text` with the characters that its signs mean, and its proofs made now: `$SIGNED` and `$FORGED` are a timestamp and a signature, the
/// latter by another key; `$SIGNED-301` is as old, in seconds.
pub(super) fn filled(text: &str) -> String {
    let text = SIGNS.iter().fold(text.to_owned(), |text, (sign, is)| text.replace(*sign, is));
    let mut filled = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find("$SIGNED").or_else(|| rest.find("$FORGED")) {
        let (before, mark) = rest.split_at(at);
        let (word, after) = mark.split_at("$SIGNED".len());
        let key = if word == "$SIGNED" { KEY } else { "other" };
        let digits = after.find(|c: char| c != '-' && c != '+' && !c.is_ascii_digit()).unwrap_or(after.len());
        let (ahead, after) = after.split_at(digits);
        // Five milliseconds ahead is no request's own instant.
        let ahead = if ahead.is_empty() { 5 } else { ahead.parse::<i64>().unwrap() * 1000 };
        filled += before;
        filled += &common::signed_by(key, PARTNER, ahead);
        rest = after;
    }
    filled + rest
}
