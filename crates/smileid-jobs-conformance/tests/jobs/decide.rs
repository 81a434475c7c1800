//! What follows from each answer and each error, as tables.

use core::time::Duration;

use smileid_core::{__internal::new_error, ErrorKind, JobStatusQuery, Response};
use smileid_jobs::{Again, KeepBody, NotFound, Outcome, Pace, Policy, Provisional, Record, Settlement, Why, ask_once};
use smileid_jobs_conformance::answers::{answer, final_members, settlement, signed};

const NOW: i64 = 1_791_115_200_000;
const HOUR: i64 = 3_600_000;

fn query() -> JobStatusQuery {
    JobStatusQuery::new("user-7", "job-7").unwrap()
}

fn members(members: &str, record: &Record, policy: &Policy) -> Outcome {
    ask_once(&query(), record, answer(&query(), Ok(signed(members).unwrap())), NOW, policy)
}

fn fails(kind: ErrorKind, record: &Record, policy: &Policy) -> Outcome {
    ask_once(&query(), record, Err(new_error(kind, "a test")), NOW, policy)
}

/// The outcome in words: what it is, why, and after how many seconds at the latest.
fn words(outcome: &Outcome) -> (&'static str, Option<Why>, i64) {
    let again = |again: &Again| (Some(again.why), (again.due - NOW + 999) / 1000);
    match outcome {
        Outcome::Settled(settlement) => (settlement.verdict().as_str(), None, 0),
        Outcome::NeedsYou(kind) => (kind.as_str(), None, 0),
        Outcome::Again(next) => ("again", again(next).0, again(next).1),
        Outcome::Stop(_, next) => ("stop", again(next).0, again(next).1),
    }
}

#[test]
fn each_kind_of_error_has_its_outcome() {
    use ErrorKind as K;
    let (fresh, policy) = (Record { imported_at: NOW - HOUR, ..Record::default() }, Policy::default());
    for &kind in K::ALL {
        let (word, why, latest) = match kind {
            K::Transport | K::Server | K::Deadline | K::Malformed | K::Replay => ("again", Some(Why::Failed(kind)), 2),
            K::Throttled => ("again", Some(Why::Throttled(None)), 2),
            K::Cancelled => ("again", Some(Why::Released), 0),
            K::Credentials | K::Tls | K::Redirected => ("stop", Some(Why::Released), 0),
            K::Signature => ("stop", Some(Why::Failed(kind)), 2),
            _ => (kind.as_str(), None, 0),
        };
        assert_eq!(words(&fails(kind, &fresh, &policy)), (word, why, latest), "{kind}");
    }
}

#[test]
fn failures_back_off_and_end() {
    let policy = Policy::default();
    let after = |errors, kind| words(&fails(kind, &Record { errors, ..Record::default() }, &policy));
    for (errors, seconds) in [(0, 2), (1, 4), (5, 64), (11, 3600), (35, 3600)] {
        let (word, why, latest) = after(errors, ErrorKind::Server);
        assert_eq!((word, why), ("again", Some(Why::Failed(ErrorKind::Server))), "{errors}");
        assert!(latest <= seconds && latest * 5 >= seconds * 4, "{errors}: {latest}");
    }
    assert_eq!(after(36, ErrorKind::Server).0, "server");
    for kind in [ErrorKind::Malformed, ErrorKind::Replay, ErrorKind::Signature] {
        assert_ne!(after(2, kind).0, kind.as_str());
        assert_eq!(after(3, kind).0, kind.as_str());
    }
    assert_eq!(after(u32::MAX, ErrorKind::Transport).0, "transport");
}

#[test]
fn a_job_that_is_not_found_is_asked_for_again_only_if_the_policy_says_so() {
    let policy = Policy::default().with_not_found(NotFound::AskAgainFor(Duration::from_secs(600)));
    let aged = |age| {
        words(&fails(ErrorKind::NotFound, &Record { imported_at: NOW - age, errors: 50, ..Record::default() }, &policy))
            .0
    };
    assert_eq!((aged(0), aged(599_999), aged(600_000)), ("again", "again", "not_found"));
}

#[test]
fn the_time_to_the_next_question_grows_with_the_age() {
    let pending = r#""job_complete":false,"job_success":false,"code":"2314","result":"No zip file received""#;
    let reviewed =
        r#""job_complete":false,"job_success":false,"code":"2302","result":{"PartnerParams":{"job_type":"6"}}"#;
    let policy = Policy::default();
    for (age, plain, slow) in
        [(0, 2, 10), (20, 2, 10), (60, 6, 10), (600, 60, 60), (36_000, 3600, 3600), (8_640_000, 21_600, 21_600)]
    {
        let record = Record { imported_at: NOW - age * 1000, errors: 3, ..Record::default() };
        for (body, most) in [(pending, plain), (reviewed, slow)] {
            let (word, why, seconds) = words(&members(body, &record, &policy));
            assert_eq!((word, why), ("again", Some(Why::NotYet)));
            assert!(seconds <= most && seconds * 5 >= most * 4, "{age}: {seconds} s of {most}");
        }
    }
    // A clock that went back makes no age negative.
    let future = Record { imported_at: NOW + HOUR, ..Record::default() };
    assert!(words(&members(pending, &future, &policy)).2 <= 2);
    let own = policy.with_pace(Pace::DEFAULT.with_first(Duration::from_secs(60)).with_per_mille(0));
    assert!((48..=60).contains(&words(&members(pending, &future, &own)).2));
}

#[test]
fn only_a_final_proven_answer_settles() {
    let policy = Policy::default();
    let record = Record { imported_at: NOW - HOUR, ..Record::default() };
    let since = |millis| Record { provisional_since: Some(NOW - millis), ..record };
    let dated = |until| Policy::default().with_provisional(Provisional { until: Some(until), ..Provisional::DEFAULT });
    let settles = Policy::default().with_provisional(Provisional::SETTLES);
    let (week, day) = (7 * 24 * HOUR, 24 * HOUR);
    for (success, code, record, policy, expected) in [
        (true, "0810", record, &policy, "approved"),
        (false, "0811", record, &policy, "rejected"),
        (true, "0811", record, &policy, "undetermined"),
        (true, "0814", record, &policy, "again"),
        (true, "1012", record, &policy, "again"),
        (true, "0814", since(day), &policy, "again"),
        (true, "0814", since(week), &policy, "provisional"),
        (true, "1012", since(week), &policy, "undetermined"),
        (true, "0810", since(day), &policy, "approved"),
        (true, "0814", record, &dated(NOW + 1), "again"),
        (true, "0814", record, &dated(NOW), "provisional"),
        (true, "0814", record, &settles, "provisional"),
    ] {
        let outcome = members(&final_members(success, code), &record, policy);
        assert_eq!(words(&outcome).0, expected, "{success} {code} {record:?}");
    }
    let unsigned = Response::new(200, format!("{{{}}}", final_members(true, "0810")).into_bytes());
    let outcome = ask_once(&query(), &record, answer(&query(), Ok(unsigned)), NOW, &policy);
    assert_eq!(outcome, Outcome::NeedsYou(ErrorKind::Unproven));
    let other = signed(
        r#""job_complete":true,"job_success":true,"result":{"ResultCode":"0810","PartnerParams":{"user_id":"user-7","job_id":"other"}}"#,
    );
    let outcome = ask_once(&query(), &record, answer(&query(), Ok(other.unwrap())), NOW, &policy);
    assert_eq!(outcome, Outcome::NeedsYou(ErrorKind::Mismatch));
}

#[test]
fn after_a_callback_the_time_to_the_next_question_doubles_up_to_the_usual() {
    let policy = Policy::default();
    let delay = |text: &str, record: &Record| match members(text, record, &policy) {
        Outcome::Again(again) => again.due - NOW,
        other => panic!("{other:?}"),
    };
    // Up to a fifth earlier, by the jitter.
    let near = |found: i64, most: i64| found <= most && found >= most / 5 * 4;
    let old = Record { imported_at: NOW - 24 * HOUR, ..Record::default() };
    let pending = r#""job_complete":false,"job_success":false"#;
    let usual = 24 * HOUR / 10;
    for (ago, most) in [(0, 250), (60, 250), (310, 310), (2000, 2000), (HOUR, HOUR), (3 * HOUR, usual), (-5000, 5000)] {
        let found = delay(pending, &Record { woken_at: Some(NOW - ago), ..old });
        assert!(near(found, most), "{ago} ms after the callback: {found}");
    }
    assert!(near(delay(pending, &old), usual));
    let provisional = final_members(true, "0814");
    let reviewed =
        |since: i64, ago: i64| Record { provisional_since: Some(NOW - since), woken_at: Some(NOW - ago), ..old };
    for (record, most) in [
        // This callback announced the provisional answer, or an earlier one did.
        (Record { woken_at: Some(NOW - 60), ..old }, 4 * HOUR),
        (reviewed(HOUR, HOUR + 60), 4 * HOUR),
        (reviewed(HOUR, 310), 310),
    ] {
        let found = delay(&provisional, &record);
        assert!(near(found, most), "{record:?}: {found}");
    }
}

#[test]
fn a_settlement_has_the_digest_and_the_body_only_on_request() {
    let body = signed(&final_members(true, "0810")).unwrap().body;
    let reply = || answer(&query(), Ok(Response::new(200, body.clone())));
    let answered = reply().unwrap();
    let verified = answered.verified().unwrap();
    let (with, without) = (Settlement::of(verified, KeepBody::Yes), Settlement::of(verified, KeepBody::No));
    assert_eq!((with.expose_body().map(str::as_bytes), without.expose_body()), (Some(body.as_slice()), None));
    assert_eq!(with.body_sha256(), without.body_sha256());
    assert_eq!((without.code(), without.result_code(), without.proof().as_str()), (Some("2302"), Some("0810"), "hmac"));
    assert_eq!(without.signed_at(), NOW);
    assert!(!format!("{with:?}").contains("0810"), "nothing of the body is shown");
    assert_eq!(settlement(&query()).unwrap(), without);
}

#[test]
fn retry_after_is_obeyed_and_the_jitter_never_undercuts_it() {
    let reply = |status| Response::new(status, Vec::new()).with_header("retry-after", "30");
    let policy = Policy::default();
    let throttled = ask_once(&query(), &Record::default(), answer(&query(), Ok(reply(429))), NOW, &policy);
    assert_eq!(
        throttled,
        Outcome::Again(Again { due: NOW + 30_000, why: Why::Throttled(Some(Duration::from_secs(30))) })
    );
    assert_eq!(throttled.throttled(), Some(Some(Duration::from_secs(30))));
}

#[test]
fn the_same_question_has_the_same_jitter_and_another_has_another() {
    let due = |user: &str, asks| {
        let (query, record) = (
            JobStatusQuery::new(user, "job").unwrap(),
            Record { asks, imported_at: NOW - 100 * HOUR, ..Record::default() },
        );
        let pending = signed(r#""job_complete":false,"job_success":false"#).unwrap();
        match ask_once(&query, &record, answer(&query, Ok(pending)), NOW, &Policy::default()) {
            Outcome::Again(again) => again.due - NOW,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(due("a", 1), due("a", 1));
    let spread: std::collections::BTreeSet<i64> =
        (0..100).map(|n| due("a", n)).chain((0..100).map(|n| due(&format!("u{n}"), 0))).collect();
    assert!(spread.len() > 190, "{}", spread.len());
    let (least, most) = (*spread.first().unwrap(), *spread.last().unwrap());
    assert!(least >= 17_280_000 && most <= 21_600_000 && most - least > 3_500_000, "{least} to {most}");
}
