//! The replies of the faults of the v3 API: usual ones with one thing changed.

use smileid_core::Response;

use super::token::{Now, Tokens, Unusual};
use super::{JSON, UNAUTHORIZED, body, envelope, slug, v3_id};
use crate::faults::V3Fault;
use crate::model::v3_job_id;
use crate::partner::Partner;
use crate::tree::{Map, MapExt as _};

/// The gateway's id of each request.
const REQUEST_ID: &str = "sandbox-4f1d0c6e";
/// The user of replies that are about no job of the sandbox.
const USER: &str = "user-7";

/// The reply of a fault to a request; `job_id` is the one asked for, if a status is.
pub(crate) fn reply(fault: V3Fault, tokens: &Tokens, partner: &Partner, job_id: &str, now: Now) -> Response {
    if fault.is_of_token() { of_token(fault, tokens, partner, now) } else { of_status(fault, partner, job_id, now) }
}

fn of_status(fault: V3Fault, partner: &Partner, job_id: &str, now: Now) -> Response {
    let word = |word: &str| body(word, job_id, USER, now);
    let clear = || word("clear");
    let pair = || partner.sign_at(partner.plain(now.wall), false);
    let with_pair = |signature: Option<&str>| {
        let reply = json(200, &clear()).with_header("Response-Timestamp", pair().timestamp.as_str());
        signature.map_or(reply.clone(), |signature| reply.with_header("Response-Signature", signature))
    };
    match fault {
        V3Fault::UnknownWord => json(200, &word("queued")),
        V3Fault::OtherCasing => json(200, &word("Clear")),
        V3Fault::OldForm => json(200, &word("complete").with("message", "Verification completed with state: clear")),
        V3Fault::EmptyWord => json(200, &word("")),
        V3Fault::ClearWith202 => json(202, &clear()),
        V3Fault::ProcessingWith200 => json(200, &word("processing")),
        V3Fault::Envelope200 => json(200, &envelope(500, "Internal Server Error").with("status", "error")),
        V3Fault::Slug200 => of_gateway(200, "Unauthorized"),
        V3Fault::Slug401 => of_gateway(401, "Unauthorized"),
        V3Fault::Slug404 => of_gateway(404, "Not Found"),
        V3Fault::Path404 => json(404, &Map::new().with("message", "Not Found")),
        V3Fault::OtherJobsId => json(200, &clear().with("job_id", v3_job_id())),
        V3Fault::NoJobId => {
            let mut body = clear();
            body.take("job_id");
            json(200, &body)
        }
        V3Fault::TwoWords => doubled("status", "processing", &clear()),
        V3Fault::TwoJobIds => doubled("job_id", &v3_job_id(), &clear()),
        V3Fault::NotFoundForever => json(404, &body("not_found", job_id, "unknown", now)),
        V3Fault::Storm401 => json(401, &envelope(401, UNAUTHORIZED)),
        V3Fault::AllowList403 => json(403, &envelope(403, UNAUTHORIZED)),
        V3Fault::Limit429 => json(429, &envelope(429, "Too many requests")).with_header("Retry-After", "3"),
        V3Fault::Signed => with_pair(Some(&pair().proof)),
        V3Fault::SignedWrong => with_pair(Some(&pair().proof.chars().rev().collect::<String>().replace('=', "A"))),
        V3Fault::SignedHalf => with_pair(None),
        // What is left is the service's own failure.
        _ => json(500, &envelope(500, "Internal Server Error")),
    }
}

fn of_token(fault: V3Fault, tokens: &Tokens, partner: &Partner, now: Now) -> Response {
    let own = v3_id(partner);
    let usual = Unusual::default();
    let token = match fault {
        V3Fault::TokenOpaque => tokens.opaque(now),
        V3Fault::TokenEnded => tokens.jwt(own, now, Unusual { ended: true, ..usual }),
        V3Fault::TokenOtherHost => {
            tokens.jwt(own, now, Unusual { api_url: Some("https://elsewhere.invalid/v3"), ..usual })
        }
        V3Fault::TokenOtherPartner => tokens.jwt(&format!("9{own}"), now, usual),
        V3Fault::TokenWithLineEnd => format!("{}\r\nX-Injected: 1", tokens.opaque(now)),
        V3Fault::TokenMissing => return json(200, &Map::new().with("message", "Token created")),
        V3Fault::Token401 => return json(401, &envelope(401, UNAUTHORIZED)),
        _ => return json(500, &envelope(500, "Internal Server Error")),
    };
    json(200, &Map::new().with("token", token))
}

fn json(status: u16, body: &Map) -> Response {
    Response::new(status, body.to_text().into_bytes()).with_header("Content-Type", JSON)
}

fn of_gateway(status: u16, message: &str) -> Response {
    let body = slug(status, message, "").body.to_vec();
    // Gateways name the request, so that their operators find it; whether this one does is not known.
    Response::new(status, body).with_header("Content-Type", JSON).with_header("X-Request-Id", REQUEST_ID)
}

/// A reply with one more member of a name before all others.
fn doubled(name: &str, first: &str, body: &Map) -> Response {
    let text = body.to_text();
    let rest = text.strip_prefix('{').unwrap_or_default();
    Response::new(200, format!(r#"{{"{name}":"{first}",{rest}"#).into_bytes()).with_header("Content-Type", JSON)
}
