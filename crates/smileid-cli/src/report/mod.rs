//! An answer as people and scripts read it. It decides nothing: verdict, proof and repairs are the core's words.

pub(crate) mod age;
mod text;
pub(crate) mod v3;

use serde_json::{Map, Value, json};
use smileid_core::{Answer, Reading, Reason, Verdict, Verified};

use crate::plain;

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
    let verdict = verdict(answer);
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| drop(object.insert(name.to_owned(), value));
    put("state", answer.state().as_str().into());
    put("proof", answer.proof_status().as_str().into());
    if let Some(verdict) = verdict {
        put("verdict", verdict.as_str().into());
    }
    put("reason", verdict.and_then(Verdict::reason).map(Reason::as_str).into());
    if let Some(joined) = joined(answer, asked) {
        put("joined_verdict", joined.as_str().into());
    }
    put("code", status.code().into());
    put("job_complete", status.job_complete().to_bool().into());
    put("job_success", status.job_success().to_bool().into());
    let (repairs, readings) = (status.repairs(), status.readings());
    put("repairs", repairs.list().iter().map(|r| json!({"kind": r.kind.as_str(), "offset": r.offset})).collect());
    // The total is there if the list contains only the first of them.
    if repairs.count() > repairs.list().len() {
        put("repairs_total", repairs.count().into());
    }
    let reading = |r: &Reading| json!({"kind": r.kind.as_str(), "field": r.field, "offset": r.offset});
    put("readings", readings.list().iter().map(reading).collect());
    if readings.count() > readings.list().len() {
        put("readings_total", readings.count().into());
    }
    // The reply comes last: it may be long, and every digit of it stays.
    let mut out = plain::json(&object.into());
    out.pop();
    out + ",\"reply\":" + &status.expose_json() + "}"
}

fn verdict(answer: &Answer) -> Option<Verdict> {
    answer.verified().map(Verified::verdict)
}

/// The verdict of all legs of the job, if the answer is final and the history was asked for.
fn joined(answer: &Answer, asked: History) -> Option<Verdict> {
    answer.verified().filter(|_| asked == History::Asked).map(Verified::joined_verdict)
}
