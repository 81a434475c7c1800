//! Writing strict JSON: strings with no escape that is not needed. It knows nothing of documents.

use core::fmt::{self, Write};

use super::scan::plain_end;

/// Writes `text` as a JSON string, quotes included, escaping what RFC 8259 demands and nothing else.
///
/// # Errors
/// Those of `out`; a `String` has none.
pub fn write_str(out: &mut (impl Write + ?Sized), text: &str) -> fmt::Result {
    out.write_char('"')?;
    let mut plain = 0;
    loop {
        let stop = plain_end(text.as_bytes(), plain);
        out.write_str(text.get(plain..stop).unwrap_or_default())?;
        match text.as_bytes().get(stop) {
            None => break,
            Some(b'"') => out.write_str("\\\"")?,
            Some(b'\\') => out.write_str("\\\\")?,
            Some(b'\n') => out.write_str("\\n")?,
            Some(b'\r') => out.write_str("\\r")?,
            Some(b'\t') => out.write_str("\\t")?,
            Some(other) => write!(out, "\\u{other:04x}")?,
        }
        plain = stop + 1;
    }
    out.write_char('"')
}
