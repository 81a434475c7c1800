//! The crate as a newcomer uses it: everything imported by a glob, with the standard library's `core` beside it.
#![cfg(all(feature = "async", feature = "blocking"))]
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use core::time::Duration;

use smileid::*;
use smileid_sandbox::{Job, Sandbox};

fn sandbox() -> Sandbox {
    Sandbox::builder().job(Job::new("user-7", "job-7").approved()).start().unwrap()
}

fn builder_of<C>(new: impl Fn(&str, &str) -> ClientBuilder<C>, sandbox: &Sandbox) -> ClientBuilder<C> {
    let credentials = sandbox.credentials();
    new(credentials.partner_id().as_str(), credentials.api_key().expose()).base_url(&sandbox.base_url())
}

fn query() -> JobStatusQuery {
    JobStatusQuery::new("user-7", "job-7").unwrap()
}

#[test]
fn blocking_client_waits_for_a_verdict() {
    let sandbox = sandbox();
    let client = builder_of(|id, key| blocking::Client::builder(id, key), &sandbox).build().unwrap();
    assert!(matches!(client.status(query()).unwrap(), Answer::Final(_)));
    let status = client.wait_with(query(), WaitPolicy::default().with_deadline(Duration::from_secs(5))).unwrap();
    assert_eq!(status.verdict(), client.wait(query()).unwrap().verdict());
}

#[test]
fn an_interrupted_client_ends_its_waits_and_starts_no_other() {
    let sandbox = sandbox();
    let client = builder_of(|id, key| blocking::Client::builder(id, key), &sandbox).build().unwrap();
    let pending = || JobStatusQuery::new("user-7", "pending-for-ever").unwrap();
    let interrupt = client.interrupt();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| client.wait(pending()).unwrap_err().kind());
        while sandbox.requests() == 0 {
            std::thread::yield_now();
        }
        interrupt.stop();
        assert_eq!(waiting.join().unwrap(), ErrorKind::Cancelled);
    });
    assert_eq!(client.status(query()).unwrap_err().kind(), ErrorKind::Cancelled);
}

#[test]
fn a_setting_of_calls_and_one_of_the_connection_reach_the_client() {
    let sandbox = sandbox();
    let strict = DecodeOptions::default().with_max_bytes(10);
    let builder = builder_of(|id, key| blocking::Client::builder(id, key), &sandbox).retry(RetryPolicy::NONE);
    let client = builder.config(move |config| config.with_decode_options(strict)).build().unwrap();
    assert_eq!(client.status(query()).unwrap_err().kind(), ErrorKind::Malformed);
    let builder = builder_of(|id, key| blocking::Client::builder(id, key), &sandbox).retry(RetryPolicy::NONE);
    let client = builder.http(|options| options.with_max_head_bytes(10)).build().unwrap();
    assert_eq!(client.status(query()).unwrap_err().kind(), ErrorKind::Malformed);
}

#[tokio::test(flavor = "current_thread")]
async fn async_client_waits_for_a_verdict() {
    let sandbox = sandbox();
    let client = builder_of(|id, key| Client::builder(id, key), &sandbox).build().unwrap();
    assert!(matches!(client.status(query()).await.unwrap(), Answer::Final(_)));
    assert!(client.wait(query()).await.unwrap().code().is_some());
    assert_eq!(client.receive_callback("{}").unwrap_err().kind(), ErrorKind::Unproven);
}

#[test]
fn every_mistake_is_named_at_once_and_no_value_is_repeated() {
    let error =
        blocking::Client::builder("canary id", "canary\n").proxy("ftp://canary").ca_pem("canary").build().unwrap_err();
    let message = error.to_string();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    for part in ["partner_id: ", "api_key: ", "no environment: ", "the proxy's URL ", "CA file"] {
        assert!(message.contains(part), "{part} is missing in: {message}");
    }
    assert!(!message.contains("canary") && !format!("{error:?}").contains("canary"), "{message}");
}

#[test]
fn environment_and_base_url_must_be_the_same_place() {
    let both =
        |url: &str| blocking::Client::builder("023", "key").environment(Environment::Production).base_url(url).build();
    assert!(both("http://127.0.0.1:9/v1").unwrap_err().to_string().contains("not the same place"));
    assert!(both("https://api.smileidentity.com/v1").is_ok());
    assert!(blocking::Client::builder("023", "key").build().unwrap_err().to_string().starts_with("no environment"));
}

#[test]
fn a_builder_shows_no_key() {
    let builder = Client::builder("canary-id", "canary-key").environment(Environment::Sandbox);
    assert!(!format!("{builder:?}").contains("canary"));
}
