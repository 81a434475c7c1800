//! What the tests share: a service that answers by a script, and what it says.

use core::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use smileid_conformance::{Exchange, FakeClock, Scripted};
use smileid_core::{ApiKey, Credentials, Environment, Error, Method, PartnerId, Request, Response, RetryPolicy};
use smileid_v3::{Client, Config, JobRef};

/// The time in [`JOB`].
pub(crate) const NOON: i64 = 1_791_115_200_000;
pub(crate) const JOB: &str = "job_01m43cj1g0f3strfaebxg730mk";
pub(crate) const OTHER_JOB: &str = "job_01m43cj1g0f3strfaebxg730mm";
pub(crate) const KEY: &str = "canary-api-key";

pub(crate) fn credentials() -> Credentials {
    Credentials::new(PartnerId::new("23").unwrap(), ApiKey::new(KEY).unwrap())
}

pub(crate) fn config() -> Config {
    Config::new(&credentials(), &Environment::Sandbox).unwrap()
}

pub(crate) fn job() -> JobRef {
    JobRef::new(JOB).unwrap()
}

pub(crate) fn is_token(request: &Request) -> bool {
    request.method == Method::Post && request.url.ends_with("/v3/token")
}

/// A token with these claims.
pub(crate) fn jwt(claims: &str) -> String {
    format!("e30.{}.Y2FuYXJ5", URL_SAFE_NO_PAD.encode(claims))
}

/// A token of a partner that lives for 15 minutes from `now`.
pub(crate) fn sound(now_millis: i64) -> String {
    let now = now_millis / 1000;
    jwt(&format!(
        r#"{{"exp":{},"iat":{now},"partner_id":"023","api_url":"https://testapi.smileidentity.com/v3"}}"#,
        now + 900
    ))
}

pub(crate) fn token_reply(token: &str) -> Response {
    Response::new(200, format!(r#"{{"token":"{token}"}}"#).into_bytes())
}

/// A status response as the document has it.
pub(crate) fn status_reply(http: u16, word: &str, job: &str) -> Response {
    let body = format!(
        r#"{{"status":"{word}","job_id":"{job}","user_id":"user_7","message":"Job completed","created_at":"2026-10-04T12:00:00.000Z"}}"#
    );
    Response::new(http, body.into_bytes())
}

/// A service that gives sound tokens, and whose status responses are these in order; the last one is repeated.
pub(crate) fn service(clock: &FakeClock, replies: Vec<Response>) -> Scripted {
    let mut left = replies.into_iter().peekable();
    Scripted::answering(clock.clone(), move |request, now| {
        if is_token(request) {
            return Exchange::reply(token_reply(&sound(now.unix_millis())));
        }
        let next = left.next().unwrap();
        if left.peek().is_none() {
            left = vec![next.clone()].into_iter().peekable();
        }
        Exchange::reply(next)
    })
}

pub(crate) fn noon() -> FakeClock {
    FakeClock::at(NOON)
}

/// A client of one attempt over a transport.
pub(crate) fn client(transport: &Scripted) -> Client<Scripted> {
    let config = config().with_settings(|settings| settings.with_retry(RetryPolicy::NONE).with_jitter_seed(7));
    Client::new(transport.clone(), config)
}

/// Asserts that nothing secret is shown by an error.
pub(crate) fn clean(error: &Error) {
    let shown = format!("{error} {error:?}");
    for canary in ["canary", "Y2FuYXJ5", "job_01", "user_7"] {
        assert!(!shown.contains(canary), "{shown}");
    }
}

pub(crate) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
