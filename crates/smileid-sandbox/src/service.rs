//! What the service makes of a request: its fields, types and signature, then its job. It knows no HTTP beyond a status.

use smileid_core::time::{Moment, Timestamp};

use crate::jobs::Stage;
use crate::partner::{Partner, Shown};
use crate::replies::{self, DOCUMENT_JOB, DOCUMENT_USER, Wanted};
use crate::request::{Asked, Members, Refusal, Stamp};
use crate::why;

/// How old or new a request's timestamp may be, in milliseconds.
pub(crate) const FRESHNESS_MS: u64 = 5 * 60 * 1000;

/// An answer, and how the request was judged.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    pub(crate) body: String,
    /// The code of a refusal.
    pub(crate) code: Option<&'static str>,
    /// Why the request was refused, and what to do about it.
    pub(crate) reason: Option<String>,
}

/// Answers a body posted to `/v1/job_status`. `poll` tells where a job stands now that it is asked for.
pub(crate) fn job_status(
    partner: &Partner,
    now: Moment,
    body: &[u8],
    poll: impl FnOnce(&str, &str) -> Option<Stage>,
) -> Answer {
    let answered = || {
        let members = Members::read(body)?;
        let mut digits = String::new();
        let asked = members.asked(&mut digits)?;
        authorize(partner, now, &asked)?;
        let stage = match (asked.user_id, asked.job_id) {
            (DOCUMENT_USER, DOCUMENT_JOB) => Stage::Document,
            (user_id, job_id) => poll(user_id, job_id).ok_or_else(no_such_job)?,
        };
        let at = replied_at(now, asked.timestamp.text);
        let signed = partner.sign_at(at, matches!(asked.shown, Shown::SecKey(_)));
        Ok(replies::job(&stage, wanted(&asked), &signed))
    };
    match answered() {
        Ok(body) => Answer { status: 200, body, code: None, reason: None },
        Err(refusal) => refused(refusal),
    }
}

/// An answer of the gateway before the service.
pub(crate) fn gateway(status: u16, text: &str) -> Answer {
    Answer { status, body: replies::gateway(text), code: None, reason: Some(text.to_owned()) }
}

fn refused(refusal: Refusal) -> Answer {
    let Refusal { code, text, reason } = refusal;
    Answer { status: 400, body: replies::error(code, text), code: Some(code), reason: Some(reason) }
}

fn no_such_job() -> Refusal {
    let reason =
        "no such job for this user in this sandbox: create it, or use an id that speaks for itself, such as approved-1";
    Refusal::new("2304", "Job not found", reason)
}

const fn wanted<'r>(asked: &Asked<'r>) -> Wanted<'r> {
    Wanted { user_id: asked.user_id, job_id: asked.job_id, history: asked.history, image_links: asked.image_links }
}

/// Whether the partner sent this, and lately.
fn authorize(partner: &Partner, now: Moment, asked: &Asked<'_>) -> Result<(), Refusal> {
    let denied = |reason: String| match asked.shown {
        Shown::Signature(_) => Refusal::new("2405", "You are not authorized to do that.", reason),
        Shown::SecKey(_) => Refusal::new("2305", "Invalid sec_key", reason),
    };
    if asked.partner_id != partner.id() {
        return Err(denied(why::of_partner(partner.id(), asked.partner_id)));
    }
    let stamp = asked.timestamp;
    if !partner.holds(stamp.text, asked.shown) && !holds_in_words(partner, asked) {
        return Err(denied(why::of_proof(partner, stamp, asked.shown)));
    }
    match Timestamp::parse(stamp.text) {
        Err(_) => Err(denied("the timestamp has no known form: use 2026-10-04T12:00:00.000Z".into())),
        Ok(sent) if sent.unix_millis().abs_diff(now.unix_millis()) > FRESHNESS_MS => {
            Err(denied(why::of_age(sent.unix_millis(), now.unix_millis())))
        }
        Ok(_) => Ok(()),
    }
}

/// When the reply says it was made. A reply within the request's own millisecond would carry the request's own pair, which clients
/// refuse as an echo.
fn replied_at(now: Moment, asked_at: &str) -> Timestamp {
    let at = Timestamp::at(now);
    let same = Timestamp::parse(asked_at).is_ok_and(|asked_at| asked_at.unix_millis() == at.unix_millis());
    if same { Timestamp::at(Moment::new(now.unix_millis().saturating_add(1), now.monotonic())) } else { at }
}

/// The JavaScript client, told a time as a number, sends the number and signs the same moment in words.
fn holds_in_words(partner: &Partner, asked: &Asked<'_>) -> bool {
    let Stamp { text, number: true } = asked.timestamp else { return false };
    let Ok(sent) = Timestamp::parse(text) else { return false };
    let moment = Moment::new(sent.unix_millis(), core::time::Duration::ZERO);
    partner.holds(Timestamp::at(moment).as_str(), asked.shown)
}

#[cfg(test)]
#[path = "service_tests.rs"]
mod tests;
