//! What a service really sends, looked at: a wait whose replies are kept, and four requests beside it. It shows no key, token, id or signature.

use core::time::Duration;
use std::sync::Mutex;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use smileid_core::{
    Clock, Credentials, Environment, Error, Moment, PartnerId, ProofClaim, ProofField, Request, Response, Signer,
    Timestamp, Transport, TransportError, WaitPolicy,
};
use smileid_http_blocking::{HttpTransport, Roots, TransportOptions};
use smileid_sandbox::v3_job_id;
use smileid_v3::{Client, Config, JobRef};

/// The pairs of HTTP status and word that the vendor documents.
const PAIRS: [(u16, &str); 6] =
    [(200, "clear"), (200, "block"), (200, "attention"), (200, "error"), (202, "processing"), (404, "not_found")];
/// The fields of a head whose values are shown: they are about the service.
const SHOWN: [&str; 6] = ["api_version", "cache-control", "content-type", "date", "retry-after", "server"];
/// Where a request id could be.
const REQUEST_IDS: [&str; 5] =
    ["x-request-id", "smileid-request-id", "request-id", "x-amzn-requestid", "apigw-requestid"];
/// How far the time in a reply may be from ours.
const SKEW_MS: u64 = 5 * 60 * 1000;

/// What was seen, line by line, and what of it is not as the documents promise.
#[derive(Default)]
pub(crate) struct Observed {
    pub(crate) lines: Vec<String>,
    pub(crate) against: Vec<String>,
}

impl Observed {
    fn say(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    fn promise(&mut self, kept: bool, what: impl Into<String>) {
        if !kept {
            self.against.push(what.into());
        }
    }

    /// The whole report.
    pub(crate) fn text(&self) -> String {
        let against = self.against.iter().map(|line| format!("NOT AS DOCUMENTED: {line}"));
        self.lines.iter().cloned().chain(against).collect::<Vec<_>>().join("\n")
    }
}

/// A transport that keeps the replies to requests for a token and a status, and when they came.
struct Recorder {
    transport: HttpTransport,
    replies: Mutex<Vec<(&'static str, Moment, Response)>>,
}

impl Clock for &Recorder {
    fn now(&self) -> Moment {
        self.transport.now()
    }
}

impl Transport for &Recorder {
    fn send(&self, request: &Request) -> Result<Response, TransportError> {
        let reply = self.transport.send(request)?;
        self.replies.lock().unwrap().push((request.operation, self.transport.now(), reply.clone()));
        Ok(reply)
    }

    fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        self.transport.sleep(duration)
    }
}

/// Waits for a job, checks what the documents promise, and answers what they leave open. Its questions have the numbers of
/// the list in `crates/smileid-v3/README.md`.
pub(crate) fn observe(
    credentials: &Credentials,
    place: &Environment,
    job_id: &str,
    roots: Roots,
    policy: WaitPolicy,
) -> Result<Observed, Error> {
    let recorder = Recorder {
        transport: HttpTransport::with_options(&TransportOptions::new().with_roots(roots))?,
        replies: Mutex::default(),
    };
    let job = JobRef::new(job_id)?;
    let outcome = Client::new(&recorder, Config::new(credentials, place)?).wait_with(job.clone(), policy);
    let replies = recorder.replies.lock().unwrap().clone();
    let mut seen = Observed::default();
    match &outcome {
        Ok(decided) => seen.say(format!("the wait ended with `{}`", decided.decision())),
        Err(error) => {
            seen.say(format!("the wait ended with {}: {error}", error.kind()));
            seen.promise(error.is_deadline(), "the client came to no decision");
        }
    }
    let of = |operation| replies.iter().filter(move |(own, ..)| *own == operation);
    let token = of("v3_token").next().and_then(|(_, at, reply)| token(&mut seen, *at, reply));
    let polls = polls(&mut seen, of("v3_status"), &job);
    let made = job.created_at_millis().unwrap_or_default();
    if let Some((_, _, last)) = of("v3_status").next_back() {
        signature(&mut seen, credentials, last);
        seen.say(not_found(&polls, made));
        kept(&mut seen, &polls, made);
    }
    limits(&mut seen, &replies);
    let last_head = replies.last().map(|(.., reply)| reply);
    let ids: Vec<_> = REQUEST_IDS
        .into_iter()
        .filter(|name| last_head.is_some_and(|reply| reply.headers.first(name).is_some()))
        .collect();
    seen.say(format!("question 8, a request id: {}", if ids.is_empty() { "none".into() } else { ids.join(", ") }));
    errors(&mut seen, &recorder.transport, place, job_id, token.as_deref());
    created_at(&mut seen, &polls, made);
    again(&mut seen, &recorder.transport, place, job_id, token.as_deref(), polls.last());
    let mut words: Vec<_> = polls.iter().map(|poll| shown(&poll.word)).collect();
    words.dedup();
    seen.say(format!("question 13, the words as written: {}", words.join(", ")));
    for (operation, _, reply) in [of("v3_token").next(), of("v3_status").next_back()].into_iter().flatten() {
        for (name, value) in reply.headers.iter() {
            let name = name.to_ascii_lowercase();
            let value = if SHOWN.contains(&&*name) { value.to_owned() } else { hidden(value) };
            seen.say(format!("header of {operation}: {name}: {value}"));
        }
    }
    Ok(seen)
}

/// A reply to a request for the status.
struct Poll {
    at: i64,
    word: String,
    created_at: Option<i64>,
}

fn polls<'r>(
    seen: &mut Observed,
    replies: impl Iterator<Item = &'r (&'static str, Moment, Response)>,
    job: &JobRef,
) -> Vec<Poll> {
    let mut polls = Vec::new();
    for (_, at, reply) in replies {
        let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        let word = body["status"].as_str().unwrap_or_default().to_owned();
        let is_pair = PAIRS.contains(&(reply.status, &word));
        seen.promise(is_pair, format!("HTTP {} with {}", reply.status, shown(&word)));
        if !is_pair {
            continue;
        }
        seen.promise(body["job_id"] == job.id(), "a reply is about another job_id, or names none");
        let created_at = body["created_at"].as_str().and_then(|text| Timestamp::parse(text).ok());
        let created_at = created_at.map(|time| time.unix_millis());
        let is_near = created_at.is_some_and(|time| time.abs_diff(at.unix_millis()) < SKEW_MS);
        seen.promise(is_near, "created_at is no time, or is far from this clock");
        polls.push(Poll { at: at.unix_millis(), word, created_at });
    }
    polls
}

/// Returns the token, and says for how long it is valid, and which claims it has.
fn token(seen: &mut Observed, at: Moment, reply: &Response) -> Option<String> {
    let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let Some(token) = body["token"].as_str() else {
        seen.promise(false, format!("the token reply has no token: {}", shape(reply)));
        return None;
    };
    let part = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok()).unwrap_or_default();
    let claims: Value = serde_json::from_slice(&part).unwrap_or_default();
    let time = |name: &str| claims[name].as_i64();
    let names: Vec<_> =
        claims.as_object().into_iter().flat_map(|claims| claims.keys()).map(|name| shown(name)).collect();
    match (time("exp"), time("iat")) {
        (Some(exp), Some(iat)) => {
            seen.say(format!("question 3, the life of a token: {} s; its claims: {}", exp - iat, names.join(", ")));
        }
        _ => seen.promise(false, "the token is no JWT with exp and iat"),
    }
    let apart =
        |name: &str| time(name).map_or("not named".to_owned(), |time| format!("{} s", at.unix_millis() / 1000 - time));
    seen.say(format!(
        "question 15, how long before it came, by this clock, the token was made (iat: {}) and valid (nbf: {})",
        apart("iat"),
        apart("nbf")
    ));
    Some(token.to_owned())
}

fn signature(seen: &mut Observed, credentials: &Credentials, reply: &Response) {
    let pair = (reply.headers.first("response-timestamp"), reply.headers.first("response-signature"));
    let (signed, form) = match pair {
        (Some(timestamp), Some(signature)) => ("yes", form(credentials, timestamp, signature)),
        (None, None) => ("no", "not seen, since the reply is not signed"),
        _ => ("one half of the pair", "not seen"),
    };
    seen.say(format!("question 1, is a status reply signed: {signed}"));
    seen.say(format!("question 2, the partner id in the signed text: {form}"));
}

/// The form of the partner id that a signature is over.
pub(crate) fn form(credentials: &Credentials, timestamp: &str, signature: &str) -> &'static str {
    let Ok(integer) = credentials.partner_id().as_integer() else { return "not tried: the partner id is no number" };
    for (id, form) in [(integer.to_owned(), "without leading zeros"), (format!("{integer:0>3}"), "with three digits")] {
        let signer = Signer::new(&Credentials::new(PartnerId::new(id).unwrap(), credentials.api_key().clone()));
        let claim = ProofClaim { timestamp: ProofField::Text(timestamp), proof: ProofField::Text(signature) };
        if claim.classify(&signer).is_ok_and(|proof| proof.kind().as_str() == "hmac") {
            return form;
        }
    }
    "neither 23 nor 023: the signature does not hold"
}

fn not_found(polls: &[Poll], made: i64) -> String {
    let age = |poll: &Poll| poll.at - made;
    let unknown = polls.iter().rfind(|poll| poll.word == "not_found").map(age);
    let known = polls.iter().find(|poll| poll.word != "not_found").map(age);
    let when = match (unknown, known) {
        (Some(last), Some(first)) => format!("not found at an age of {last} ms, known at {first} ms"),
        (None, Some(first)) => format!("known when first asked for, at an age of {first} ms"),
        (last, None) => format!("never known, at an age of {} ms", last.unwrap_or_default()),
    };
    format!("question 4, how long a new job is not found: {when}")
}

fn kept(seen: &mut Observed, polls: &[Poll], made: i64) {
    if let Some(last) = polls.last() {
        let hours = (last.at - made) / 3_600_000;
        seen.say(format!("question 5, how long a status is kept: a job of {hours} hours is {}", shown(&last.word)));
    }
}

fn limits(seen: &mut Observed, replies: &[(&'static str, Moment, Response)]) {
    let refused = replies.iter().filter(|(.., reply)| reply.status == 429).count();
    let mut names: Vec<_> = replies
        .iter()
        .flat_map(|(.., reply)| reply.headers.iter())
        .map(|(name, _)| name.to_ascii_lowercase())
        .collect();
    names.retain(|name| name.contains("ratelimit") || name.contains("rate-limit") || name == "retry-after");
    names.sort();
    names.dedup();
    let names = if names.is_empty() { "none".into() } else { names.join(", ") };
    seen.say(format!(
        "question 7, a limit: {refused} of {} replies were a 429; headers about limits: {names}",
        replies.len()
    ));
}

/// Asks without a token, for an id that is no id, for a job that never was, and at a path that is none.
fn errors(seen: &mut Observed, transport: &HttpTransport, place: &Environment, job_id: &str, token: Option<&str>) {
    let never = format!("status/{}", v3_job_id());
    for (what, path, token) in [
        ("without a token", &*format!("status/{job_id}"), None),
        ("for a malformed id", "status/job_1", token),
        ("for a new id that no job has", &*never, token),
        ("at a path that is none", "nothing", token),
    ] {
        let answer =
            get(transport, place, path, token).map_or_else(|error| format!("no reply: {error}"), |reply| shape(&reply));
        seen.say(format!("question 9, an answer {what}: {answer}"));
    }
}

fn created_at(seen: &mut Observed, polls: &[Poll], made: i64) {
    let Some((poll, created_at)) = polls.last().and_then(|poll| Some((poll, poll.created_at?))) else { return };
    seen.say(format!(
        "question 10, created_at: {} ms before its reply came by this clock, {} ms after the job was made",
        poll.at - created_at,
        created_at - made
    ));
}

/// Asks once more for a job that is decided.
fn again(
    seen: &mut Observed,
    transport: &HttpTransport,
    place: &Environment,
    job_id: &str,
    token: Option<&str>,
    last: Option<&Poll>,
) {
    let Some(last) = last.filter(|last| !["processing", "not_found"].contains(&&*last.word)) else { return };
    let answer = get(transport, place, &format!("status/{job_id}"), token);
    let body: Value = answer.ok().and_then(|reply| serde_json::from_slice(&reply.body).ok()).unwrap_or_default();
    let word = body["status"].as_str().unwrap_or_default();
    let same = if word == last.word { "the same" } else { "another" };
    seen.say(format!(
        "question 11, can a final word change: asked again at once it is {same}; run this again after a review"
    ));
}

fn get(
    transport: &HttpTransport,
    place: &Environment,
    path: &str,
    token: Option<&str>,
) -> Result<Response, TransportError> {
    let base = place.base_url();
    let base = base.strip_suffix("/v1").unwrap_or(base);
    let mut request = Request::get(format!("{base}/v3/{path}"), Duration::from_secs(20), 64 * 1024, "v3_status");
    if let Some(token) = token {
        request.headers.append_secret("SmileID-Token", token);
    }
    transport.send(&request)
}

/// What a reply consists of, without its values.
fn shape(reply: &Response) -> String {
    let Ok(Value::Object(body)) = serde_json::from_slice(&reply.body) else {
        return format!("HTTP {}, no JSON object, {} bytes", reply.status, reply.body.len());
    };
    let names: Vec<_> = body.keys().map(|name| shown(name)).collect();
    let word = body.get("status").and_then(Value::as_str).map_or_else(|| "no text".to_owned(), shown);
    format!("HTTP {}, `status` is {word}, members {}", reply.status, names.join(", "))
}

/// A word that cannot be about a person.
fn shown(word: &str) -> String {
    let plain = word.len() <= 24 && word.bytes().all(|byte| byte.is_ascii_alphabetic() || b"_ ".contains(&byte));
    if plain { format!("`{word}`") } else { hidden(word) }
}

fn hidden(value: &str) -> String {
    format!("<text, {} characters>", value.chars().count())
}
