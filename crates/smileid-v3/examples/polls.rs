//! Polls of a wait without I/O, of v1 and of v3, for a tool that counts instructions: `polls v1 COUNT`, `polls v3 COUNT`. It prints nothing.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a program that only measures")]

use core::hint::black_box;
use core::time::Duration;

use smileid_core::{
    ApiKey, Config, Credentials, Environment, JobStatusQuery, Machine, Moment, PartnerId, Response, Session, Step,
    WaitPolicy,
};
use smileid_v3::JobRef;

const NOON: i64 = 1_791_115_200_000;
const JOB: &str = "job_01m43cj1g0f3strfaebxg730mk";
const V1: &str = r#"{"timestamp":"2026-10-04T12:00:00.000Z","signature":"nD5rG9g/uEMJghiwVnQ2YG6BV8Dw0pjvNGG9+nGHVUE=","job_complete":false,"job_success":false,"code":"2314","result":"No zip file received"}"#;
const V3: &str = r#"{"status":"processing","job_id":"job_01m43cj1g0f3strfaebxg730mk","user_id":"user_01m43cj1g0f3strfaebxg730mk","message":"Job is still processing","created_at":"2026-10-04T12:00:00.000Z"}"#;
/// Of 24 hours from 12:00 on: `{"exp":1791201600,"iat":1791115200}`.
const TOKEN: &str = r#"{"token":"e30.eyJleHAiOjE3OTEyMDE2MDAsImlhdCI6MTc5MTExNTIwMH0.c2ln"}"#;

/// Makes `count` polls of `v1` or of `v3`.
fn polls(name: &str, count: u32) {
    let credentials =
        Credentials::new(PartnerId::new("23").unwrap(), ApiKey::new("an-api-key-of-the-usual-length").unwrap());
    let policy =
        WaitPolicy::DEFAULT.with_interval(Duration::from_millis(250)).with_deadline(Duration::from_secs(1 << 30));
    if name == "v1" {
        let config = Config::new(&credentials, &Environment::Sandbox);
        let query = JobStatusQuery::new("user-7", "job-7").unwrap();
        run(Session::wait(&config, query, policy), count, 200, V1);
    } else {
        let config = smileid_v3::Config::new(&credentials, &Environment::Sandbox).unwrap();
        run(smileid_v3::Session::wait(&config, JobRef::new(JOB).unwrap(), policy), count, 202, V3);
    }
}

fn run(mut session: impl Machine, count: u32, status: u16, body: &str) {
    let mut now = Duration::ZERO;
    let mut made = 0;
    while made < count {
        // The wall clock stays: only the polls are of interest, and no token is to end.
        let moment = Moment::new(NOON, now);
        match session.step(moment) {
            Step::Send(request) => {
                let is_token = black_box(request).operation == "v3_token";
                let body = if is_token { TOKEN } else { body };
                made += u32::from(!is_token);
                session
                    .receive(moment, Ok(Response::new(if is_token { 200 } else { status }, body.as_bytes().to_vec())));
            }
            Step::Wait(time) => now += time,
            Step::Done(_) => panic!("the wait ended"),
        }
    }
}

fn main() {
    let mut words = std::env::args().skip(1);
    let (name, count) = (words.next().unwrap_or_default(), words.next().and_then(|word| word.parse().ok()));
    // `cargo test` builds and may run it without words.
    polls(&name, count.unwrap_or(1));
}
