//! From a request's method and path to what answers it, and from there to a response. It judges nothing of a body.

use core::fmt;
use core::net::IpAddr;
use core::time::Duration;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use hyper::http::request;
use hyper::{Method, Request, Response, StatusCode};

use crate::admin;
use crate::faults::{Fault, FaultRequest, RequestFault, Service};
use crate::images;
use crate::service::{self, Answer};
use crate::shared::SandboxState;
use crate::v3;

/// The longest body of a request that is read.
const MAX_REQUEST: usize = 1024 * 1024;
/// How long the body of a request may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest path that is remembered.
const MAX_PATH: usize = 200;
/// Why a request was refused.
const REASON: HeaderName = HeaderName::from_static("x-sandbox-reason");
/// The fault that a request met.
const FAULT: HeaderName = HeaderName::from_static("x-sandbox-fault");

type Whole = Response<Full<Bytes>>;

/// A request whose connection is to be given to a fault.
#[derive(Debug)]
pub(crate) struct TakeOver {
    pub(crate) fault: Fault,
    pub(crate) body: Bytes,
}

impl fmt::Display for TakeOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the connection is given to the fault {}", self.fault)
    }
}

impl core::error::Error for TakeOver {}

/// Answers one request, or gives its connection away.
pub(crate) async fn answer(
    shared: &SandboxState,
    peer: Option<IpAddr>,
    request: Request<Incoming>,
) -> Result<Whole, TakeOver> {
    let (head, body) = request.into_parts();
    let path = head.uri.path();
    if admin::has(path) {
        return Ok(of_people(shared, peer, &head, body).await);
    }
    if let Some(rest) = path.strip_prefix("/v3/") {
        return of_v3(shared, &head, body, rest).await;
    }
    if path != "/v1/job_status" {
        let answer = match head.method {
            Method::GET if path.starts_with(images::PATH) => picture(shared, path, head.uri.query()),
            _ => nothing_here(shared, path),
        };
        return Ok(noted(shared, &head, &[], answer, None));
    }
    if head.method != Method::POST {
        let mut response = noted(shared, &head, &[], service::gateway(405, "Method Not Allowed"), None);
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
        return Ok(response);
    }
    let body = match read(body).await {
        Ok(body) => body,
        Err((status, words)) => return Ok(noted(shared, &head, &[], service::gateway(status, words), None)),
    };
    if let Some((RequestFault::Http(fault), before)) = shared.draw(Service::JobStatus) {
        return met(shared, &head, body, fault, before);
    }
    let answer = shared.job_status(&body);
    Ok(noted(shared, &head, &body, answer, None))
}

/// Answers a request to the v3 API. `rest` is its path below `/v3/`.
async fn of_v3(shared: &SandboxState, head: &request::Parts, body: Incoming, rest: &str) -> Result<Whole, TakeOver> {
    let job_id = rest.strip_prefix("status/").filter(|id| !id.contains('/'));
    let service = match (&head.method, job_id) {
        (&Method::GET, Some(_)) => Service::V3Status,
        (&Method::POST, _) if rest == "token" => Service::V3Token,
        _ => return Ok(noted(shared, head, &[], v3::nothing_here(short(head.uri.path())), None)),
    };
    let job_id = job_id.unwrap_or_default();
    let body = match read(body).await {
        Ok(body) => body,
        Err((status, words)) => {
            let message = if status == 413 { "Payload Too Large" } else { words };
            return Ok(noted(shared, head, &[], v3::slug(status, message, words), None));
        }
    };
    match shared.draw(service) {
        Some((RequestFault::Http(fault), before)) => met(shared, head, body, fault, before),
        Some((RequestFault::V3(fault), _)) => {
            let reply = v3::fault_reply(fault, &shared.tokens, &shared.partner, job_id, shared.now());
            Ok(of_fault(shared, head, &body, fault.into(), reply))
        }
        None if service == Service::V3Token => Ok(noted(shared, head, &body, shared.v3_token(&head.headers), None)),
        None => {
            let reply = shared.v3_status(&head.headers, job_id);
            let mut response = noted(shared, head, &body, reply.answer, None);
            add(&mut response, reply.fields.iter().map(|(name, value)| (*name, value.as_str())));
            Ok(response)
        }
    }
}

/// The gateway's answer to a path that the service does not have, explained.
fn nothing_here(shared: &SandboxState, path: &str) -> Answer {
    let reason = format!(
        "there is nothing at {}: the base URL is {}, to which a client adds /job_status (PHP wants the base URL with a slash behind it, \
         Java without /v1)",
        short(path),
        shared.base_url()
    );
    Answer { reason: Some(reason), ..service::gateway(403, "Missing Authentication Token") }
}

/// A path, or the beginning of a long one.
fn short(path: &str) -> &str {
    path.char_indices().nth(MAX_PATH).and_then(|(end, _)| path.get(..end)).unwrap_or(path)
}

/// Answers with a fault that is a whole reply, or gives the connection to one that is not.
fn met(
    shared: &SandboxState,
    head: &request::Parts,
    body: Bytes,
    fault: Fault,
    before: u64,
) -> Result<Whole, TakeOver> {
    let now = shared.clock.wall();
    let reply = {
        let path = head.uri.path();
        let question = FaultRequest::new(&body, &shared.fault_credentials, now).after(before);
        fault.reply(&question.at_urls(path, &format!("https://elsewhere.invalid{path}")))
    };
    let Some(reply) = reply else {
        note(shared, head, &body, &of_description(fault.into(), 0, Bytes::new()), Some(fault.into()));
        return Err(TakeOver { fault, body });
    };
    Ok(of_fault(shared, head, &body, fault.into(), reply))
}

/// Remembers a fault's whole reply and makes it a response.
fn of_fault(
    shared: &SandboxState,
    head: &request::Parts,
    body: &[u8],
    fault: RequestFault,
    reply: smileid_core::Response,
) -> Whole {
    let answer = of_description(fault, reply.status, Bytes::from(reply.body));
    note(shared, head, body, &answer, Some(fault));
    let mut response = Response::new(Full::new(answer.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    add(&mut response, reply.headers.iter());
    response.headers_mut().insert(FAULT, HeaderValue::from_static(fault.name()));
    response
}

fn of_description(fault: RequestFault, status: u16, body: Bytes) -> Answer {
    Answer { status, content_type: "", body, code: None, reason: Some(fault.description().into()) }
}

/// Adds fields to a response's head, without those that no head can have.
fn add<'f>(response: &mut Whole, fields: impl Iterator<Item = (&'f str, &'f str)>) {
    for (name, value) in fields {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            response.headers_mut().append(name, value);
        }
    }
}

/// Answers the page and the admin API; neither is in the journal, which would fill with the page's own questions.
async fn of_people(shared: &SandboxState, peer: Option<IpAddr>, head: &request::Parts, body: Incoming) -> Whole {
    let reply = match admin::check(shared.address, peer, &head.method, &head.uri, &head.headers) {
        Err(refused) => refused,
        Ok(()) => match read(body).await {
            Ok(body) => admin::answer(shared, &head.method, &head.uri, &body),
            Err((status, words)) => admin::refused(status, words),
        },
    };
    let mut response = whole(reply.status, reply.content_type, reply.body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(admin::POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(allow) = reply.allow {
        headers.insert(ALLOW, HeaderValue::from_static(allow));
    }
    response
}

/// Reads a body whole, or gives the status and words in which it is refused.
async fn read(body: Incoming) -> Result<Bytes, (u16, &'static str)> {
    match tokio::time::timeout(PATIENCE, Limited::new(body, MAX_REQUEST).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err((413, "Request Too Long")),
        Ok(Err(_)) => Err((400, "Bad Request")),
        Err(_) => Err((408, "Request Timeout")),
    }
}

fn picture(shared: &SandboxState, path: &str, query: Option<&str>) -> Answer {
    match shared.images.serve(path, query.unwrap_or_default(), shared.clock.jobs()) {
        Ok(body) => Answer { status: 200, content_type: "image/png", body: body.into(), code: None, reason: None },
        Err((status, words)) => {
            let body =
                format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{words}</Code></Error>").into();
            Answer { status, content_type: "application/xml", body, code: None, reason: Some(words.to_owned()) }
        }
    }
}

/// Remembers the exchange and makes the response.
fn noted(
    shared: &SandboxState,
    head: &request::Parts,
    request: &[u8],
    answer: Answer,
    fault: Option<RequestFault>,
) -> Whole {
    note(shared, head, request, &answer, fault);
    let mut response = whole(answer.status, answer.content_type, answer.body);
    if let Some(reason) = answer.reason.and_then(|reason| HeaderValue::from_str(&reason).ok()) {
        response.headers_mut().insert(REASON, reason);
    }
    response
}

fn note(shared: &SandboxState, head: &request::Parts, request: &[u8], answer: &Answer, fault: Option<RequestFault>) {
    let path = head.uri.path();
    shared.note(word(&head.method), short(path), request, answer, fault.map(RequestFault::name));
}

/// Returns the method as a static text; any that is not HTTP's own is `OTHER`.
fn word(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = ["POST", "GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "CONNECT", "TRACE"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("OTHER")
}

fn whole(status: u16, content_type: &'static str, body: Bytes) -> Whole {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
