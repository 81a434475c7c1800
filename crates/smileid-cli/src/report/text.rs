//! An answer as a person reads it at a glance: what counts first, below each other, and no value that a person could be known by.

use smileid_core::{Answer, JobResult, JobStatus, Moment, Reason, SourceConfidence, Verdict, code_info};

use super::{History, age, joined, verdict};
use crate::output::{Colour, Paint};
use crate::plain::shown;
use crate::table::{Fields, Table, cut};

/// So many entries of a history fit on a screen with the rest.
const HISTORY_SHOWN: usize = 10;

/// So many columns of a text of the service's fit into a table.
const CELL: usize = 36;

/// So many repairs, readings and images are listed; the JSON form lists more.
const LISTED: usize = 3;

/// What to do about an ID leg that came last.
const HOW_TO_JOIN: &str = ": ask with --history, which joins it with the other leg";

/// Returns the answer in aligned lines, with its age at `now`.
pub(crate) fn text(answer: &Answer, asked: History, now: Moment, paint: Paint) -> String {
    let status = answer.status();
    let mut lines = Fields::new(paint);
    match verdict(answer) {
        Some(verdict) => lines.add("verdict", &verdict_line(verdict, status, asked, paint)),
        None => lines.add("state", &pending_line(status, paint)),
    }
    if let Some(line) = joined_line(answer, asked, paint) {
        lines.add("all legs", &line);
    }
    result(&mut lines, status);
    lines.add("code", &code_line(status));
    if answer.verified().is_some() {
        lines.add("state", &format!("final ({})", flags(status)));
    }
    lines.add("proof", &proof_line(answer, now));
    history(&mut lines, status);
    images(&mut lines, status);
    let repairs = status.repairs();
    let listed = repairs.list().iter().map(|repair| format!("{} at byte {}", repair.kind.as_str(), repair.offset));
    lines.add("repairs", &brief(repairs.count(), listed));
    let readings = status.readings();
    let listed = readings.list().iter().map(|reading| {
        format!("{} in {} at byte {}", reading.kind.as_str(), cut(&shown(&reading.field), CELL), reading.offset)
    });
    lines.add("readings", &brief(readings.count(), listed));
    lines.text()
}

fn verdict_line(verdict: Verdict, status: &JobStatus, asked: History, paint: Paint) -> String {
    let (colour, why) = match verdict {
        Verdict::Approved => (Colour::Good, None),
        Verdict::Rejected => (Colour::Bad, None),
        Verdict::Provisional => (Colour::Doubtful, Some("not decided yet: the answer may change".to_owned())),
        Verdict::Undetermined(reason) => {
            let info = status.result().and_then(JobResult::result_code_info);
            // What the code means says more than that it is neither a yes nor a no.
            let meaning = matches!(reason, Reason::Attention | Reason::OtherCode).then_some(info).flatten();
            let why = meaning.map_or_else(|| explained(reason), |info| info.meaning);
            let next = if reason == Reason::IdLeg && asked == History::NotAsked { HOW_TO_JOIN } else { "" };
            (Colour::Doubtful, Some(format!("{}: {why}{next}", reason.as_str())))
        }
    };
    let word = paint.paint(colour, verdict.as_str());
    why.map_or_else(|| word.clone(), |why| format!("{word} ({why})"))
}

/// What the legs of the job say together, if that is more than the verdict says.
fn joined_line(answer: &Answer, asked: History, paint: Paint) -> Option<String> {
    let (alone, joined) = (verdict(answer)?, joined(answer, asked)?);
    if joined == Verdict::Undetermined(Reason::IdLeg) {
        return Some(
            "the history has no other leg of this job that could be joined: a person must look at it".to_owned(),
        );
    }
    let why = match joined {
        _ if joined == alone => return None,
        Verdict::Undetermined(_) => {
            "contradiction: a leg in the history was rejected, or the reply denies the approval"
        }
        _ => "joined with the other leg in the history",
    };
    let colour = if joined.is_approved() { Colour::Good } else { Colour::Doubtful };
    Some(format!("{} ({why})", paint.paint(colour, joined.as_str())))
}

fn pending_line(status: &JobStatus, paint: Paint) -> String {
    format!("{} ({})", paint.paint(Colour::Calm, "pending"), flags(status))
}

fn flags(status: &JobStatus) -> String {
    let word = |value: Option<bool>| value.map_or("missing", |value| if value { "true" } else { "false" });
    let (complete, success) = (status.job_complete().to_bool(), status.job_success().to_bool());
    format!("job_complete {}, job_success {}", word(complete), word(success))
}

/// A reason in a sentence that a person can act on.
const fn explained(reason: Reason) -> &'static str {
    match reason {
        Reason::IdLeg => "only the ID is known to be valid, not the rest of the job",
        Reason::NoResultCode => "the reply has no ResultCode, and no text decides",
        Reason::NotFinalResult => "the reply says that this result is not the final one",
        Reason::Contradiction => "the ResultCode contradicts job_success, an action or another field",
        Reason::UnknownCode => "the ResultCode is not known, or the code cannot be read",
        Reason::NoVerdictCode => "the check itself could not be made",
        Reason::SuccessMissing => "job_success is missing or has no known form",
        Reason::Attention => "passed with a caveat: a person must decide",
        Reason::OtherCode => "the ResultCode is neither a yes nor a no",
        _ => "a person must look at it",
    }
}

/// What the result itself says: its code, its text, its confidence.
fn result(lines: &mut Fields, status: &JobStatus) {
    if let Some(text) = status.result_text() {
        lines.add("result", &shown(&text));
    }
    let Some(entry) = status.result() else { return };
    if let Some(code) = entry.result_code() {
        let known = entry.result_code_info().map_or_else(
            || "unknown: it decides nothing".to_owned(),
            |info| match info.source.confidence() {
                SourceConfidence::High => info.meaning.to_owned(),
                SourceConfidence::Low => format!("{}; source: {}, confidence: low", info.meaning, info.source.as_str()),
            },
        );
        lines.add("ResultCode", &format!("{} ({known})", shown(&code)));
    }
    if let Some(text) = entry.result_text() {
        lines.add("ResultText", &shown(&text));
    }
    if let Some(confidence) = entry.confidence().filter(|_| entry.confidence_value().is_some()) {
        lines.add("confidence", &shown(&confidence));
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

fn proof_line(answer: &Answer, now: Moment) -> String {
    let held = |kind: &str, key: &str, signed: Option<i64>| {
        let age = signed
            .map_or_else(|| "at a time of no known form".to_owned(), |signed| age::ago(signed, now.unix_millis()));
        format!("{kind}, by the {key} key, signed {age}")
    };
    match answer {
        Answer::Final(verified) => {
            let proof = verified.proof();
            held(proof.kind().as_str(), proof.key().as_str(), Some(proof.timestamp().unix_millis()))
        }
        Answer::Pending(pending) => match pending.proof() {
            Ok(proof) => {
                let signed = proof.timestamp().map(smileid_core::Timestamp::unix_millis);
                held(proof.kind().as_str(), proof.key().as_str(), signed)
            }
            Err(why) => format!("{} (nothing may be decided from it)", why.as_str()),
        },
    }
}

fn history(lines: &mut Fields, status: &JobStatus) {
    let entries = status.history().count();
    if entries == 0 {
        return;
    }
    lines.add("history", &count(entries, "entry", "entries"));
    let mut table = Table::new(&["code", "category", "ResultText", "confidence", "SmileJobID", "final"]);
    for entry in status.history().take(HISTORY_SHOWN) {
        table.row(row(entry, lines.paint()));
    }
    lines.under(&table.text("  ", lines.paint(), None));
    if entries > HISTORY_SHOWN {
        lines.under(&format!("  … and {} more\n", entries - HISTORY_SHOWN));
    }
}

fn row(entry: JobResult<'_>, paint: Paint) -> Vec<String> {
    let text =
        |text: Option<_>| text.map_or_else(String::new, |text: std::borrow::Cow<'_, str>| cut(&shown(&text), CELL));
    let category = match (entry.result_code_info(), entry.result_code()) {
        (Some(info), _) => paint.paint(Colour::of(info.category), info.category.as_str()),
        (None, Some(_)) => "unknown".to_owned(),
        (None, None) => "-".to_owned(),
    };
    let last = entry.is_final_result().to_bool().map_or("", |last| if last { "yes" } else { "no" });
    vec![
        entry.result_code().map_or_else(|| "-".to_owned(), |code| text(Some(code))),
        category,
        text(entry.result_text()),
        text(entry.confidence().filter(|_| entry.confidence_value().is_some())),
        // The service's own number of the job; the partner's ids may say whose it is.
        text(entry.smile_job_id()),
        last.to_owned(),
    ]
}

fn images(lines: &mut Fields, status: &JobStatus) {
    let Some(image_links) = status.image_links() else { return };
    if let Some(error) = image_links.error() {
        return lines.add("images", &format!("none: {}", shown(&error)));
    }
    let listed = image_links.hosts().map(|(name, host)| {
        let host = host.map_or_else(|| "no link".into(), |host| cut(&shown(&host), 2 * CELL));
        format!("{} at {host}", cut(&shown(&name), CELL))
    });
    let number = image_links.iter().count();
    if number > 0 {
        lines.add("images", &brief(number, listed));
    }
}

/// `none`, or `2: this, that`; of many, the first ones.
fn brief(all: usize, each: impl Iterator<Item = String>) -> String {
    if all == 0 {
        return "none".to_owned();
    }
    let listed: Vec<String> = each.take(LISTED).collect();
    let rest = all.saturating_sub(listed.len());
    let more = if rest > 0 { format!(", … and {rest} more") } else { String::new() };
    format!("{all}: {}{more}", listed.join(", "))
}

/// `1 entry`, `3 entries`.
fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
