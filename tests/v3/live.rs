//! Asks Smile ID's own service about its v3 API, with your key. Nothing but a person's run of this can show what the documents leave open.
//!
//! 1. Submit a job through v3 in the test environment, and copy the `job_id` of the 202.
//! 2. Start this at once: then it also measures how long a new job is not found. The partner id has no leading zeros.
//!
//! ```text
//! SMILEID_PARTNER_ID=23 SMILEID_API_KEY_FILE=key.txt SMILEID_ENVIRONMENT=sandbox SMILEID_V3_JOB_ID=job_… \
//!     cargo test -p smileid-tests --test v3 -- --ignored --nocapture
//! ```
//!
//! 3. If you got a webhook, set `SMILEID_V3_TIMESTAMP` and `SMILEID_V3_SIGNATURE` to its `Response-Timestamp` and `Response-Signature`.
//! 4. Open an issue with what it prints. It asks for the one job for up to two minutes, and for four things that do not exist; it submits nothing.
//!
//! It prints no key, token, id, signature or message: of a header that is not about the service, only its length. The numbers of its
//! questions are those of the list in `crates/smileid-v3/README.md`. If a line begins with `NOT AS DOCUMENTED`, the test fails.

use core::time::Duration;

use smileid_core::{ApiKey, Credentials, Environment, PartnerId, WaitPolicy};
use smileid_http_blocking::{BaseUrl, Roots};
use smileid_sandbox::faults::V3Fault;
use smileid_sandbox::{Job, Sandbox, Stage, v3_job_id};

use crate::observe::{Observed, form, observe};

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: see the head of tests/v3/live.rs"))
}

#[test]
#[ignore = "asks Smile ID's service with your key: set SMILEID_PARTNER_ID, SMILEID_API_KEY_FILE, SMILEID_ENVIRONMENT and \
            SMILEID_V3_JOB_ID, and run it with --ignored --nocapture"]
fn service_answers_the_open_questions() {
    let key = std::fs::read_to_string(variable("SMILEID_API_KEY_FILE")).expect("SMILEID_API_KEY_FILE names a file");
    let partner = PartnerId::new(variable("SMILEID_PARTNER_ID")).unwrap_or_else(|error| panic!("{error}"));
    let credentials = Credentials::new(partner, ApiKey::new(key.trim_end()).unwrap_or_else(|error| panic!("{error}")));
    let place = match &*variable("SMILEID_ENVIRONMENT") {
        "sandbox" => Environment::Sandbox,
        "production" => Environment::Production,
        _ => panic!("SMILEID_ENVIRONMENT is neither sandbox nor production"),
    };
    let policy = WaitPolicy::DEFAULT.with_interval(Duration::from_millis(500));
    let observed = observe(&credentials, &place, &variable("SMILEID_V3_JOB_ID"), Roots::Bundled, policy);
    let observed = observed.unwrap_or_else(|error| panic!("{error}"));
    println!("{}", observed.text());
    let pair = (std::env::var("SMILEID_V3_TIMESTAMP"), std::env::var("SMILEID_V3_SIGNATURE"));
    if let (Ok(timestamp), Ok(signature)) = pair {
        println!("question 2, of the webhook's pair: {}", form(&credentials, &timestamp, &signature));
    }
    assert!(observed.against.is_empty(), "the service does not do what the documents say: see above");
}

/// What is seen of the sandbox with these faults.
fn of_sandbox(faults: &[V3Fault]) -> Observed {
    let id = v3_job_id();
    let job = Job::new("canary-user", &id).then(Stage::NotFound, 1).pending(1).approved();
    let builder = faults.iter().fold(Sandbox::builder().job(job), |builder, fault| builder.fault(*fault, 1.0, None));
    let sandbox = builder.start().unwrap();
    let key = sandbox.credentials().api_key().clone();
    let credentials = Credentials::new(PartnerId::new("23").unwrap(), key);
    let place = BaseUrl::parse(&sandbox.v3_base_url()).unwrap().into();
    let policy = WaitPolicy::DEFAULT.with_interval(Duration::from_millis(250)).with_deadline(Duration::from_secs(3));
    let observed = observe(&credentials, &place, &id, Roots::Added, policy).unwrap();
    let text = observed.text();
    for canary in ["canary-user", &id, "sandbox-api-key", "eyJ"] {
        assert!(!text.contains(canary), "{text}");
    }
    observed
}

fn contains(observed: &Observed, lines: &[&str]) {
    let text = observed.text();
    for line in lines {
        assert!(text.contains(line), "{line}: {text}");
    }
}

#[test]
fn sandbox_answers_the_open_questions() {
    let observed = of_sandbox(&[]);
    assert!(observed.against.is_empty(), "{}", observed.text());
    contains(
        &observed,
        &[
            "the wait ended with `clear`",
            "question 1, is a status reply signed: no",
            "question 2, the partner id in the signed text: not seen",
            "question 3, the life of a token: 900 s; its claims: `aud`, ",
            "question 4, how long a new job is not found: not found at an age of ",
            "question 5, how long a status is kept: a job of 0 hours is `clear`",
            "question 7, a limit: 0 of 4 replies were a 429; headers about limits: none",
            "question 8, a request id: none",
            "an answer without a token: HTTP 401, `status` is `unauthorized`, members `job_id`, `message`, `status`, `user_id`",
            "an answer for a malformed id: HTTP 400, `status` is `Bad Request`, members `status`, `message`",
            "an answer for a new id that no job has: HTTP 404, `status` is `not_found`, ",
            "an answer at a path that is none: HTTP 404, `status` is no text, members `message`",
            "question 10, created_at: ",
            "question 11, can a final word change: asked again at once it is the same",
            "question 13, the words as written: `not_found`, `processing`, `clear`",
            "question 15, how long before it came, by this clock, the token was made (iat: ",
            "header of v3_token: content-type: application/json",
            "header of v3_status: api_version: v3.952.0",
            "header of v3_status: user_id: <text, 11 characters>",
        ],
    );
    contains(
        &of_sandbox(&[V3Fault::Signed]),
        &["signed: yes", "the signed text: with three digits", "known when first asked for"],
    );
}

#[test]
fn what_is_not_as_documented_is_reported_with_all_else() {
    for (fault, line) in [
        (V3Fault::UnknownWord, "NOT AS DOCUMENTED: HTTP 200 with `queued`"),
        (V3Fault::OtherJobsId, "NOT AS DOCUMENTED: a reply is about another job_id"),
        (V3Fault::TokenOpaque, "NOT AS DOCUMENTED: the token is no JWT with exp and iat"),
        (V3Fault::TokenMissing, "NOT AS DOCUMENTED: the token reply has no token: HTTP 200, `status` is no text, "),
        (V3Fault::Slug401, "question 8, a request id: x-request-id"),
        (V3Fault::Limit429, "headers about limits: retry-after"),
    ] {
        let observed = of_sandbox(&[fault]);
        contains(&observed, &[line, "the wait ended with ", "question 9, an answer without a token: "]);
    }
}
