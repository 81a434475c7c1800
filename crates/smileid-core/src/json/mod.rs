//! The tolerant JSON reader: a pull reader with levels, repairs and limits. It knows nothing of Smile ID.

/// Writes `text` as a JSON string, quotes included.
pub fn write_str(out: &mut alloc::string::String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c < ' ' => {}
            c => out.push(c),
        }
    }
    out.push('"');
}
