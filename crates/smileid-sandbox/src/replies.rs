//! The bodies the service answers with, signed for the moment. Which of them a request gets is decided elsewhere.

use crate::jobs::Stage;
use crate::partner::Signed;

/// The user of the document's own reply.
pub const DOCUMENT_USER: &str = "e54e0e98-8b8c-4215-89f5-7f9ea42bf650";
/// The job of the document's own reply.
pub const DOCUMENT_JOB: &str = "52d0de86-be3b-4219-9e96-8195b0018944";

/// The reply as the document prints it, trailing commas and all.
const DOCUMENT: &str = include_str!("document-sample.json");
const DOCUMENT_TIMESTAMP: &str = "2018-03-13T21:04:11.193Z";
const DOCUMENT_SIGNATURE: &str = "5445722f5af1791eb434949cce9a88dd321e5959fd24a8562ecb12bb00c33fe";

/// What is asked for, as far as a reply depends on it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'r> {
    pub(crate) user_id: &'r str,
    pub(crate) job_id: &'r str,
    pub(crate) history: bool,
    pub(crate) image_links: bool,
}

/// The reply to a job that is there.
pub(crate) fn job(stage: &Stage, wanted: Wanted<'_>, signed: &Signed) -> String {
    let final_members = |success: bool, code: &str, text: &str| {
        let mut members = format!(
            r#""job_complete":true,"job_success":{success},"code":"2302","result":{}"#,
            result(wanted, code, text)
        );
        if wanted.image_links {
            members += r#","image_links":{"selfie_image":"https://images.sandbox.invalid/selfie.jpg?signature=local"}"#;
        }
        if wanted.history {
            members += ",\"history\":[";
            members += &result(wanted, code, text);
            members += "]";
        }
        members
    };
    let members = match stage {
        Stage::Pending => {
            r#""job_complete":false,"job_success":false,"code":"2302","result":{},"history":[],"image_links":{}"#
                .to_owned()
        }
        Stage::NoZipFile => {
            r#""job_complete":false,"job_success":false,"code":"2314","result":"No zip file received""#.to_owned()
        }
        Stage::Provisional => final_members(true, "0814", "Provisional Enroll - Under Review"),
        Stage::Approved => final_members(true, "0810", "Enroll User"),
        Stage::Rejected => final_members(false, "0811", "Failed Enroll"),
        Stage::Members(members) => members.clone(),
        Stage::Document => return document(wanted, signed),
    };
    let timestamp = signed.timestamp.as_str();
    format!(r#"{{"timestamp":"{timestamp}","signature":"{}",{members}}}"#, signed.proof)
}

/// An error as the service words it.
pub(crate) fn error(code: &str, text: &str) -> String {
    format!(r#"{{"code":"{code}","error":{}}}"#, quoted(text))
}

/// What the gateway before the service says to a path or method it does not know.
pub(crate) fn gateway(text: &str) -> String {
    format!(r#"{{"message":{}}}"#, quoted(text))
}

fn result(wanted: Wanted<'_>, code: &str, text: &str) -> String {
    let (user, job) = (quoted(wanted.user_id), quoted(wanted.job_id));
    format!(
        r#"{{"ResultCode":"{code}","ResultText":"{text}","ResultType":"SAIA","SmileJobID":"0000001897","JSONVersion":"1.0.0","IsFinalResult":"true","IsMachineResult":"true","ConfidenceValue":"99","Actions":{{"Liveness_Check":"Passed","Register_Selfie":"Approved"}},"PartnerParams":{{"job_id":{job},"user_id":{user},"job_type":4}}}}"#
    )
}

/// The document's reply with its timestamp, signature and the asked-for ids made current and nothing else changed.
fn document(wanted: Wanted<'_>, signed: &Signed) -> String {
    let mut text = DOCUMENT.to_owned();
    if !wanted.history {
        text = without(&text, ",\n\"history\": [", "\n]");
    }
    if !wanted.image_links {
        text = without(&text, "\"image_links\": {", "},\n");
    }
    text.replace(DOCUMENT_TIMESTAMP, signed.timestamp.as_str())
        .replace(DOCUMENT_SIGNATURE, &signed.proof)
        .replace(DOCUMENT_JOB, wanted.job_id)
        .replace(DOCUMENT_USER, wanted.user_id)
}

/// The text without the stretch from the first `from` to the next `to`, both included.
fn without(text: &str, from: &str, to: &str) -> String {
    match text.split_once(from) {
        Some((before, rest)) => {
            let after = rest.split_once(to).map_or("", |(_, after)| after);
            format!("{before}{after}")
        }
        None => text.to_owned(),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
