//! Whole replies with an unwelcome status.

use smileid_core::Response;

use super::Fault;
use super::question::{FaultRequest, STRAY_PATH};

/// Gateways before a service often answer in HTML.
pub(super) const HTML: &str =
    "<!DOCTYPE html>\n<html><head><title>Sorry</title></head><body><h1>Something went wrong</h1></body></html>\n";

/// The reply to this question.
pub(super) fn reply(fault: Fault, question: &FaultRequest<'_>) -> Option<Response> {
    Some(match fault {
        Fault::Status301SameHost => to(301, STRAY_PATH),
        Fault::Status302SameHost => to(302, STRAY_PATH),
        Fault::Status303SameHost => to(303, STRAY_PATH),
        Fault::Status307SameHost => to(307, STRAY_PATH),
        Fault::Status308SameHost => to(308, STRAY_PATH),
        Fault::Status301OtherHost => to(301, &question.elsewhere),
        Fault::Status302OtherHost => to(302, &question.elsewhere),
        Fault::Status303OtherHost => to(303, &question.elsewhere),
        Fault::Status307OtherHost => to(307, &question.elsewhere),
        Fault::Status308OtherHost => to(308, &question.elsewhere),
        Fault::Status302Loop => to(302, &question.here),
        Fault::Status302NoLocation => message(302, "Found"),
        Fault::Status304 => empty(304),
        Fault::Status401 => message(401, "Unauthorized"),
        Fault::Status403 => message(403, "Missing Authentication Token"),
        Fault::Status404 => html(404),
        Fault::Status408 => empty(408),
        Fault::Status409 => message(409, "Conflict"),
        Fault::Status413 => message(413, "Request Too Long"),
        Fault::Status425 => empty(425),
        Fault::Status429 => message(429, "Too Many Requests"),
        Fault::Status429RetryAfter => message(429, "Too Many Requests").with_header("Retry-After", "3"),
        Fault::Status500 => message(500, "Internal server error"),
        Fault::Status502Html => html(502),
        Fault::Status503 => message(503, "Service Unavailable"),
        Fault::Status504 => empty(504),
        Fault::RetryAfterNegative => later("-1"),
        Fault::RetryAfter0 => later("0"),
        Fault::RetryAfter1e30 => later("1e30"),
        Fault::RetryAfterNan => later("NaN"),
        Fault::RetryAfterText => later("soon"),
        Fault::RetryAfterPastDate => later("Tue, 13 Mar 2018 21:04:11 GMT"),
        Fault::RetryAfterYear9999 => later("Fri, 31 Dec 9999 23:59:59 GMT"),
        Fault::RetryAfterTwoHeaders => later("1").with_header("Retry-After", "7"),
        _ => return None,
    })
}

/// What a gateway says when it does not let a request through.
pub(super) fn message(status: u16, text: &str) -> Response {
    let body = format!(r#"{{"message":"{text}"}}"#);
    Response::new(status, body.into_bytes()).with_header("Content-Type", "application/json")
}

fn to(status: u16, location: &str) -> Response {
    message(status, "Moved").with_header("Location", location)
}

fn html(status: u16) -> Response {
    Response::new(status, HTML.into()).with_header("Content-Type", "text/html")
}

fn empty(status: u16) -> Response {
    Response::new(status, Vec::new())
}

fn later(retry_after: &str) -> Response {
    message(503, "Service Unavailable").with_header("Retry-After", retry_after)
}
