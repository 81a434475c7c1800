//! The v3 clients against the sandbox: a first call takes a few lines, and clones share one token.
#![cfg(all(feature = "async", feature = "blocking", feature = "v3"))]
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::collections::BTreeSet;

use smileid::v3::{self, Answer, Decision, JobRef, OriginPolicy, Product};
use smileid::{ClientBuilder, Error, ErrorKind, RetryPolicy};
use smileid_sandbox::faults::V3Fault;
use smileid_sandbox::{Job, Sandbox, v3_job_id};

struct Service {
    sandbox: Sandbox,
    job: String,
}

fn service() -> Service {
    service_with(&[])
}

/// A service whose every request meets these faults.
fn service_with(faults: &[V3Fault]) -> Service {
    let job = v3_job_id();
    let sandbox = Sandbox::builder().job(Job::new("user-7", job.as_str()).approved());
    let sandbox = faults.iter().fold(sandbox, |sandbox, fault| sandbox.fault(*fault, 1.0, None)).start().unwrap();
    Service { sandbox, job }
}

impl Service {
    fn builder<C>(&self, new: impl Fn(&str, &str) -> ClientBuilder<C>) -> ClientBuilder<C> {
        new("23", self.sandbox.credentials().api_key().expose()).base_url(&self.sandbox.base_url())
    }

    fn job(&self) -> JobRef {
        JobRef::new(self.job.as_str()).unwrap()
    }

    /// How many requests came, those for tokens included.
    fn requests(&self) -> usize {
        self.sandbox.journal().len()
    }
}

#[test]
fn blocking_client_waits_for_a_decision_with_one_token() {
    let service = service();
    let client = service.builder(|id, key| v3::blocking::Client::builder(id, key)).build().unwrap();
    let decided = client.wait(service.job()).unwrap();
    assert_eq!((decided.decision(), decided.origin().as_str()), (Decision::Clear, "plain"));
    assert!(matches!(client.clone().status(service.job()).unwrap(), Answer::Final(_)));
    assert_eq!(service.requests(), 3, "two for the status and one for the token");
    let strict = client.with_config(|config| config.with_origin(OriginPolicy::RequireSigned));
    assert_eq!(strict.status(service.job()).unwrap_err().kind(), ErrorKind::Unproven);
}

#[tokio::test(flavor = "current_thread")]
async fn async_clones_share_one_token_request() {
    let service = service();
    let client = service.builder(|id, key| v3::Client::builder(id, key)).build().unwrap();
    let (one, two) = (client.clone(), client.clone());
    let (one, two) = tokio::join!(one.wait(service.job()), two.wait(service.job()));
    assert_eq!((one.unwrap().decision(), two.unwrap().decision()), (Decision::Clear, Decision::Clear));
    assert_eq!(service.requests(), 3, "two for the status and one for the token");
}

#[test]
fn partner_id_with_zeros_and_a_wrong_key_each_have_their_message() {
    let service = service();
    let build =
        |id: &str, key: &str| v3::blocking::Client::builder(id, key).base_url(&service.sandbox.base_url()).build();
    assert!(build("023", "key").unwrap_err().to_string().contains("drop the leading zeros"));
    let error = build("23", "another-key").unwrap().status(service.job()).unwrap_err();
    assert!(error.kind() == ErrorKind::Credentials && error.to_string().contains("may not work here"), "{error}");
}

/// What both clients say to a wrong token or reply.
fn errors(faults: &[V3Fault]) -> [Error; 2] {
    let ask = |service: &Service| {
        let patience = RetryPolicy::NONE;
        let client = service.builder(|id, key| v3::blocking::Client::builder(id, key)).retry(patience).build().unwrap();
        client.status(service.job()).unwrap_err()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let service = service_with(faults);
    let client = service.builder(|id, key| v3::Client::builder(id, key)).retry(RetryPolicy::NONE).build().unwrap();
    [ask(&service_with(faults)), runtime.block_on(client.status(service.job())).unwrap_err()]
}

#[test]
fn each_wrong_token_and_reply_has_its_own_message() {
    use ErrorKind::{Credentials, Malformed, Mismatch, NotFound};
    let cases: [(&[V3Fault], ErrorKind, &str); 10] = [
        (&[V3Fault::TokenOpaque, V3Fault::Storm401], Credentials, "not a JWT"),
        (&[V3Fault::TokenEnded], Credentials, "end is in the past"),
        (&[V3Fault::TokenOtherHost], Credentials, "another host in its api_url"),
        (&[V3Fault::TokenOtherPartner], Credentials, "another partner in its partner_id"),
        (&[V3Fault::Token401], Credentials, "gives no token for this API key"),
        (&[V3Fault::TokenMissing], Malformed, "no token that a header can carry"),
        (&[V3Fault::Storm401], Credentials, "refuses the token twice"),
        (&[V3Fault::Slug200], Malformed, "the slug of an error"),
        (&[V3Fault::Slug404], NotFound, "the answer of a gateway"),
        (&[V3Fault::OtherJobsId], Mismatch, "another job_id"),
    ];
    let mut messages = BTreeSet::new();
    for (faults, kind, part) in cases {
        for error in errors(faults) {
            assert_eq!(error.kind(), kind, "{error}");
            assert!(error.to_string().contains(part), "{error}");
            messages.insert(error.to_string());
        }
    }
    assert_eq!(messages.len(), cases.len(), "{messages:#?}");
}

#[test]
fn error_names_the_gateways_id_of_the_request() {
    for error in errors(&[V3Fault::Slug401]) {
        assert_eq!(error.request_id(), Some("sandbox-4f1d0c6e"));
    }
    for error in errors(&[V3Fault::Envelope500]) {
        assert_eq!(error.request_id(), None);
    }
}

#[test]
fn answer_repeats_the_product_that_was_named() {
    let service = service();
    let client = service.builder(|id, key| v3::blocking::Client::builder(id, key)).build().unwrap();
    let decided = client.wait(service.job().of(Product::SmartSelfieRegistration)).unwrap();
    assert_eq!(decided.product().map(Product::as_str), Some("smart_selfie_registration"));
}
