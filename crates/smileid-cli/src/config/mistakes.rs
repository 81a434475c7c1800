//! What is wrong with a profile file: the file, the line, and what to type instead, in one line without a value. It reads no TOML.

use std::path::Path;

use clap::ValueEnum;

use crate::failure::Failure;
use crate::words::{harmless, meant, suggested};

/// The fields of a profile.
pub(super) const FIELDS: [&str; 8] =
    ["partner_id", "api_key_file", "previous_api_key_file", "environment", "base_url", "scheme", "ca_file", "proxy"];

/// Names under which people put a key itself.
const KEYS: [&str; 9] =
    ["api_key", "apikey", "api-key", "key", "previous_api_key", "secret", "token", "password", "signature"];

/// The shortest base64 text that is taken for a key: of the shortest RSA key in use.
const SHORTEST_RSA: usize = 100;

/// A profile file that cannot be used.
pub(super) struct Mistakes<'f> {
    pub(super) text: &'f str,
    pub(super) path: &'f Path,
}

impl Mistakes<'_> {
    /// The line of a byte, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.text.get(..at).unwrap_or_default().matches('\n').count() + 1
    }

    fn refuse(&self, at: usize, problem: &str) -> Failure {
        Failure::invalid(format!("the profile file {}, line {}: {problem}", self.path.display(), self.line(at)))
    }

    /// Text that is no TOML. The parser's own message quotes it.
    pub(super) fn no_toml(&self, error: &toml::de::Error) -> Failure {
        let at = error.span().map_or(0, |span| span.start);
        let line = self.text.lines().nth(self.line(at) - 1).unwrap_or_default().trim();
        let (name, value) =
            line.split_once('=').map_or((line, None), |(name, value)| (name.trim(), Some(value.trim())));
        let field = FIELDS.into_iter().find(|field| *field == name).unwrap_or("a field");
        let problem = match value {
            _ if error.message().contains("duplicate") => {
                format!("{field} or a profile is given a second time: keep one of the two")
            }
            None => "is neither [a profile's name] nor a field: write name = \"text\"".to_owned(),
            Some(value) if !value.starts_with(['"', '\'']) => {
                format!("the value of {field} is not in quotes: write {} = \"text\"", own(field))
            }
            Some(_) => format!(
                "the text of {field} is not well quoted: write {} = \"text\" (or 'text' with \\ in it)",
                own(field)
            ),
        };
        self.refuse(at, &problem)
    }

    /// A field before the first profile.
    pub(super) fn outside(&self, name: &str, at: usize) -> Failure {
        if is_key(name) {
            return self.key_inside(at);
        }
        let field = FIELDS.into_iter().find(|field| *field == name).unwrap_or("a field");
        self.refuse(at, &format!("{field} stands outside of a profile: write [default] on a line above it"))
    }

    /// A field that no profile has.
    pub(super) fn unknown_field(&self, name: &str, at: usize) -> Failure {
        if is_key(name) {
            return self.key_inside(at);
        }
        let name_told = harmless(name).map_or_else(String::new, |name| format!(" {name}"));
        // Flags are spelt with dashes.
        let similar = suggested(meant(&name.replace('-', "_"), FIELDS));
        self.refuse(at, &format!("there is no field{name_told}: the fields are {}{similar}", FIELDS.join(", ")))
    }

    /// A value that is a number, a list or the like.
    pub(super) fn no_text(&self, field: &str, at: usize) -> Failure {
        self.refuse(at, &format!("{field} must be text: put its value in quotes, {field} = \"…\""))
    }

    /// A word that is none of a fixed choice.
    pub(super) fn no_such_word<V: ValueEnum>(&self, field: &str, given: &str, all: &[V], at: usize) -> Failure {
        let all: Vec<_> = all.iter().filter_map(ValueEnum::to_possible_value).collect();
        let words: Vec<&str> = all.iter().map(clap::builder::PossibleValue::get_name).collect();
        let similar = suggested(meant(given, words.iter().copied()));
        self.refuse(at, &format!("{field} takes one of: {}{similar}", words.join(", ")))
    }

    /// A key, or what looks like one.
    pub(super) fn key_inside(&self, at: usize) -> Failure {
        self.refuse(
            at,
            "a key does not belong here: keep it in a file of its own, readable by you alone, and give that file's path as \
             api_key_file",
        )
    }

    /// A profile that the file does not have.
    pub(super) fn no_such_profile(&self, given: &str, known: &[&str]) -> Failure {
        let problem = if known.is_empty() {
            "it holds no profile: write [name] on a line, and the fields below it (smileid help profiles)".to_owned()
        } else {
            let similar = suggested(meant(given, known.iter().copied()));
            format!("there is no such profile, only: {}{similar}", known.join(", "))
        };
        Failure::invalid(format!("the profile file {}: {problem}", self.path.display()))
    }
}

/// The field in an example of what to write.
fn own(field: &str) -> &str {
    if field == "a field" { "name" } else { field }
}

fn is_key(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    KEYS.contains(&name.as_str())
}

/// Whether a text is a key where a path or a name is meant: PEM, or base64 of an RSA key in PEM or DER. Others cannot be told from names.
pub(super) fn looks_like_a_key(text: &str) -> bool {
    let base64 = ["LS0tLS1CRUdJ", "MIG", "MII"].iter().any(|start| text.starts_with(start));
    text.contains("-----BEGIN") || base64 && text.len() >= SHORTEST_RSA
}
