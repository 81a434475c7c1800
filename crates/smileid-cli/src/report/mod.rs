//! An answer as people and scripts read it. It decides nothing: verdict, proof and repairs are the core's words.

pub(crate) mod age;
mod text;
pub(crate) mod v3;

use core::fmt::Write as _;

use smileid_core::{Answer, Reason, Verdict, Verified};

use crate::plain::quote;

pub(crate) use self::text::text;

/// Whether the history was asked for, so that the legs of the job can be joined.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum History {
    Asked,
    NotAsked,
}

/// The object of the contract, on one line: `reply` is the body as strict JSON, every value and digit as sent.
pub(crate) fn json(answer: &Answer, asked: History) -> String {
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
    word("state", Some(answer.state().as_str()));
    word("proof", Some(answer.proof_status().as_str()));
    if let Some(verdict) = verdict(answer) {
        word("verdict", Some(verdict.as_str()));
    }
    word("reason", verdict(answer).and_then(Verdict::reason).map(Reason::as_str));
    if let Some(joined) = joined(answer, asked) {
        word("joined_verdict", Some(joined.as_str()));
    }
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

/// Adds the total if the list contains only the first of them.
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

fn verdict(answer: &Answer) -> Option<Verdict> {
    answer.verified().map(Verified::verdict)
}

/// The verdict of all legs of the job, if the answer is final and the history was asked for.
fn joined(answer: &Answer, asked: History) -> Option<Verdict> {
    answer.verified().filter(|_| asked == History::Asked).map(Verified::joined_verdict)
}
