//! Callbacks into a store, as a table: what each does to its job and what to answer.

use core::time::Duration;

use smileid_conformance::FakeClock;

use smileid_core::{
    Client, Clock, Config, Environment, HeaderPair, Moment, Request, Response, Signer, Timestamp, Transport,
    TransportError, TransportErrorKind,
};
use smileid_jobs::{Called, HeaderIds, called, called_async};
use smileid_jobs::{Claimed, JobStore, MemoryStore, Mode, NewJob, Woken};
use smileid_jobs_conformance::answers::{SIGNED_AT, credentials};

use crate::finish;

const USER: &str = r#""user_id":"user-7""#;

/// A transport that is never asked.
struct Nowhere;

impl Clock for Nowhere {
    fn now(&self) -> Moment {
        Moment::new(SIGNED_AT, Duration::ZERO)
    }
}

impl Transport for Nowhere {
    fn send(&self, _: &Request) -> Result<Response, TransportError> {
        Err(TransportError::new(TransportErrorKind::Other))
    }

    fn sleep(&self, _: Duration) -> Result<(), TransportError> {
        Ok(())
    }
}

/// A callback with these ids and result, signed so long ago.
fn callback(ids: &str, rest: &str, ago: Duration) -> String {
    let at = Moment::new(SIGNED_AT - i64::try_from(ago.as_millis()).unwrap(), Duration::ZERO);
    let pair = Signer::new(&credentials().unwrap()).authorize_at(Timestamp::at(at));
    format!(
        r#"{{{rest},"PartnerParams":{{{ids},"job_type":1}},"timestamp":"{}","signature":"{}"}}"#,
        pair.timestamp(),
        pair.value()
    )
}

/// A store in which `job-7` was asked for and is due in two hours, `settled` is settled, and nothing else is known.
fn store(clock: &FakeClock) -> MemoryStore<FakeClock> {
    let mut store = MemoryStore::new(clock.clone());
    let claim = |store: &mut MemoryStore<FakeClock>, id: &str| -> Claimed {
        JobStore::import(store, &[NewJob::new("user-7", id).unwrap()], Mode::Write).unwrap();
        JobStore::claim(store, 1, Duration::from_secs(60), "test").unwrap()
    };
    let settled = claim(&mut store, "settled").jobs.remove(0);
    let settlement = smileid_jobs_conformance::answers::settlement(&settled.query).unwrap();
    let later = claim(&mut store, "job-7").jobs.remove(0);
    let again = smileid_jobs::Again { due: SIGNED_AT + 7_200_000, why: smileid_jobs::Why::NotYet };
    let batch =
        [(settled, smileid_jobs::Outcome::Settled(Box::new(settlement))), (later, smileid_jobs::Outcome::Again(again))]
            .map(|(claim, outcome)| smileid_jobs::Done { key: claim.key, epoch: claim.epoch, outcome });
    JobStore::record(&mut store, &batch).unwrap();
    store
}

#[test]
fn a_proven_callback_makes_its_job_due_and_no_other_does() {
    let client = Client::new(Nowhere, Config::new(&credentials().unwrap(), &Environment::Sandbox));
    let now = Duration::ZERO;
    let day = Duration::from_secs(86_400);
    let ids = |job: &str| format!(r#"{USER},"job_id":"{job}""#);
    let (done, leg, going) = (r#""ResultCode":"0810""#, r#""ResultCode":"1012""#, r#""status":"processing""#);
    let good = callback(&ids("job-7"), done, now);
    let named = |user_id, job_id| HeaderIds { user_id, job_id };
    let none = HeaderIds::NONE;
    for (name, body, headers, expected, status, due) in [
        ("a final result", good.clone(), none, Called::Woken(Woken::Due), 200, 1),
        ("a stale one whose proof holds", callback(&ids("job-7"), done, day), none, Called::Woken(Woken::Due), 200, 1),
        ("an unknown stage", callback(&ids("job-7"), r#""other":1"#, now), none, Called::Woken(Woken::Due), 200, 1),
        ("an id leg", callback(&ids("job-7"), leg, now), none, Called::AnotherFollows, 200, 0),
        ("one under way", callback(&ids("job-7"), going, now), none, Called::AnotherFollows, 200, 0),
        ("a settled job", callback(&ids("settled"), done, now), none, Called::Woken(Woken::Settled), 200, 0),
        ("another's job", callback(&ids("job-8"), done, now), none, Called::Woken(Woken::Unknown), 404, 0),
        ("no job", callback(USER, done, now), none, Called::Malformed, 400, 0),
        (
            "a job by its header",
            callback(USER, done, now),
            named(None, Some("job-7")),
            Called::Woken(Woken::Due),
            200,
            1,
        ),
        ("two jobs", good.clone(), named(None, Some("settled")), Called::Malformed, 400, 0),
        ("a wrong signature", good.replace(r#""signature":""#, r#""signature":"A"#), none, Called::Refused, 401, 0),
        ("no signature", good.replace("signature", "unsigned"), none, Called::Refused, 401, 0),
        ("no JSON", "hello".to_owned(), none, Called::Malformed, 400, 0),
    ] {
        let received = client.receive_callback_with(body.into_bytes(), HeaderPair::NONE);
        for twin in ["blocking", "async"] {
            let clock = FakeClock::at(SIGNED_AT);
            let mut store = store(&clock);
            let outcome = if twin == "async" {
                finish(called_async(&store, &received, headers))
            } else {
                called(&mut store, &received, headers)
            };
            let outcome = outcome.unwrap();
            assert_eq!((outcome, outcome.status()), (expected, status), "{name}, {twin}");
            assert_eq!(JobStore::counts(&mut store).unwrap().due, due, "{name}, {twin}");
        }
    }
    assert!(!format!("{:?}", named(Some("canary"), None)).contains("canary"));
}
