//! The bodies the service answers with, signed for the moment. Which job a request is about is decided elsewhere.

use core::time::Duration;

use smileid_core::{Moment, Timestamp};

use crate::images::Images;
use crate::jobs::Seen;
use crate::model::{Job, Odd, Outcome, Stage};
use crate::partner::{Partner, Signed};
use crate::shapes::{self, Stamped};
use crate::tree::{Json, Map, MapExt as _};

/// The user of the document's own reply.
pub const DOCUMENT_USER: &str = "e54e0e98-8b8c-4215-89f5-7f9ea42bf650";
/// The job of the document's own reply.
pub const DOCUMENT_JOB: &str = "52d0de86-be3b-4219-9e96-8195b0018944";

/// The reply as the document prints it, trailing commas and all.
const DOCUMENT: &str = include_str!("document-sample.json");
const DOCUMENT_TIMESTAMP: &str = "2018-03-13T21:04:11.193Z";
const DOCUMENT_SIGNATURE: &str = "5445722f5af1791eb434949cce9a88dd321e5959fd24a8562ecb12bb00c33fe";

/// How old the signature of a late callback is.
const LATE_MS: i64 = 4 * 60 * 60 * 1000;

/// A callback: fields of its head beside the usual ones, and its body.
pub(crate) type Webhook = (Vec<(&'static str, String)>, String);

/// What a reply depends on beside the job.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene<'s> {
    pub(crate) partner: &'s Partner,
    pub(crate) images: &'s Images,
    pub(crate) seed: u64,
    /// The jobs' time.
    pub(crate) jobs_now: Duration,
}

/// What was asked for beside the job, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) history: bool,
    pub(crate) image_links: bool,
    /// Whether the request was made in the legacy scheme, in which it is then answered.
    pub(crate) sec_key: bool,
    /// When the reply says it was made.
    pub(crate) at: Moment,
}

/// The reply to a job that is there and not refused.
pub(crate) fn job(scene: Scene<'_>, seen: &Seen, wanted: Wanted) -> String {
    let odd = &seen.job.odd;
    let signed = || scene.partner.sign_at(scene.partner.plain(wanted.at), wanted.sec_key);
    match seen.stage() {
        Stage::Document => document(seen, wanted, &signed()),
        Stage::Members(members) => {
            let signed = signed();
            format!(r#"{{"timestamp":"{}","signature":"{}",{members}}}"#, signed.timestamp, signed.proof)
        }
        stage => {
            let usual = (*stage == Stage::NoZipFile).then_some(Stamped::Unkeyed);
            let mut reply = stamp(scene.partner, wanted, odd.iter().find_map(|odd| odd.stamped()).or(usual));
            let mut members = members(scene, seen, wanted);
            for odd in odd {
                odd.shape(&mut members, &seen.job, scene.seed);
            }
            reply.extend(members);
            odd.iter().fold(reply.to_text(), |text, odd| odd.break_text(text))
        }
    }
}

/// The callback that a job's stage brings about: fields of its head, and its body.
pub(crate) fn callback(scene: Scene<'_>, seen: &Seen, now: Moment) -> Option<Webhook> {
    let job = &seen.job;
    let mut body = match Outcome::of(seen.stage()) {
        Some(outcome) => shapes::callback(job, outcome, scene.seed, links(scene, seen)),
        None if seen.calls_back() => shapes::processing(job),
        None => return None,
    };
    if job.has(Odd::CallbackSnake) {
        body = shapes::in_snake_case(body);
    }
    if job.has(Odd::CallbackNested) {
        body = Map::new().with("result", body);
    }
    let ago = if job.has(Odd::CallbackLate) { LATE_MS } else { 0 };
    let at = scene.partner.plain(Moment::new(now.unix_millis().saturating_sub(ago), now.monotonic()));
    let signed = scene.partner.sign_at(at, scene.partner.uses_sec_key());
    let (timestamp, signature) = (signed.timestamp.as_str().to_owned(), signed.proof);
    if job.has(Odd::CallbackHeaders) {
        return Some((pair_and_ids(job, timestamp, signature), body.to_text()));
    }
    Some((Vec::new(), body.with("timestamp", timestamp).with("signature", signature).to_text()))
}

/// The fields of a callback whose pair is in its head.
pub(crate) fn pair_and_ids(job: &Job, timestamp: String, signature: String) -> Vec<(&'static str, String)> {
    vec![
        ("Response-Timestamp", timestamp),
        ("Response-Signature", signature),
        ("Job-ID", job.id.clone()),
        ("User-ID", job.user.clone()),
    ]
}

/// An error as the service words it.
pub(crate) fn error(code: &'static str, text: &'static str) -> String {
    Map::new().with("code", code).with("error", text).to_text()
}

/// What the gateway before the service says to a path or method it does not know.
pub(crate) fn gateway(text: &str) -> String {
    Map::new().with("message", text.to_owned()).to_text()
}

/// Everything but timestamp and proof, in the document's order.
fn members(scene: Scene<'_>, seen: &Seen, wanted: Wanted) -> Map {
    let job = &seen.job;
    let stage = seen.stage();
    let success = matches!(stage, Stage::Approved | Stage::Provisional);
    let members = Map::new().with("job_complete", stage.is_final()).with("job_success", success);
    let Some(outcome) = Outcome::of(stage) else {
        if *stage == Stage::NoZipFile {
            return members.with("code", "2314").with("result", "No zip file received");
        }
        let nothing = members.with("result", Map::new()).with("image_links", Map::new()).with("code", "2302");
        return nothing.with("history", Json::Array(Vec::new()));
    };
    let mut members = members.with("result", shapes::result(job, outcome, scene.seed));
    if wanted.image_links {
        members = members.with("image_links", links(scene, seen));
    }
    members = members.with("code", "2302");
    if wanted.history {
        members.with("history", shapes::history(job, seen.been().filter_map(Outcome::of), scene.seed))
    } else {
        members
    }
}

pub(crate) fn links(scene: Scene<'_>, seen: &Seen) -> Map {
    let names = shapes::image_names(seen.job.product);
    scene.images.links(names, [&seen.job.user, &seen.job.id], scene.seed, scene.jobs_now)
}

/// Timestamp and proof, in the form that an oddity asks for.
fn stamp(partner: &Partner, wanted: Wanted, how: Option<Stamped>) -> Map {
    let at = partner.plain(wanted.at);
    let iso = at.as_str().to_owned();
    let to_seconds = || iso.get(..19).unwrap_or_default();
    let seconds = wanted.at.unix_millis() / 1000;
    let text = match how {
        None | Some(Stamped::AsSecKey) => iso,
        Some(Stamped::Micros) => format!("{}000", iso.trim_end_matches('Z')),
        Some(Stamped::Offset) => format!("{}+00:00", to_seconds()),
        Some(Stamped::Spaces) => {
            let hour_later = Timestamp::at(Moment::new(wanted.at.unix_millis() + 3_600_000, Duration::ZERO));
            format!("{} +0100", hour_later.as_str().get(..19).unwrap_or_default().replace('T', " "))
        }
        Some(Stamped::Seconds) => seconds.to_string(),
        _ => wanted.at.unix_millis().to_string(),
    };
    let hash = || partner.hash(&text);
    let unkeyed = match how {
        Some(Stamped::Unkeyed) => hash(),
        Some(Stamped::OneDigitShort) => hash().map(|hash| hash.chars().take(63).collect()),
        _ => None,
    };
    let proof = unkeyed.unwrap_or_else(|| {
        let at = Timestamp::parse(&text).unwrap_or(at);
        partner.sign_at(at, wanted.sec_key).proof
    });
    let field = if how == Some(Stamped::AsSecKey) { "sec_key" } else { "signature" };
    let timestamp: Json = if how == Some(Stamped::Number) { wanted.at.unix_millis().into() } else { text.into() };
    Map::new().with("timestamp", timestamp).with(field, proof)
}

/// The document's reply with its timestamp, signature and the asked-for ids made current and nothing else changed.
fn document(seen: &Seen, wanted: Wanted, signed: &Signed) -> String {
    let mut text = DOCUMENT.to_owned();
    if !wanted.history {
        text = without(&text, ",\n\"history\": [", "\n]");
    }
    if !wanted.image_links {
        text = without(&text, "\"image_links\": {", "},\n");
    }
    let escaped = |id: &str| {
        let quoted = Json::from(id).to_string();
        quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or_default().to_owned()
    };
    text.replace(DOCUMENT_TIMESTAMP, signed.timestamp.as_str())
        .replace(DOCUMENT_SIGNATURE, &signed.proof)
        .replace(DOCUMENT_JOB, &escaped(&seen.job.id))
        .replace(DOCUMENT_USER, &escaped(&seen.job.user))
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

/// Returns the first oddity of a job that replaces a reply.
pub(crate) fn broken(seen: &Seen) -> Option<shapes::Broken> {
    seen.job.odd.iter().copied().find_map(Odd::broken)
}

#[cfg(test)]
#[path = "replies_tests.rs"]
mod tests;
