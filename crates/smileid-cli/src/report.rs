//! An answer as people and scripts read it. It decides nothing: verdict, proof and repairs are the core's words.

use core::fmt::Write as _;

use smileid_core::reply::{JobStatus, Readings, Reason, Verdict, code_info};
use smileid_core::session::Answer;

use crate::output::{Colour, Paint, quote, shown};

/// The object of the contract, on one line: `reply` is the body as strict JSON, every value and digit as sent.
pub(crate) fn json(answer: &Answer) -> String {
    let status = answer.status();
    let reply = status.expose_json();
    let mut out = String::with_capacity(reply.len() + 512);
    let mut word = |name: &str, value: Option<&str>| {
        out.push(if out.is_empty() { '{' } else { ',' });
        quote(&mut out, name);
        out.push(':');
        match value {
            Some(value) => quote(&mut out, value),
            None => out += "null",
        }
    };
    word("state", Some(answer.state()));
    word("proof", Some(proof(answer)));
    if let Some(verdict) = verdict(answer) {
        word("verdict", Some(verdict.as_str()));
    }
    word("reason", verdict(answer).and_then(Verdict::reason).map(Reason::as_str));
    word("code", status.code().as_deref());
    for (name, value) in [("job_complete", status.job_complete()), ("job_success", status.job_success())] {
        let _written =
            write!(out, ",\"{name}\":{}", value.to_bool().map_or("null", |b| if b { "true" } else { "false" }));
    }
    out += ",\"repairs\":[";
    list(&mut out, status.repairs().list().iter().map(|r| (r.kind.as_str(), r.offset, None)));
    out += "]";
    total(&mut out, "repairs_total", status.repairs().count(), status.repairs().list().len());
    out += ",\"readings\":[";
    list(&mut out, status.readings().list().iter().map(|r| (r.kind.as_str(), r.offset, Some(r.field.as_str()))));
    // The reply comes last: it may be long.
    out += "]";
    total(&mut out, "readings_total", status.readings().count(), status.readings().list().len());
    out += ",\"reply\":";
    out += &reply;
    out + "}"
}

/// How many there were in all, where the list holds the first of them only.
fn total(out: &mut String, name: &str, all: usize, listed: usize) {
    if all > listed {
        let _written = write!(out, ",\"{name}\":{all}");
    }
}

fn list<'r>(out: &mut String, items: impl Iterator<Item = (&'r str, usize, Option<&'r str>)>) {
    for (i, (kind, offset, field)) in items.enumerate() {
        out.push_str(if i == 0 { "{\"kind\":" } else { ",{\"kind\":" });
        quote(out, kind);
        if let Some(field) = field {
            out.push_str(",\"field\":");
            quote(out, field);
        }
        let _written = write!(out, ",\"offset\":{offset}}}");
    }
}

/// The answer in aligned lines, without a value that a person could be known by.
pub(crate) fn text(answer: &Answer, paint: Paint) -> String {
    let status = answer.status();
    let mut lines = Lines::default();
    lines.add("state", answer.state());
    lines.add("proof", &proof_line(answer));
    if let Some(verdict) = verdict(answer) {
        lines.add("verdict", &verdict_line(verdict, paint));
    }
    lines.add("code", &code_line(status));
    lines.add("complete", flag(status.job_complete().to_bool()));
    lines.add("success", flag(status.job_success().to_bool()));
    result(&mut lines, status);
    history(&mut lines, status);
    images(&mut lines, status);
    repairs(&mut lines, status);
    readings(&mut lines, status.readings());
    lines.text
}

/// What the result itself says: its code, its text, its confidence.
fn result(lines: &mut Lines, status: &JobStatus) {
    if let Some(text) = status.result_text() {
        lines.add("result", &shown(&text));
    }
    let Some(entry) = status.result() else { return };
    if let Some(code) = entry.result_code() {
        let known = entry.result_code_info().map_or("unknown", |info| info.meaning);
        lines.add("ResultCode", &format!("{} ({known})", shown(&code)));
    }
    if let Some(text) = entry.result_text() {
        lines.add("ResultText", &shown(&text));
    }
    if let Some(confidence) = entry.confidence().filter(|_| entry.confidence_value().is_some()) {
        lines.add("confidence", &shown(&confidence));
    }
}

fn history(lines: &mut Lines, status: &JobStatus) {
    let entries = status.history().count();
    if entries == 0 {
        return;
    }
    lines.add("history", &count(entries, "entry", "entries"));
    for (entry, n) in status.history().zip(1..=HISTORY_SHOWN) {
        let code = entry.result_code().map_or_else(|| "-".to_owned(), |code| shown(&code));
        let text = entry.result_text().map_or_else(String::new, |text| shown(&text));
        lines.add("", &format!("{n}. {code}  {text}"));
    }
    if entries > HISTORY_SHOWN {
        lines.add("", &format!("… and {} more", entries - HISTORY_SHOWN));
    }
}

/// So many entries of a history fit on a screen with the rest.
const HISTORY_SHOWN: usize = 10;

fn images(lines: &mut Lines, status: &JobStatus) {
    let Some(image_links) = status.image_links() else { return };
    if let Some(error) = image_links.error() {
        return lines.add("images", &format!("none: {}", shown(&error)));
    }
    let number = image_links.iter().count();
    if number == 0 {
        return;
    }
    let host = image_links.selfie_host().map_or_else(String::new, |host| format!(", the selfie's at {}", shown(&host)));
    lines.add("images", &format!("{}{host}", count(number, "link", "links")));
}

fn repairs(lines: &mut Lines, status: &JobStatus) {
    let repairs = status.repairs();
    if repairs.is_empty() {
        return lines.add("repairs", "none");
    }
    lines.add("repairs", &repairs.count().to_string());
    for repair in repairs.list() {
        lines.add("", &format!("{} at byte {}", repair.kind.as_str(), repair.offset));
    }
    more(lines, repairs.count(), repairs.list().len());
}

fn readings(lines: &mut Lines, readings: &Readings) {
    if readings.is_empty() {
        return;
    }
    lines.add("readings", &readings.count().to_string());
    for reading in readings.list() {
        let (kind, field) = (reading.kind.as_str(), shown(&reading.field));
        lines.add("", &format!("{kind} in {field} at byte {}", reading.offset));
    }
    more(lines, readings.count(), readings.list().len());
}

fn more(lines: &mut Lines, all: usize, told: usize) {
    if all > told {
        lines.add("", &format!("… and {} more", all - told));
    }
}

/// `1 entry`, `3 entries`.
fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

const fn flag(value: Option<bool>) -> &'static str {
    match value {
        Some(true) => "true",
        Some(false) => "false",
        None => "not told",
    }
}

/// The word of the contract for what held, or why nothing did.
fn proof(answer: &Answer) -> &'static str {
    match answer {
        Answer::Pending(pending) => pending.proof_word(),
        Answer::Final(verified) => verified.proof().kind().as_str(),
    }
}

fn proof_line(answer: &Answer) -> String {
    match answer {
        Answer::Final(verified) => {
            let proof = verified.proof();
            format!("{} ({} key, signed at {})", proof.kind().as_str(), proof.key().as_str(), proof.timestamp())
        }
        Answer::Pending(pending) => match pending.proof() {
            Ok(proof) => format!("{} ({} key)", proof.kind().as_str(), proof.key().as_str()),
            Err(why) => format!("{} (nothing may be decided from it)", why.as_str()),
        },
    }
}

fn verdict(answer: &Answer) -> Option<Verdict> {
    answer.verified().map(smileid_core::session::Verified::verdict)
}

fn verdict_line(verdict: Verdict, paint: Paint) -> String {
    let colour = match verdict {
        Verdict::Approved => Colour::Good,
        Verdict::Rejected => Colour::Bad,
        Verdict::Provisional | Verdict::Undetermined(_) => Colour::Doubtful,
    };
    let word = paint.paint(colour, verdict.as_str());
    match verdict.reason() {
        Some(reason) => format!("{word} ({}: {})", reason.as_str(), explained(reason)),
        None => word,
    }
}

/// A reason in a sentence that a person can act on.
const fn explained(reason: Reason) -> &'static str {
    match reason {
        Reason::IdLeg => "the ID is valid, the rest of the job is to come",
        Reason::NoResultCode => "the reply has no ResultCode, and no text decides",
        Reason::NotFinalResult => "the reply says that this result is not the final one",
        Reason::Contradiction => "job_success and ResultCode contradict each other",
        Reason::UnknownCode => "the ResultCode is not known",
        Reason::NoVerdictCode => "the check itself could not be made",
        Reason::SuccessMissing => "job_success is missing or has no known form",
        _ => "a person must look at it",
    }
}

fn code_line(status: &JobStatus) -> String {
    match status.code() {
        None => "none".to_owned(),
        Some(code) => {
            let meaning = code_info(&code).map_or("unknown: it decides nothing", |info| info.meaning);
            format!("{} ({meaning})", shown(&code))
        }
    }
}

/// Lines of a name and a value, the values below each other.
#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    fn add(&mut self, name: &str, value: &str) {
        let _written = writeln!(self.text, "{name:<15}{value}");
    }
}
