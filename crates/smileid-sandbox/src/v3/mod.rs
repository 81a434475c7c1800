//! What the v3 API makes of a request: tokens by partner id and key, a job's status by its id. Every reply is one of the vendor's shapes.

mod faulty;
mod token;
mod webhook;

use hyper::header::{CONTENT_TYPE, HeaderMap};
use smileid_core::Timestamp;

use crate::jobs::Seen;
use crate::model::{Stage, is_v3};
use crate::partner::Partner;
use crate::service::{Answer, gateway};
use crate::tree::{Json, Map, MapExt as _};

pub(crate) use self::faulty::reply as fault_reply;
pub(crate) use self::token::{LIVES, Now, Tokens};
pub(crate) use self::webhook::webhook;

/// The version that replies name.
const API_VERSION: &str = "v3.952.0";
const JSON: &str = "application/json";

/// An answer, and the fields of its head that the v3 API adds.
pub(crate) struct V3Reply {
    pub(crate) answer: Answer,
    pub(crate) fields: Vec<(&'static str, String)>,
}

/// Answers a request for a token.
pub(crate) fn token(tokens: &Tokens, partner: &Partner, headers: &HeaderMap, now: Now) -> Answer {
    let field = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = field(CONTENT_TYPE.as_str()).split(';').next().unwrap_or_default();
    if !kind.is_empty() && !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return refused(
            415,
            "Content-Type must be multipart/form-data",
            "leave the body out, or send multipart/form-data",
        );
    }
    let (id, key) = (field("smileid-partner-id"), field("smileid-api-key"));
    if id.is_empty() || key.is_empty() {
        return refused(400, "Missing required header", "smileid-partner-id and smileid-api-key are both needed");
    }
    if id.starts_with('0') || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        let reason = "the v3 API takes the partner id as a number without leading zeros: 23 for partner 023";
        return refused(400, "Invalid header: smileid-partner-id", reason);
    }
    if id != v3_id(partner) {
        return refused(401, UNAUTHORIZED, "the partner id is another than this sandbox's");
    }
    if key != partner.credentials.api_key().expose() {
        let other = partner.other_environment.as_ref().is_some_and(|other| other.expose() == key);
        let previous = partner.credentials.previous_api_key().is_some_and(|previous| previous.expose() == key);
        let reason = match (other, previous) {
            (true, _) => "the key is the other environment's",
            (_, true) => "the key is the previous one: rotating a key disables the old one at once",
            _ => "the key is another than this sandbox's",
        };
        return refused(401, UNAUTHORIZED, reason);
    }
    let token = tokens.jwt(id, now, token::Unusual::default());
    answer(200, &Map::new().with("token", token), None)
}

const UNAUTHORIZED: &str = "You are not authorized to do that.";

/// Answers a request for a job's status. `poll` returns a job's stage now that it is asked for.
pub(crate) fn status(
    tokens: &Tokens,
    headers: &HeaderMap,
    job_id: &str,
    now: Now,
    poll: impl FnOnce(&str) -> Option<Seen>,
) -> V3Reply {
    let bare = |answer| V3Reply { answer, fields: vec![("api_version", API_VERSION.to_owned())] };
    let Some(token) = headers.get("smileid-token").and_then(|token| token.to_str().ok()) else {
        return bare(slug(401, "Unauthorized", "the header SmileID-Token is missing"));
    };
    if let Err(reason) = tokens.check(token, now.jobs) {
        return bare(refused(401, UNAUTHORIZED, reason));
    }
    if !is_v3(job_id) {
        return bare(refused(
            400,
            "Invalid job_id",
            "a v3 job id is job_ and 26 digits of base32, as the 202 of the submission gave it",
        ));
    }
    let seen = poll(job_id);
    let user = seen.as_ref().map_or("unknown", |seen| &seen.job.user);
    let Some((http, word)) = seen.as_ref().map_or(Some((404, "not_found")), |seen| word(seen.stage())) else {
        return bare(refused(
            500,
            "Internal Server Error",
            "the job is at a stage that has no v3 status: it fails on purpose",
        ));
    };
    let user = if word == "not_found" { "unknown" } else { user };
    let reason = (http == 404)
        .then_some("no job of this sandbox has this id, or it is at the stage not_found: POST /sandbox/jobs makes one");
    let answer = answer(http, &body(word, job_id, user, now), reason.map(str::to_owned));
    let mut reply = bare(answer);
    reply.fields.extend([("job_id", job_id.to_owned()), ("user_id", user.to_owned())]);
    reply
}

/// The pair of HTTP status and word for a job at a stage; none if only an error suits.
pub(crate) const fn word(stage: &Stage) -> Option<(u16, &'static str)> {
    Some(match stage {
        Stage::Pending | Stage::NoZipFile | Stage::IdLeg => (202, "processing"),
        Stage::Approved | Stage::Document => (200, "clear"),
        Stage::Rejected | Stage::Disabled | Stage::NoEnrolledUser => (200, "block"),
        Stage::Provisional => (200, "attention"),
        Stage::NoVerdict => (200, "error"),
        Stage::NotFound => (404, "not_found"),
        Stage::SystemError | Stage::Members(_) => return None,
    })
}

fn body(word: &str, job_id: &str, user_id: &str, now: Now) -> Map {
    Map::new()
        .with("status", word)
        .with("job_id", job_id)
        .with("user_id", user_id)
        .with("message", message(word))
        .with("created_at", Timestamp::at(now.wall).as_str())
}

fn message(word: &str) -> &'static str {
    match word {
        "processing" => "Job is still processing",
        "not_found" => "Job not found",
        _ => "Job completed",
    }
}

/// The answer to a path or method that the v3 API does not have here.
pub(crate) fn nothing_here(path: &str) -> Answer {
    let reason = format!(
        "there is nothing at {path}: this sandbox has POST /v3/token and GET /v3/status/JOB_ID, below a base URL without /v1"
    );
    Answer { reason: Some(reason), ..gateway(404, "Not Found") }
}

/// The gateway's answer to a request that does not reach the service: its `status` is a slug.
pub(crate) fn slug(status: u16, message: &str, reason: &str) -> Answer {
    let slug = message.to_ascii_lowercase().replace(' ', "_");
    let body =
        Map::new().with("job_id", Json::Null).with("message", message).with("status", slug).with("user_id", Json::Null);
    answer(status, &body, Some(reason.to_owned()))
}

/// The service's answer to a request that it refuses: its `status` is the phrase of the HTTP status.
fn refused(status: u16, message: &str, reason: &str) -> Answer {
    answer(status, &envelope(status, message), Some(reason.to_owned()))
}

fn envelope(status: u16, message: &str) -> Map {
    let phrase = hyper::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    Map::new().with("status", phrase.unwrap_or_default()).with("message", message)
}

fn answer(status: u16, body: &Map, reason: Option<String>) -> Answer {
    Answer { status, content_type: JSON, body: body.to_text().into(), code: None, reason }
}

/// The partner's id as the v3 API has it.
fn v3_id(partner: &Partner) -> &str {
    partner.id().trim_start_matches('0')
}
