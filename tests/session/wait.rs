//! Waits in virtual time: pacing, faults survived and not, the deadline. One call is in `session_call.rs`.

use core::error::Error as _;
use core::time::Duration;
use std::sync::{Arc, Mutex};

use smileid_core::{
    Error, FirstPoll, Moment, NotFoundPolicy, Session, Step, TransportError, TransportErrorKind as T, WaitPolicy,
};
use smileid_tests::{NOON, Reply, Run, config, query, run};

const MS: fn(u64) -> Duration = Duration::from_millis;

fn wait(policy: WaitPolicy, script: &[Result<Reply, T>]) -> Run {
    run(Session::wait(&config(), query(), policy), |n, _, now| {
        let exchange = script.get(n).unwrap_or(&script[script.len() - 1]);
        (MS(5), exchange.as_ref().map(|r| r.at(now)).map_err(|kind| TransportError::new(*kind)))
    })
}

fn gaps(run: &Run) -> Vec<u128> {
    run.sent.windows(2).map(|w| (w[1] - w[0]).as_millis()).collect()
}

#[test]
fn it_polls_at_the_interval_until_final_and_signs_each_poll() {
    let run = wait(WaitPolicy::default(), &[Ok(Reply::pending()), Ok(Reply::pending()), Ok(Reply::approved())]);
    assert_eq!((run.word(), run.sent.len(), run.sent[0]), ("final", 3, Duration::ZERO));
    for gap in gaps(&run) {
        assert!((2005..=2206).contains(&gap), "{gap}");
    }
    assert!(run.bodies[0] != run.bodies[1] && run.bodies[1] != run.bodies[2]);
}

#[test]
fn deadline_error_contains_the_last_answer() {
    let run = wait(WaitPolicy::default(), &[Ok(Reply::pending())]);
    assert!(run.took <= Duration::from_secs(120) && run.took > Duration::from_secs(117), "{:?}", run.took);
    // It ends with the last poll that has room, not by sleeping through the rest.
    assert_eq!(run.took, *run.sent.last().unwrap() + MS(5));
    let error = run.outcome.unwrap_err();
    assert!(error.is_deadline() && error.to_string().contains("no final answer came before the deadline"), "{error}");
    assert_eq!((error.polls() as usize, error.elapsed()), (run.sent.len(), run.took));
    assert_eq!(error.last_answer().unwrap().proof_status().as_str(), "hmac");
}

#[test]
fn which_failures_end_a_wait_and_which_it_survives() {
    let survived: [(&str, Result<Reply, T>); 9] = [
        ("refused", Err(T::Connect)),
        ("reset", Err(T::Closed)),
        ("time-out", Err(T::Timeout)),
        ("too large", Err(T::TooLarge)),
        ("503", Ok(Reply::error(503, "x"))),
        ("2301", Ok(Reply::error(400, "2301"))),
        ("429", Ok(Reply::pending().status(429))),
        ("unreadable", Ok(Reply::members(r#""job_complete":"#))),
        ("too old, once", Ok(Reply::approved().signed_ago(301_000))),
    ];
    for (name, fault) in survived {
        let run = wait(WaitPolicy::default(), &[Ok(Reply::pending()), fault, Ok(Reply::approved())]);
        assert_eq!((run.word(), run.sent.len()), ("final", 3), "{name}");
    }
    let ends: [(&str, Result<Reply, T>, &str); 9] = [
        ("tls", Err(T::Tls), "tls"),
        ("cancelled", Err(T::Cancelled), "cancelled"),
        ("credentials", Ok(Reply::error(400, "2405")), "credentials"),
        ("request", Ok(Reply::error(400, "2313")), "request"),
        ("disabled", Ok(Reply::error(400, "2307")), "disabled"),
        ("redirected", Ok(Reply::pending().status(302)), "redirected"),
        ("not found", Ok(Reply::error(400, "2304")), "not_found"),
        ("bad signature", Ok(Reply::approved().key("other")), "signature"),
        ("another job", Ok(Reply::final_about("user-7", "job-8")), "mismatch"),
    ];
    for (name, fault, word) in ends {
        let run = wait(WaitPolicy::default(), &[Ok(Reply::pending()), fault, Ok(Reply::approved())]);
        assert_eq!((run.word(), run.sent.len()), (word, 2), "{name}");
        assert!(run.outcome.unwrap_err().last_answer().is_some(), "{name}");
    }
}

#[test]
fn the_error_budget_is_for_failures_in_a_row() {
    let policy = WaitPolicy::default().with_error_budget(2);
    let fault = || Err(T::Connect);
    let run = wait(policy, &[fault(), fault(), fault(), Ok(Reply::approved())]);
    assert_eq!((run.word(), run.sent.len()), ("transport", 3));
    let run = wait(policy, &[fault(), fault(), Ok(Reply::pending()), fault(), fault(), Ok(Reply::approved())]);
    assert_eq!((run.word(), run.sent.len()), ("final", 6));
}

#[test]
fn a_second_stale_proof_ends_it() {
    let stale = || Ok(Reply::approved().signed_ago(301_000));
    let run = wait(WaitPolicy::default(), &[stale(), Ok(Reply::pending()), stale()]);
    assert_eq!((run.word(), run.sent.len()), ("replay", 3));
}

#[test]
fn not_found_job_is_polled_if_the_policy_says_so() {
    let policy = WaitPolicy::default().with_not_found(NotFoundPolicy::Pending);
    let missing = || Ok(Reply::error(400, "2304"));
    let run = wait(policy, &[missing(), missing(), Ok(Reply::approved())]);
    assert_eq!((run.word(), run.sent.len()), ("final", 3));
}

#[test]
fn throttling_slows_the_wait_until_two_answers() {
    let pending = || Ok(Reply::pending());
    let throttled = || Ok(Reply::pending().status(429).header("Retry-After", "1"));
    let run = wait(
        WaitPolicy::default(),
        &[throttled(), throttled(), pending(), pending(), pending(), Ok(Reply::approved())],
    );
    let expected = [4000, 8000, 8000, 2000, 2000];
    for (gap, expected) in gaps(&run).into_iter().zip(expected) {
        assert!((expected..=expected + expected / 10 + 5).contains(&gap), "{gap} for {expected}");
    }
    assert_eq!(run.word(), "final");
}

#[test]
fn a_long_retry_after_is_cut_to_a_minute() {
    let run = wait(
        WaitPolicy::default(),
        &[Ok(Reply::error(503, "x").header("Retry-After", "86400")), Ok(Reply::approved())],
    );
    assert_eq!((run.word(), gaps(&run)), ("final", vec![60_005]));
}

#[test]
fn lost_polls_count_and_back_off_as_failed_ones() {
    let policy = WaitPolicy::default().with_error_budget(3).with_deadline(Duration::from_secs(600));
    let mut session = Session::wait(&config(), query(), policy);
    let at = |ms: u64| Moment::new(NOON + ms.cast_signed(), MS(ms));
    let (mut now, mut waits) = (0, Vec::new());
    let error = loop {
        match session.step(at(now)) {
            Step::Send(_) => {}
            Step::Wait(duration) => {
                waits.push(duration.as_secs());
                now += u64::try_from(duration.as_micros()).unwrap().div_ceil(1000);
            }
            Step::Done(outcome) => break outcome.unwrap_err(),
        }
    };
    assert_eq!((error.kind().as_str(), error.polls(), waits), ("transport", 4, vec![2, 4, 8]));
}

#[test]
fn last_poll_is_made_shortly_before_the_deadline() {
    let secs = Duration::from_secs;
    let throttled = |value: &str| Reply::pending().status(429).header("Retry-After", value);
    let wait_for = |deadline: Duration, interval: Duration, first: &Reply, then: &Reply| {
        let policy = WaitPolicy::default().with_deadline(deadline).with_interval(interval);
        wait(policy, &[Ok(first.clone()), Ok(then.clone())])
    };
    let cases = [
        // (deadline, interval, first reply, when the last poll is made)
        ("Retry-After of a minute", secs(4), secs(2), throttled("60"), secs(3)),
        ("Retry-After of a day", secs(120), secs(2), throttled("86400"), secs(60) + MS(5)),
        ("Retry-After past a minute's wait", secs(60), secs(2), throttled("60"), secs(59)),
        ("interval longer than the wait", secs(10), secs(3600), Reply::pending(), secs(9)),
        ("endless interval", secs(10), Duration::MAX, Reply::pending(), secs(9)),
        ("a failing service", secs(3), secs(5), Reply::error(503, "x"), MS(2250)),
        ("a short wait", secs(1), secs(2), Reply::pending(), MS(750)),
        ("a very short wait", MS(400), secs(2), Reply::pending(), MS(300)),
    ];
    for (name, deadline, interval, first, last) in cases {
        let run = wait_for(deadline, interval, &first, &Reply::approved());
        assert_eq!((run.word(), run.sent.as_slice()), ("final", &[Duration::ZERO, last][..]), "{name}");
        let run = wait_for(deadline, interval, &first, &first);
        assert_eq!((run.word(), *run.sent.last().unwrap() < deadline), ("deadline", true), "{name}");
        assert!(run.sent.windows(2).all(|w| w[1] - w[0] >= MS(250)), "{name}: {:?}", run.sent);
        assert!(run.took <= deadline, "{name}");
    }
}

#[test]
fn a_final_answer_that_never_came_says_why() {
    let policy = WaitPolicy::default().with_deadline(Duration::from_secs(4));
    let error = wait(policy, &[Ok(Reply::error(503, "x").header("Retry-After", "86400"))]).outcome.unwrap_err();
    let cause = |error: &Error| error.source().map(ToString::to_string).unwrap_or_default();
    let message = cause(&error);
    assert!(error.is_deadline() && message.contains("the service failed (HTTP 503)"), "{message}");
    assert!(message.contains("its Retry-After asks for 86400 s, of which this client waits 60 s"), "{message}");
    // A driver that oversleeps loses the poll and not its reason; an answer in between clears it.
    let at = |ms: u64| Moment::new(NOON + ms.cast_signed(), MS(ms));
    for (second, says) in [(Reply::error(503, "x"), true), (Reply::pending(), false)] {
        let mut session = Session::wait(&config(), query(), policy.with_interval(MS(250)));
        for (now, reply) in [(0, Reply::error(503, "x")), (1000, second)] {
            assert!(matches!(session.step(at(now)), Step::Send(_)));
            session.receive(at(now + 5), Ok(reply.at(at(now + 5))));
        }
        let Step::Done(Err(error)) = session.step(at(4000)) else { panic!("goes on") };
        assert!(error.is_deadline());
        assert_eq!(cause(&error).contains("HTTP 503"), says, "{error}");
    }
}

#[test]
fn first_polls_are_spread_over_one_interval() {
    let policy = WaitPolicy::default().with_first_poll(FirstPoll::Spread);
    let mut tenths = [0; 10];
    for n in 0..1000 {
        let query = smileid_core::JobStatusQuery::new("user-7", format!("job-{n}")).unwrap();
        let config = smileid_core::Config::new(&smileid_tests::credentials("key"), &smileid_core::Environment::Sandbox);
        let mut session = Session::wait(&config, query, policy);
        let first = match session.step(Moment::new(NOON, Duration::ZERO)) {
            Step::Wait(d) => d,
            Step::Send(_) => Duration::ZERO,
            Step::Done(outcome) => panic!("{outcome:?}"),
        };
        assert!(first <= Duration::from_secs(2));
        tenths[usize::try_from(first.as_millis() / 201).unwrap()] += 1;
    }
    assert!(tenths.iter().all(|n| (60..=140).contains(n)), "{tenths:?}");
}

#[test]
fn the_observer_is_told_of_each_poll() {
    let summary = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&summary);
    let config = config().with_observer(move |a| {
        sink.lock().unwrap().push((a.number, a.http_status, a.outcome.as_str(), a.next_in.is_some()));
    });
    let script = [Ok(Reply::pending()), Err(T::Closed), Ok(Reply::error(503, "x")), Ok(Reply::approved())];
    run(Session::wait(&config, query(), WaitPolicy::default()), |n, _, now| {
        (MS(5), script[n].as_ref().map(|r: &Reply| r.at(now)).map_err(|kind| TransportError::new(*kind)))
    });
    let expected = [
        (1, Some(200), "pending", true),
        (2, None, "transport", true),
        (3, Some(503), "server", true),
        (4, Some(200), "final", false),
    ];
    assert_eq!(*summary.lock().unwrap(), expected);
}
