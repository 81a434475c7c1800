//! Bodies as they may be shown: what is known to be harmless stays, everything else is described by its type only.

use serde_json::Value;
use smileid_core::json::{Checked, Options};

/// Members whose text and numbers are shown. Ids are among them: a person at work has to distinguish jobs, and in a sandbox they are
/// invented.
const HARMLESS: [&str; 27] = [
    "timestamp", "partner_id", "user_id", "job_id", "job_type", "history", "image_links", "job_complete",
    "job_success", "code", "error", "message", "ResultCode", "ResultText", "ResultType", "SmileJobID", "JSONVersion",
    "IsFinalResult", "IsMachineResult", "ConfidenceValue", "Country", "IDType", "source_sdk", "source_sdk_version",
    "registration_date", "status", "no_of_persons_found",
];
/// Members all of whose text is shown, since it is the vendor's own words.
const WORDS: &str = "Actions";
/// The longest body that is looked into; a longer one is described by its length.
const LONGEST: usize = 256 * 1024;
/// The longest text that is shown whole.
const LONGEST_TEXT: usize = 200;
/// The most elements of a list that are shown.
const MOST_SHOWN: usize = 20;

/// A body as it may be shown: a JSON document without what is personal, or what is known of another body.
pub(crate) fn body(bytes: &[u8]) -> Value {
    if bytes.is_empty() {
        return Value::Null;
    }
    let label = |what: &str| format!("<{what}, {} bytes>", bytes.len()).into();
    if bytes.len() > LONGEST {
        return label("long");
    }
    // Replies are broken on purpose at times, as the document's own is: what can be repaired is.
    let Ok(checked) = Checked::new(bytes, Options::DOCUMENTED) else { return label("no JSON") };
    match serde_json::from_str(&checked.to_json()) {
        Ok(value) => value_of(None, value, false),
        Err(_) => label("no JSON"),
    }
}

fn value_of(name: Option<&str>, value: Value, words: bool) -> Value {
    let harmless = words || name.is_some_and(|name| HARMLESS.contains(&name));
    match value {
        Value::Number(_) if !harmless => "<number>".into(),
        Value::String(text) if !harmless || text.len() > LONGEST_TEXT => {
            format!("<text, {} characters>", text.chars().count()).into()
        }
        Value::Array(values) => {
            let count = values.len();
            let shown = values.into_iter().take(MOST_SHOWN).map(|value| value_of(name, value, words));
            let rest = (count > MOST_SHOWN).then(|| format!("<{} more>", count - MOST_SHOWN).into());
            shown.chain(rest).collect()
        }
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| {
                let words = words || name == WORDS;
                let value = value_of(Some(&name), value, words);
                (name, value)
            })
            .collect(),
        shown => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_values_and_proofs_show_only_their_type() {
        let shown = body(
            br#"{"signature":"canary","user_id":"u","result":{"FullName":"canary","DOB":"canary","Photo":"canary",
                "FullData":{"nested":["canary",{"canary2":1985}],"yes":true},"ResultCode":"0810","Actions":{"Liveness_Check":"Passed"},
                "PartnerParams":{"optional_info":"canary","job_id":"j"}},"image_links":{"selfie_image":"http://h/?canary"},}"#,
        )
        .to_string();
        assert!(!shown.contains("canary\"") && !shown.contains("1985") && !shown.contains("http"), "{shown}");
        for kept in [
            r#""user_id":"u""#, r#""ResultCode":"0810""#, r#""Liveness_Check":"Passed""#, r#""job_id":"j""#,
            r#""yes":true"#,
        ] {
            assert!(shown.contains(kept), "{kept} in {shown}");
        }
        assert!(shown.contains("<text, 6 characters>") && shown.contains("<number>"), "{shown}");
    }

    #[test]
    fn other_bodies_show_only_their_length() {
        assert_eq!(body(b""), Value::Null);
        assert_eq!(body(b"<html>"), Value::from("<no JSON, 6 bytes>"));
        assert_eq!(body(" ".repeat(LONGEST + 1).as_bytes()), Value::from(format!("<long, {} bytes>", LONGEST + 1)));
        let long =
            format!(r#"{{"message":"{}","job_type":[{}1]}}"#, "x".repeat(LONGEST_TEXT + 1), "1,".repeat(MOST_SHOWN));
        let shown = body(long.as_bytes()).to_string();
        assert!(shown.contains("<text, 201 characters>") && shown.contains("<1 more>"), "{shown}");
    }
}
