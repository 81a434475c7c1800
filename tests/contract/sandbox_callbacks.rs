//! The forms of callbacks that the sandbox sends on request, each received as a handler would receive it.

use core::time::Duration;

use smileid_core::{Callback, CallbackStage, Config, Environment, Error, ErrorKind, HeaderPair, Timestamp, Verified};
use smileid_sandbox::{Job, Odd, Sandbox};
use smileid_tests::plain_http::{Listener, field, now};

/// What a handler receives from a sandbox that has one job.
struct Stand {
    sandbox: Sandbox,
    listener: Listener,
    config: Config,
}

impl Stand {
    fn start(statuses: &'static [u16], job: Job) -> Self {
        let listener = Listener::start(statuses);
        let sandbox = Sandbox::builder().callback_url(listener.url()).virtual_time().start().unwrap();
        sandbox.add_job(job);
        let config = Config::new(sandbox.credentials(), &Environment::Sandbox);
        Self { sandbox, listener, config }
    }

    /// Receives a callback by the rule of a handler: the pair from the head if it is there.
    fn receive(&self, head: &str, body: &str) -> Result<Verified<Callback>, Error> {
        let pair = HeaderPair::new(field(head, "Response-Timestamp"), field(head, "Response-Signature"));
        let verified = self.config.receive_callback_with(body.as_bytes().to_vec(), pair, now())?;
        // Only the pair in the body can be received without the head.
        let whole = field(head, "Response-Signature").is_none();
        assert_eq!(self.config.receive_callback(body.as_bytes().to_vec(), now()).is_ok(), whole);
        Ok(verified)
    }

    fn next(&self) -> (String, String) {
        self.listener.next_request()
    }
}

fn job(odd: &[Odd]) -> Job {
    odd.iter().fold(Job::new("user-7", "job-7"), |job, odd| job.odd(*odd))
}

#[test]
fn each_form_is_verified_and_read() {
    let cases: [(&[Odd], &str, bool); 5] = [
        (&[], "{\"ResultCode\"", false),
        (&[Odd::CallbackHeaders], "{\"ResultCode\"", true),
        (&[Odd::CallbackNested], "{\"result\":{\"ResultCode\"", false),
        (&[Odd::CallbackSnake], "{\"result_code\"", false),
        (&[Odd::CallbackHeaders, Odd::CallbackNested, Odd::CallbackSnake], "{\"result\":{\"result_code\"", true),
    ];
    for (odd, start, in_head) in cases {
        let stand = Stand::start(&[200], job(odd).approved());
        let (head, body) = stand.next();
        assert!(body.starts_with(start), "{odd:?}: {body}");
        assert_eq!(
            (field(&head, "Response-Signature").is_some(), body.contains("\"signature\":")),
            (in_head, !in_head)
        );
        let ids = (field(&head, "User-ID"), field(&head, "Job-ID"));
        assert_eq!(ids, if in_head { (Some("user-7"), Some("job-7")) } else { (None, None) }, "{odd:?}");
        let callback = stand.receive(&head, &body).unwrap();
        assert_eq!(callback.stage(), CallbackStage::Final, "{odd:?}");
        let ids = (callback.user_id(), callback.job_id());
        assert_eq!((ids.0.as_deref(), ids.1.as_deref()), (Some("user-7"), Some("job-7")), "{odd:?}");
    }
}

#[test]
fn processing_comes_first_and_is_not_final() {
    let stand = Stand::start(&[200], job(&[Odd::CallbackProcessing]).pending_for(Duration::from_secs(5)).approved());
    for expected in [CallbackStage::NotFinal, CallbackStage::Final] {
        let (head, body) = stand.next();
        assert_eq!(stand.receive(&head, &body).unwrap().stage(), expected, "{body}");
        stand.sandbox.advance(Duration::from_secs(5));
    }
}

#[test]
fn delivery_is_repeated_with_its_first_signature() {
    let stand = Stand::start(&[500, 200, 200], job(&[Odd::CallbackTwice]).approved());
    let first = stand.next();
    assert_eq!((&first.1, &first.1), (&stand.next().1, &stand.next().1), "a body differs");
    assert!(stand.receive(&first.0, &first.1).is_ok());
}

#[test]
fn late_delivery_is_stale_and_still_a_reason_to_ask() {
    for odd in [&[Odd::CallbackLate][..], &[Odd::CallbackLate, Odd::CallbackHeaders]] {
        let stand = Stand::start(&[200], job(odd).approved());
        let (head, body) = stand.next();
        let error = stand.receive(&head, &body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Replay, "{odd:?}");
        let stale = error.stale_callback().unwrap();
        assert_eq!(stale.callback().job_id().as_deref(), Some("job-7"), "{odd:?}");
        let signed = field(&head, "Response-Timestamp").map(str::to_owned);
        let signed = signed.unwrap_or_else(|| {
            serde_json::from_str::<serde_json::Value>(&body).unwrap()["timestamp"].as_str().unwrap().into()
        });
        let age = now().unix_millis() - Timestamp::parse(&signed).unwrap().unix_millis();
        assert!((14_400_000..14_460_000).contains(&age), "{age} ms");
    }
}
