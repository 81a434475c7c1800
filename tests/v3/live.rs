//! What the service really sends: a wait whose replies are looked at. It runs against the sandbox, and by hand against the service.
//!
//! ```text
//! SMILEID_PARTNER_ID=23 SMILEID_API_KEY_FILE=key.txt SMILEID_ENVIRONMENT=sandbox SMILEID_V3_JOB_ID=job_… \
//!     cargo test -p smileid-tests --test v3 -- --ignored --nocapture
//! ```
//!
//! Submit a job and start this at once: then it also measures how long a new job is not found. It prints no key, token, id or signature.

use core::time::Duration;
use std::sync::Mutex;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use smileid_core::{
    ApiKey, Clock, Credentials, Environment, ErrorKind, Moment, PartnerId, ProofClaim, ProofField, Request, Response,
    Signer, Timestamp, Transport, TransportError, WaitPolicy,
};
use smileid_http_blocking::{BaseUrl, HttpTransport, Roots, TransportOptions};
use smileid_sandbox::faults::V3Fault;
use smileid_sandbox::{Job, Sandbox, v3_job_id};
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

/// Waits for a job, checks five things that the documents promise, and answers what they leave open.
fn observe(credentials: &Credentials, place: &Environment, job_id: &str, roots: Roots, policy: WaitPolicy) -> String {
    let transport = HttpTransport::with_options(&TransportOptions::new().with_roots(roots)).unwrap();
    let recorder = Recorder { transport, replies: Mutex::default() };
    let client = Client::new(&recorder, Config::new(credentials, place).unwrap());
    let job = JobRef::new(job_id).unwrap();
    let made = job.created_at_millis().expect("the id contains the time of its making");
    // 1. The client comes to a decision, unless the job takes longer than the wait.
    if let Err(error) = client.wait_with(job, policy) {
        assert_eq!(error.kind(), ErrorKind::Deadline, "{error}");
    }
    let replies = recorder.replies.into_inner().unwrap();
    let of = |operation| replies.iter().filter(move |(own, ..)| *own == operation);
    let mut lines = vec![about_token(&of("v3_token").next().expect("a token was fetched").2)];
    let mut seen = Vec::new();
    for (_, at, reply) in of("v3_status") {
        let body: Value = serde_json::from_slice(&reply.body).expect("a status reply is JSON");
        // 2. HTTP status and word are one of the six pairs. 3. The reply is about the job. 4. Its time is near ours.
        let word = body["status"].as_str().unwrap_or_default().to_owned();
        assert!(PAIRS.contains(&(reply.status, &word)), "HTTP {} with {}", reply.status, shown(&word));
        assert!(body["job_id"] == job_id, "the reply is about another job_id, or none");
        let created = Timestamp::parse(body["created_at"].as_str().unwrap_or_default()).expect("created_at is a time");
        assert!(created.unix_millis().abs_diff(at.unix_millis()) < SKEW_MS, "created_at is far from this clock");
        seen.push((at.unix_millis() - made, word));
    }
    let (_, _, last) = of("v3_status").next_back().expect("a status was asked for");
    lines.extend(about_signature(credentials, last));
    lines.push(about_not_found(&seen));
    let ids: Vec<_> = REQUEST_IDS.into_iter().filter(|name| last.headers.first(name).is_some()).collect();
    lines.push(format!("question 8, a request id: {}", if ids.is_empty() { "none".into() } else { ids.join(", ") }));
    let mut words: Vec<_> = seen.iter().map(|(_, word)| shown(word)).collect();
    words.dedup();
    lines.push(format!("question 13, the words as written: {}", words.join(", ")));
    for (name, value) in last.headers.iter() {
        let name = name.to_ascii_lowercase();
        let value = if SHOWN.contains(&&*name) { value.to_owned() } else { hidden(value) };
        lines.push(format!("header {name}: {value}"));
    }
    lines.join("\n")
}

/// 5. The token is a JWT that says when it ends. Returns for how long it is valid, and which claims it has.
fn about_token(reply: &Response) -> String {
    let body: Value = serde_json::from_slice(&reply.body).expect("the token reply is JSON");
    let part = body["token"].as_str().and_then(|token| token.split('.').nth(1)).expect("the token is a JWT");
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).expect("its claims are JSON");
    let time = |name: &str| claims[name].as_i64().unwrap_or_else(|| panic!("the claim {name} is not a time"));
    let names: Vec<_> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    format!("token: valid for {} s, with the claims {}", time("exp") - time("iat"), names.join(", "))
}

fn about_signature(credentials: &Credentials, reply: &Response) -> [String; 2] {
    let pair = (reply.headers.first("response-timestamp"), reply.headers.first("response-signature"));
    let (signed, form) = match pair {
        (Some(timestamp), Some(signature)) => ("yes", form(credentials, timestamp, signature)),
        (None, None) => ("no", "not seen, since the reply is not signed"),
        _ => ("one half of the pair", "not seen"),
    };
    [
        format!("question 1, is a status reply signed: {signed}"),
        format!("question 2, the partner id in the signed text: {form}"),
    ]
}

/// The form of the partner id that a signature is over.
fn form(credentials: &Credentials, timestamp: &str, signature: &str) -> &'static str {
    let integer = credentials.partner_id().as_integer().expect("the partner id is a number");
    for (id, form) in [(integer.to_owned(), "without leading zeros"), (format!("{integer:0>3}"), "with three digits")] {
        let signer = Signer::new(&Credentials::new(PartnerId::new(id).unwrap(), credentials.api_key().clone()));
        let claim = ProofClaim { timestamp: ProofField::Text(timestamp), proof: ProofField::Text(signature) };
        if claim.classify(&signer).is_ok_and(|proof| proof.kind().as_str() == "hmac") {
            return form;
        }
    }
    "neither 23 nor 023: the signature does not hold"
}

fn about_not_found(seen: &[(i64, String)]) -> String {
    let unknown = seen.iter().rfind(|(_, word)| word == "not_found").map(|(age, _)| *age);
    let known = seen.iter().find(|(_, word)| word != "not_found").map(|(age, _)| *age);
    let when = match (unknown, known) {
        (Some(last), Some(first)) => format!("not found at an age of {last} ms, known at {first} ms"),
        (None, Some(first)) => format!("known when first asked for, at an age of {first} ms"),
        (last, None) => format!("never known, at an age of {} ms", last.unwrap_or_default()),
    };
    format!("question 4, how long a new job is not found: {when}")
}

/// A word that cannot be about a person.
fn shown(word: &str) -> String {
    let plain = word.len() <= 24 && word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    if plain { format!("`{word}`") } else { hidden(word) }
}

fn hidden(value: &str) -> String {
    format!("<text, {} characters>", value.chars().count())
}

#[test]
#[ignore = "asks Smile ID's service with your key: set SMILEID_PARTNER_ID, SMILEID_API_KEY_FILE, SMILEID_ENVIRONMENT and \
            SMILEID_V3_JOB_ID, and run it with --ignored --nocapture"]
fn service_answers_the_open_questions() {
    let variable = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
    let key = std::fs::read_to_string(variable("SMILEID_API_KEY_FILE")).expect("SMILEID_API_KEY_FILE names a file");
    let partner = PartnerId::new(variable("SMILEID_PARTNER_ID")).unwrap();
    let credentials = Credentials::new(partner, ApiKey::new(key.trim_end()).unwrap());
    let place = match &*variable("SMILEID_ENVIRONMENT") {
        "sandbox" => Environment::Sandbox,
        "production" => Environment::Production,
        _ => panic!("SMILEID_ENVIRONMENT is neither sandbox nor production"),
    };
    let policy = WaitPolicy::DEFAULT.with_interval(Duration::from_millis(500));
    println!("{}", observe(&credentials, &place, &variable("SMILEID_V3_JOB_ID"), Roots::Bundled, policy));
    if let (Ok(timestamp), Ok(signature)) =
        (std::env::var("SMILEID_V3_TIMESTAMP"), std::env::var("SMILEID_V3_SIGNATURE"))
    {
        println!("question 2, of the webhook's pair: {}", form(&credentials, &timestamp, &signature));
    }
}

#[test]
fn sandbox_answers_the_open_questions() {
    let ask = |faults: &[V3Fault]| {
        let id = v3_job_id();
        let job = Job::new("canary-user", &id).then(smileid_sandbox::Stage::NotFound, 1).pending(1).approved();
        let builder =
            faults.iter().fold(Sandbox::builder().job(job), |builder, fault| builder.fault(*fault, 1.0, None));
        let sandbox = builder.start().unwrap();
        let key = sandbox.credentials().api_key().clone();
        let credentials = Credentials::new(PartnerId::new("23").unwrap(), key);
        let place = BaseUrl::parse(&sandbox.v3_base_url()).unwrap().into();
        let policy = WaitPolicy::DEFAULT.with_interval(Duration::from_millis(250));
        let report = observe(&credentials, &place, &id, Roots::Added, policy);
        for canary in ["canary-user", &id, "sandbox-api-key"] {
            assert!(!report.contains(canary), "{report}");
        }
        report
    };
    let report = ask(&[]);
    for line in [
        "token: valid for 900 s, with the claims aud, ",
        "question 1, is a status reply signed: no",
        "question 4, how long a new job is not found: not found at an age of ",
        "question 8, a request id: none",
        "question 13, the words as written: `not_found`, `processing`, `clear`",
        "header api_version: v3.952.0",
        "header user_id: <text, 11 characters>",
    ] {
        assert!(report.contains(line), "{line}: {report}");
    }
    let report = ask(&[V3Fault::Signed]);
    for line in ["signed: yes", "the signed text: with three digits", "known when first asked for"] {
        assert!(report.contains(line), "{line}: {report}");
    }
}
