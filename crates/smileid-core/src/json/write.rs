//! Writing strict JSON: strings with no escape that is not needed. It knows nothing of documents.

use core::fmt::{self, Write};

/// Writes `text` as a JSON string, quotes included, escaping what RFC 8259 demands and nothing else.
///
/// # Errors
/// Those of `out`; a `String` has none.
pub fn write_str(out: &mut (impl Write + ?Sized), text: &str) -> fmt::Result {
    out.write_char('"')?;
    let mut plain = 0;
    for (i, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.write_str(text.get(plain..i).unwrap_or_default())?;
        plain = i + 1;
        match byte {
            b'"' => out.write_str("\\\"")?,
            b'\\' => out.write_str("\\\\")?,
            b'\n' => out.write_str("\\n")?,
            b'\r' => out.write_str("\\r")?,
            b'\t' => out.write_str("\\t")?,
            other => write!(out, "\\u{other:04x}")?,
        }
    }
    out.write_str(text.get(plain..).unwrap_or_default())?;
    out.write_char('"')
}
