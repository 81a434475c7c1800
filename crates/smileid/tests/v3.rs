//! The v3 clients against the sandbox: a first call takes a few lines, and clones share one token.
#![cfg(all(feature = "async", feature = "blocking", feature = "v3"))]
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use smileid::v3::{self, Answer, Decision, JobRef, OriginPolicy};
use smileid::{ClientBuilder, ErrorKind};
use smileid_sandbox::{Job, Sandbox, v3_job_id};

struct Service {
    sandbox: Sandbox,
    job: String,
}

fn service() -> Service {
    let job = v3_job_id();
    let sandbox = Sandbox::builder().job(Job::new("user-7", job.as_str()).approved()).start().unwrap();
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
