//! From a request's method and path to what answers it, and from there to a response. It judges nothing of a body.

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use crate::journal::Exchange;
use crate::service::{self, Answer};
use crate::shared::Shared;

/// The longest body of a request that is read.
const MAX_REQUEST: usize = 1024 * 1024;
/// Why a request was refused.
const REASON: HeaderName = HeaderName::from_static("x-sandbox-reason");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Answers one request.
pub(crate) async fn answer(shared: &Shared, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let answer = match (&head.method, head.uri.path()) {
        (&Method::POST, "/v1/job_status") => match Limited::new(body, MAX_REQUEST).collect().await {
            Ok(body) => shared.job_status(&body.to_bytes()),
            Err(_) => service::gateway(413, "Request Too Long"),
        },
        (_, "/v1/job_status") => service::gateway(405, "Method Not Allowed"),
        _ => service::gateway(403, "Missing Authentication Token"),
    };
    shared.note(Exchange { status: answer.status, code: answer.code, reason: answer.reason.clone() });
    respond(answer)
}

fn respond(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    if let Some(reason) = answer.reason.and_then(|reason| HeaderValue::from_str(&reason).ok()) {
        response.headers_mut().insert(REASON, reason);
    }
    response
}
