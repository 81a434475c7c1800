//! Your own columns: from the members of a line to the text that the store keeps, and back into the rows of an export.

use smileid_core::json::{Options, Value};

use crate::plain;

/// The names of an export's own columns. One of yours with such a name comes out as `input_…`.
pub(super) const OWN: [&str; 10] = [
    "user_id", "job_id", "verdict", "reason", "code", "result_code", "proof", "signed_at", "body_sha256", "settled_at",
];

/// A JSON object of these members; none if there are none.
pub(super) fn object<N: AsRef<str>>(members: impl Iterator<Item = (N, String)>) -> Option<String> {
    let mut out = String::new();
    for (name, value) in members {
        out.push(if out.is_empty() { '{' } else { ',' });
        plain::quote(&mut out, name.as_ref());
        out.push(':');
        out += &value;
    }
    (!out.is_empty()).then(|| out + "}")
}

/// A text as JSON.
pub(super) fn text(text: &str) -> String {
    let mut out = String::new();
    plain::quote(&mut out, text);
    out
}

/// The members of what the store kept, each under the name it is exported by.
pub(super) fn members(columns: Option<&str>) -> Vec<(String, Value)> {
    let Some(columns) = columns else { return Vec::new() };
    // It was written by `object`.
    match Value::from_slice(columns.as_bytes(), Options::STRICT).map(|decoded| decoded.value) {
        Ok(Value::Object(members)) => members.into_iter().map(|(name, value)| (exported(name), value)).collect(),
        _ => Vec::new(),
    }
}

fn exported(name: String) -> String {
    if OWN.contains(&name.as_str()) || name == "body" { format!("input_{name}") } else { name }
}
