//! Text that cannot steer a terminal: messages on standard error, strings in JSON, words of the service.

use core::fmt::Write as _;
use std::io::{self, Write};

use serde_json::Value;
use smileid_core::json::write_str;

/// Writes a message and a trailing newline to standard error, with what could steer a terminal escaped. If that fails, no reader is left to
/// report it to.
pub(crate) fn note(message: &str) {
    let _written = writeln!(io::stderr().lock(), "{}", plain(message));
}

/// Appends `text` as a JSON string, in which nothing can steer a terminal.
pub(crate) fn quote(out: &mut String, text: &str) {
    let mut quoted = String::new();
    // A `String` accepts whatever is written to it.
    let _written = write_str(&mut quoted, text);
    escape(out, &quoted);
}

/// Returns a value as JSON on one line, in which nothing can steer a terminal.
pub(crate) fn json(value: &Value) -> String {
    let mut out = String::new();
    escape(&mut out, &value.to_string());
    out
}

/// Appends JSON with its hidden characters escaped: only strings can contain any.
fn escape(out: &mut String, json: &str) {
    for c in json.chars() {
        if is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _written = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
}

/// The text on one line, with control characters, direction marks and other invisible characters escaped: a path may contain any.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if is_hidden(c) { c.escape_debug().to_string() } else { c.to_string() }).collect()
}

/// Whether a character does something other than show. Combining marks show, after the letter they belong to.
fn is_hidden(c: char) -> bool {
    !matches!(c, '"' | '\'' | '\\') && format!("a{c}").escape_debug().nth(1) == Some('\\')
}

/// A text of the service's as it may stand on a terminal: on one line, without control characters, not endless.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 80;
    let mut shown: String = text.chars().take(MOST).flat_map(char::escape_debug).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown.replace("\\\"", "\"").replace("\\'", "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_service_says_steers_the_terminal() {
        assert_eq!(shown("Enroll \"User\" é"), "Enroll \"User\" é");
        assert_eq!(shown("\x1b[2Ja\nb\u{202e}"), "\\u{1b}[2Ja\\nb\\u{202e}");
        assert_eq!(shown(&"x".repeat(81)), format!("{}…", "x".repeat(80)));
    }

    #[test]
    fn nothing_in_a_message_steers_the_terminal() {
        let text = "a\nb\u{1b}[2J é \u{202e}\u{2066}\u{61c}\u{9b}\u{200f}\u{feff}\u{e0041} e\u{301} \"'\\ 日本";
        let escaped =
            "a\\nb\\u{1b}[2J é \\u{202e}\\u{2066}\\u{61c}\\u{9b}\\u{200f}\\u{feff}\\u{e0041} e\u{301} \"'\\ 日本";
        assert_eq!(plain(text), escaped);
        let mut quoted = String::new();
        quote(&mut quoted, text);
        assert!(quoted.contains("\\u202e\\u2066\\u061c\\u009b\\u200f\\ufeff\\udb40\\udc41 e\u{301}"), "{quoted}");
        assert!(!quoted.chars().any(is_hidden), "{quoted}");
        let read = smileid_core::json::from_str::<String>(&quoted);
        assert_eq!(read.unwrap().value, text);
    }
}
