//! What the service makes of a request: its fields, types and signature, then its job. It knows no HTTP beyond a status.

use hyper::body::Bytes;
use smileid_core::{Moment, Timestamp};

use crate::jobs::Seen;
use crate::model::Stage;
use crate::partner::{Partner, Shown};
use crate::replies::{self, Scene, Wanted};
use crate::request::{Asked, Refusal, RequestFields, Stamp};
use crate::why;

/// How old or new a request's timestamp may be, in milliseconds.
pub(crate) const FRESHNESS_MS: u64 = 5 * 60 * 1000;

/// An answer, and how the request was judged.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: Bytes,
    /// The code of a refusal.
    pub(crate) code: Option<&'static str>,
    /// Why the request was refused, and what to do about it.
    pub(crate) reason: Option<String>,
}

const JSON: &str = "application/json";

/// Answers a body posted to `/v1/job_status`. `poll` returns a job's stage now that it is asked for.
pub(crate) fn job_status(
    scene: Scene<'_>,
    now: Moment,
    body: &[u8],
    poll: impl FnOnce(&str, &str) -> Option<Seen>,
) -> Answer {
    let answered = || {
        let members = RequestFields::read(body)?;
        let mut digits = String::new();
        let asked = members.asked(&mut digits)?;
        authorize(scene.partner, now, &asked)?;
        let seen = poll(asked.user_id, asked.job_id).ok_or_else(no_such_job)?;
        if let Some(broken) = replies::broken(&seen) {
            let (status, content_type, body) =
                (broken.status, broken.content_type, Bytes::from_static(broken.body.as_bytes()));
            return Ok(Answer { status, content_type, body, code: None, reason: Some(ODD.into()) });
        }
        refused_by_stage(seen.stage())?;
        let wanted = Wanted {
            history: asked.history,
            image_links: asked.image_links,
            sec_key: matches!(asked.shown, Shown::SecKey(_)),
            at: replied_at(now, asked.timestamp.text),
        };
        let body = replies::job(scene, &seen, wanted).into();
        Ok(Answer { status: 200, content_type: JSON, body, code: None, reason: None })
    };
    answered().unwrap_or_else(refused)
}

/// Why an answer is broken that an oddity broke.
const ODD: &str = "this job is odd on purpose: it is answered as the service was seen to answer, not as it should";

/// An answer of the gateway before the service.
pub(crate) fn gateway(status: u16, text: &str) -> Answer {
    let body = replies::gateway(text).into();
    Answer { status, content_type: JSON, body, code: None, reason: Some(text.to_owned()) }
}

fn refused(refusal: Refusal) -> Answer {
    let Refusal { code, text, reason } = refusal;
    let body = replies::error(code, text).into();
    Answer { status: 400, content_type: JSON, body, code: Some(code), reason: Some(reason) }
}

fn no_such_job() -> Refusal {
    let reason =
        "no such job for this user in this sandbox: create it, or use an id that speaks for itself, such as approved-1";
    Refusal::new("2304", "Job not found", reason)
}

/// A stage at which a job is refused for every client.
fn refused_by_stage(stage: &Stage) -> Result<(), Refusal> {
    let (code, text) = match stage {
        Stage::NotFound => ("2304", "Job not found"),
        Stage::Disabled => ("2307", "Enrolled user is disabled"),
        Stage::NoEnrolledUser => ("2310", "No enrolled user found"),
        Stage::SystemError => ("2301", "System error"),
        _ => return Ok(()),
    };
    Err(Refusal::new(code, text, format!("the job exists, and is at the stage {stage} in this sandbox")))
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
fn replied_at(now: Moment, asked_at: &str) -> Moment {
    let same = Timestamp::parse(asked_at).is_ok_and(|asked_at| asked_at.unix_millis() == now.unix_millis());
    if same { Moment::new(now.unix_millis().saturating_add(1), now.monotonic()) } else { now }
}

/// The JavaScript client, given a time as a number, sends the number and signs the same moment in words.
fn holds_in_words(partner: &Partner, asked: &Asked<'_>) -> bool {
    let Stamp { text, number: true } = asked.timestamp else { return false };
    let Ok(sent) = Timestamp::parse(text) else { return false };
    let moment = Moment::new(sent.unix_millis(), core::time::Duration::ZERO);
    partner.holds(Timestamp::at(moment).as_str(), asked.shown)
}

#[cfg(test)]
#[path = "service_tests.rs"]
mod tests;
