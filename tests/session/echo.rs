//! The pair of a request that comes back as an answer's: never accepted, from any sender and at any age.

use core::time::Duration;

use smileid_core::{
    Callback, Config, Environment, Error, ErrorKind, Freshness, JobStatusQuery, Moment, RetryBudget, RetryPolicy,
    Session, Step, WaitPolicy,
};
use smileid_tests::{
    APPROVED_RESULT, FIRST_REQUEST, NOON, Random, Reply, cases, config, credentials, looks_like_a_request, query, run,
    summary,
};

const MS: fn(u64) -> Duration = Duration::from_millis;

/// A client made anew, as in another process.
fn client(key: &str, previous: Option<&str>) -> Config {
    let mut credentials = credentials(key);
    if let Some(previous) = previous {
        credentials = credentials.with_previous_api_key(smileid_core::ApiKey::new(previous).unwrap());
    }
    Config::new(&credentials, &Environment::Sandbox)
}

/// The body of a request about another job, sent `ago` before the runs of the tests start.
fn request_of(config: &Config, ago: i64) -> String {
    let mut session = Session::job_status(config, JobStatusQuery::new("user-8", "job-8").unwrap());
    let Step::Send(request) = session.step(Moment::new(NOON - ago, Duration::ZERO)) else { panic!("sends nothing") };
    String::from_utf8(request.body.clone()).unwrap()
}

#[test]
fn mirrored_request_is_never_accepted() {
    for pending in [0, 1, 17, 200] {
        let policy = WaitPolicy::default().with_interval(MS(250));
        let mut first = None;
        let run = run(Session::wait(&config(), query(), policy), |n, request, now| {
            let first = first.get_or_insert_with(|| String::from_utf8(request.body.clone()).unwrap());
            let reply = if n < pending { Reply::pending() } else { Reply::approved().echoing(first) };
            (MS(5), Ok(reply.at(now)))
        });
        assert_eq!((summary(&run.outcome).as_str(), run.sent.len()), ("error replay", pending + 2));
    }
    // Each poll's own pair, as a plain mirror sends it.
    let mirrored = run(Session::wait(&config(), query(), WaitPolicy::default()), |_, request, now| {
        (MS(5), Ok(Reply::approved().echoing(core::str::from_utf8(&request.body).unwrap()).at(now)))
    });
    assert_eq!((summary(&mirrored.outcome).as_str(), mirrored.sent.len()), ("error replay", 2));
    let error = mirrored.outcome.unwrap_err();
    assert!(error.to_string().contains("timestamp and signature of a request"), "{error}");
}

#[test]
fn request_of_another_session_or_process_is_known_under_either_key() {
    let cases = [
        ("the same client", client("key", None), config(), "error replay"),
        ("another process", client("key", None), client("key", None), "error replay"),
        ("a process that rotates", client("key", None), client("key", Some("old")), "error replay"),
        ("one that has rotated", client("key", None), client("new", Some("key")), "error replay"),
        ("one that rotated and signs anew", client("new", Some("key")), client("new", Some("key")), "error replay"),
        ("another key", client("other", None), client("key", None), "error signature"),
    ];
    for (name, sender, receiver, expected) in cases {
        for ago in [0, 40, 1000, 60_000, 290_000] {
            let reply = Reply::approved().echoing(&request_of(&sender, ago));
            let run = run(Session::job_status(&receiver, query()), |_, _, now| (MS(5), Ok(reply.at(now))));
            assert_eq!(summary(&run.outcome), expected, "{name}, {ago} ms ago");
        }
    }
}

#[test]
fn callbacks_with_the_pair_of_a_request_are_refused() {
    let now = Moment::new(NOON, Duration::ZERO);
    let body = |reply: Reply| reply.at(now).body;
    let flat = &APPROVED_RESULT[1..APPROVED_RESULT.len() - 1];
    for (key, previous) in [("key", None), ("new", Some("key"))] {
        let request = request_of(&client("key", None), 60_000);
        let forged = body(Reply::members(flat).echoing(&request));
        let error = client(key, previous).receive_callback(forged.clone(), now).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Replay);
        assert!(error.to_string().contains("ask for the job's status"), "{error}");
    }
    let forged = body(Reply::members(flat).echoing(&request_of(&config(), 0)));
    let kind = |body, freshness| Callback::receive(body, &credentials("key"), now, freshness).map_err(|e| e.kind());
    assert_eq!(kind(forged, Freshness::DEFAULT).unwrap_err(), ErrorKind::Replay);
    assert!(kind(body(Reply::members(flat)), Freshness::DEFAULT).is_ok());
}

#[test]
fn answer_that_looks_like_a_request_is_retried_at_no_cost() {
    let echo = || Reply::approved().signed_at(FIRST_REQUEST);
    let failed = || Reply::error(503, "x");
    let one = RetryPolicy::NONE;
    let three = RetryPolicy::DEFAULT;
    let cases: [(&str, RetryPolicy, &[Reply], &str, usize); 7] = [
        ("by chance", one, &[echo(), Reply::approved()], "final hmac approved", 2),
        ("twice", one, &[echo(), echo()], "error replay", 2),
        ("twice, with attempts left", three, &[echo(), echo()], "error replay", 2),
        ("then a failure, and no attempt left", one, &[echo(), failed()], "error server", 2),
        ("at the last attempt", three, &[failed(), failed(), echo(), Reply::approved()], "final hmac approved", 4),
        ("before the last attempt", three, &[failed(), echo(), failed(), Reply::approved()], "final hmac approved", 4),
        ("no attempt more", three, &[failed(), echo(), failed(), failed()], "error server", 4),
    ];
    for (name, retry, script, expected, sent) in cases {
        let config = config().with_retry(retry).with_retry_budget(RetryBudget::new(2).into());
        let run = run(Session::job_status(&config, query()), |n, _, now| (MS(5), Ok(script[n].at(now))));
        assert_eq!((summary(&run.outcome).as_str(), run.sent.len()), (expected, sent), "{name}");
    }
    // An empty retry budget does not matter, and there is no pause.
    let config = config().with_retry_budget(RetryBudget::new(0).into());
    let script = [echo(), Reply::approved()];
    let run = run(Session::job_status(&config, query()), |n, _, now| (MS(5), Ok(script[n].at(now))));
    assert_eq!((summary(&run.outcome).as_str(), run.took), ("final hmac approved", MS(10)));
}

#[test]
fn honest_answers_are_accepted_and_one_in_a_thousand_is_asked_for_once_more() {
    let count = cases(10_000);
    let random = &mut Random::new(1);
    let config = config();
    let mut again = 0;
    for _ in 0..count {
        let start = NOON + i64::try_from(random.below(100_000_000_000)).unwrap();
        let (mut session, mut now) = (Session::job_status(&config, query()), start);
        let mut expected = 1;
        let outcome: Result<_, Error> = loop {
            match session.step(Moment::new(now, MS((now - start).unsigned_abs()))) {
                Step::Send(_) => {
                    // The service signs at the very millisecond, some milliseconds later.
                    now += i64::try_from(random.below(300)).unwrap();
                    expected += u32::from(looks_like_a_request(now));
                    let moment = Moment::new(now, MS((now - start).unsigned_abs()));
                    session.receive(moment, Ok(Reply::approved().signed_ago(0).at(moment)));
                }
                Step::Wait(duration) => panic!("waits {duration:?}"),
                Step::Done(outcome) => break outcome,
            }
        };
        assert_eq!((summary(&outcome).as_str(), session.polls()), ("final hmac approved", expected), "{start}");
        again += u64::from(expected - 1);
    }
    let thousandth = count / 1000;
    assert!((thousandth / 2..=thousandth * 2).contains(&again), "{again} of {count}");
}
