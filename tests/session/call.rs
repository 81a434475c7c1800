//! One call in virtual time: what each reply becomes, what is sent again and when. Waits are in `session_wait.rs`.

use core::time::Duration;

use smileid_core::{
    ErrorKind, IdPolicy, Moment, Response, RetryBudget, RetryPolicy, Session, State, Step, TransportError,
    TransportErrorKind as T,
};
use smileid_tests::{FIRST_REQUEST, NOON, Reply, Run, config, query, run};

const MS: fn(u64) -> Duration = Duration::from_millis;

type Exchange = Result<Reply, T>;

fn at(ms: u64) -> Moment {
    Moment::new(NOON + ms.cast_signed(), MS(ms))
}

/// Answers the n-th request with the n-th of `script`, and the last of it for ever after.
fn call(script: &[Exchange]) -> Run {
    run(Session::job_status(&config(), query()), |n, _, now| play(script, n, now))
}

fn play(script: &[Exchange], n: usize, now: Moment) -> (Duration, Result<Response, TransportError>) {
    let exchange = script.get(n).unwrap_or(&script[script.len() - 1]);
    (MS(5), exchange.as_ref().map(|r| r.at(now)).map_err(|kind| TransportError::new(*kind)))
}

#[test]
fn what_each_reply_becomes_and_how_often_it_is_asked_for() {
    let ok = || Reply::approved();
    let html = |status| Reply::members("").status(status);
    let cases: Vec<(&str, Exchange, &str, usize)> = vec![
        ("final", Ok(ok()), "final", 1),
        ("pending", Ok(Reply::pending()), "pending", 1),
        ("pending, unsigned", Ok(Reply::pending().signature("null")), "pending", 1),
        ("pending, bad signature", Ok(Reply::pending().key("other")), "pending", 1),
        ("throttled", Ok(ok().status(429)), "throttled", 3),
        ("408", Ok(ok().status(408)), "server", 3),
        ("425", Ok(ok().status(425)), "server", 3),
        ("500", Ok(ok().status(500)), "server", 3),
        ("503", Ok(ok().status(503)), "server", 3),
        ("599", Ok(ok().status(599)), "server", 3),
        ("999", Ok(ok().status(999)), "malformed", 2),
        ("301", Ok(ok().status(301)), "redirected", 1),
        ("308", Ok(ok().status(308)), "redirected", 1),
        ("system error", Ok(Reply::error(400, "2301")), "server", 3),
        ("system error at 200", Ok(Reply::error(200, "2301")), "server", 3),
        ("invalid JSON", Ok(Reply::error(400, "2303")), "request", 1),
        ("job not found", Ok(Reply::error(400, "2304")), "not_found", 1),
        ("job not found at 200", Ok(Reply::error(200, "2304")), "not_found", 1),
        ("invalid sec_key", Ok(Reply::error(400, "2305")), "credentials", 1),
        ("disabled", Ok(Reply::error(400, "2307")), "disabled", 1),
        ("no enrolled user", Ok(Reply::error(400, "2310")), "not_found", 1),
        ("missing parameters", Ok(Reply::error(400, "2313")), "request", 1),
        ("not authorized 2205", Ok(Reply::error(400, "2205")), "credentials", 1),
        ("not authorized 2405", Ok(Reply::error(200, "2405")), "credentials", 1),
        ("401", Ok(html(401)), "credentials", 1),
        ("403", Ok(html(403)), "request", 1),
        ("404", Ok(html(404)), "request", 1),
        ("final under 404", Ok(ok().status(404)), "request", 1),
        ("neither complete nor not", Ok(Reply::members(r#""code":"2302""#)), "malformed", 2),
        ("complete is null", Ok(Reply::members(r#""job_complete":null"#)), "malformed", 2),
        ("complete is a word", Ok(Reply::members(r#""job_complete":"yes""#)), "malformed", 2),
        ("complete is 1", Ok(Reply::members(r#""job_complete":1"#)), "malformed", 2),
        ("complete twice", Ok(Reply::members(r#""job_complete":true,"job_complete":false"#)), "malformed", 2),
        ("unproven", Ok(ok().signature("null")), "unproven", 1),
        ("signature is a number", Ok(ok().signature("1")), "unproven", 1),
        ("no timestamp", Ok(ok().timestamp("null")), "unproven", 1),
        ("another key", Ok(ok().key("other")), "signature", 1),
        ("another timestamp", Ok(ok().timestamp("\"2026-10-04T12:00:00.001Z\"")), "signature", 1),
        ("301 s old", Ok(ok().signed_ago(301_000)), "replay", 1),
        ("301 s ahead", Ok(ok().signed_ago(-301_000)), "replay", 1),
        ("our own pair", Ok(ok().signed_at(FIRST_REQUEST)), "replay", 2),
        ("in the millisecond of its arrival", Ok(ok().signed_ago(0)), "final", 1),
        ("another job", Ok(Reply::final_about("user-7", "job-8")), "mismatch", 1),
        ("another user", Ok(Reply::final_about("user-8", "job-7")), "mismatch", 1),
        ("refused", Err(T::Connect), "transport", 3),
        ("reset", Err(T::Closed), "transport", 3),
        ("attempt time-out", Err(T::Timeout), "transport", 3),
        ("other", Err(T::Other), "transport", 3),
        ("tls", Err(T::Tls), "tls", 1),
        ("too large", Err(T::TooLarge), "malformed", 1),
        ("cancelled", Err(T::Cancelled), "cancelled", 1),
    ];
    for (name, exchange, word, sent) in cases {
        let run = call(&[exchange]);
        assert_eq!((run.word(), run.sent.len()), (word, sent), "{name}: {:?}", run.outcome);
        if let Err(error) = &run.outcome {
            assert_eq!((error.polls() as usize, error.elapsed()), (sent, run.took), "{name}");
        }
    }
}

#[test]
fn passing_fault_is_retried_with_a_new_signature() {
    let faults: [Exchange; 6] = [
        Err(T::Connect),
        Err(T::Closed),
        Ok(Reply::error(400, "2301")),
        Ok(Reply::error(503, "x")),
        Err(T::Timeout),
        Ok(Reply::members("")),
    ];
    for fault in faults {
        let run = call(&[fault, Ok(Reply::approved())]);
        assert_eq!((run.word(), run.sent.len()), ("final", 2), "{:?}", run.outcome);
        let signature = |n: usize| run.bodies[n].split("\"signature\":").nth(1).unwrap()[..46].to_owned();
        assert_ne!((&run.bodies[0], signature(0)), (&run.bodies[1], signature(1)));
    }
}

#[test]
fn back_off_follows_the_policy_exactly_for_a_fixed_seed() {
    let run = call(&[Err(T::Connect)]);
    let gaps: Vec<_> = run.sent.windows(2).map(|w| w[1] - w[0] - MS(5)).collect();
    assert!(gaps[0] <= MS(50) && gaps[1] <= MS(100), "{gaps:?}");
    let again = call(&[Err(T::Connect)]);
    assert_eq!(run.sent, again.sent, "the same seed gives the same sequence");
    let throttled = call(&[Ok(Reply::pending().status(429))]);
    let gap = throttled.sent[1] - throttled.sent[0];
    assert!(gap >= MS(1000) && gap <= MS(2005), "{gap:?}");
}

#[test]
fn retry_after_is_obeyed_and_one_past_the_deadline_ends_the_call_at_once() {
    let asked =
        |value: &str| call(&[Ok(Reply::pending().status(503).header("Retry-After", value)), Ok(Reply::approved())]);
    let run = asked("7");
    assert_eq!(run.sent[1] - run.sent[0], MS(7005));
    for value in ["45", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let run = asked(value);
        assert_eq!((run.word(), run.sent.len(), run.took), ("server", 1, MS(5)), "{value}");
        let error = run.outcome.unwrap_err();
        assert!(error.retry_after().unwrap() >= Duration::from_secs(45));
        let says = error.to_string().contains("of which this client waits 60 s");
        assert_eq!(says, value != "45", "{error}");
    }
    // A pause that ends exactly at the deadline leaves no time for an attempt; a millisecond more does.
    for (deadline, word, sent) in [(7005, "server", 1), (7006, "final", 2)] {
        let config = config().with_call_deadline(MS(deadline));
        let script = [Ok(Reply::pending().status(503).header("Retry-After", "7")), Ok(Reply::approved())];
        let run = smileid_tests::run(Session::job_status(&config, query()), |n, _, now| {
            let (_, reply) = play(&script, n, now);
            (if n == 0 { MS(5) } else { Duration::ZERO }, reply)
        });
        assert_eq!((run.word(), run.sent.len()), (word, sent), "{deadline}");
    }
    for (value, delay) in [("5.5", 6), ("5, 5", 5), ("1, 3", 3), ("2,soon", 2)] {
        let run = asked(value);
        assert_eq!(
            (run.word(), run.sent[1] - run.sent[0]),
            ("final", Duration::from_millis(delay * 1000 + 5)),
            "{value}"
        );
    }
    for value in ["-1", "0", "1e30", "NaN", "soon", "Thu, 01 Jan 1970 00:00:00 GMT"] {
        let run = asked(value);
        assert_eq!(run.word(), "final");
        assert!(run.took < MS(120), "{value}: {:?}", run.took);
    }
}

#[test]
fn deadline_limits_attempts_and_is_reported_as_deadline() {
    let stalled = |deadline: u64, attempt: u64| {
        let config = config().with_call_deadline(MS(deadline)).with_attempt_timeout(MS(attempt));
        run(Session::job_status(&config, query()), |_, request, _| {
            assert!(request.timeout <= MS(attempt));
            (Duration::MAX, Err(TransportError::new(T::Other)))
        })
    };
    let run = stalled(1000, 10_000);
    assert_eq!((run.word(), run.sent.len(), run.took), ("deadline", 1, MS(1000)));
    assert!(run.outcome.unwrap_err().to_string().contains("the deadline passed before an answer came"));
    let run = stalled(2500, 1000);
    assert_eq!((run.word(), run.sent.len(), run.took), ("deadline", 3, MS(2500)));
    let run = stalled(60_000, 1000);
    assert_eq!((run.word(), run.sent.len()), ("transport", 3), "attempts ran out before the deadline");
    assert_eq!(stalled(0, 1000).sent.len(), 0, "no time, no request");
}

#[test]
fn an_empty_budget_throttles_and_successes_fill_it() {
    let config = config().with_retry_budget(RetryBudget::new(3).into());
    let dead = || run(Session::job_status(&config, query()), |n, _, now| play(&[Err(T::Connect)], n, now));
    let words: Vec<_> = (0..4).map(|_| dead()).map(|r| (r.word(), r.sent.len())).collect();
    assert_eq!(words, [("transport", 3), ("throttled", 2), ("throttled", 1), ("throttled", 1)]);
    let alive = run(Session::job_status(&config, query()), |n, _, now| play(&[Ok(Reply::pending())], n, now));
    assert_eq!(alive.word(), "pending");
    assert_eq!(dead().sent.len(), 2);
}

#[test]
fn ten_thousand_calls_to_a_dead_server_cost_at_most_one_percent_more() {
    let config = config();
    let sent: usize = (0..10_000)
        .map(|_| run(Session::job_status(&config, query()), |n, _, now| play(&[Err(T::Connect)], n, now)).sent.len())
        .sum();
    assert!((10_000..=10_100).contains(&sent), "{sent}");
}

#[test]
fn ids_are_demanded_where_asked() {
    let silent = Reply::members(r#""job_complete":true,"result":{"ResultCode":"0810"}"#);
    let lenient = run(Session::job_status(&config(), query()), |_, _, now| (MS(5), Ok(silent.at(now))));
    assert_eq!(lenient.word(), "final");
    let strict = config().with_ids(IdPolicy::Required);
    let demanded = run(Session::job_status(&strict, query()), |_, _, now| (MS(5), Ok(silent.at(now))));
    assert_eq!(demanded.word(), "mismatch");
}

#[test]
fn replay_error_names_a_wrong_clock() {
    let reply = Reply::approved().signed_ago(3_600_000).header("Date", "Sun, 04 Oct 2026 11:00:00 GMT");
    let error = call(&[Ok(reply)]).outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Replay);
    assert!(error.to_string().contains("this machine's clock is 3600 s ahead, or the reply is an old one"), "{error}");
}

#[test]
fn redirect_error_names_only_the_host() {
    let to = |location: &str| {
        let reply = Reply::pending().status(307).header("Location", location);
        call(&[Ok(reply)]).outcome.unwrap_err().to_string()
    };
    assert!(to("https://evil.example/v1?token=canary").contains("to evil.example,"));
    for location in
        ["https://u:canary@evil.example/", "/canary", "canary", "https://evil.example#canary", "https://\u{7}canary/"]
    {
        assert!(!to(location).contains("canary"), "{}", to(location));
    }
}

#[test]
fn lost_attempts_count_and_back_off_as_failed_ones() {
    let budget = std::sync::Arc::new(RetryBudget::new(5));
    let config = config().with_retry_budget(std::sync::Arc::clone(&budget));
    let mut session = Session::job_status(&config, query());
    assert_eq!((session.polls(), session.query()), (0, &query()));
    // A driver that never reports an outcome.
    let (mut now, mut bodies) = (0, Vec::new());
    let error = loop {
        match session.step(at(now)) {
            Step::Send(request) => bodies.push(request.body.clone()),
            Step::Wait(duration) => now += u64::try_from(duration.as_micros()).unwrap().div_ceil(1000),
            Step::Done(outcome) => break outcome.unwrap_err(),
        }
    };
    assert_eq!((error.kind(), bodies.len(), budget.left()), (ErrorKind::Transport, 3, 3));
    assert!(error.to_string().contains("the attempt was lost"), "{error}");
    assert!(bodies[0] != bodies[1] && bodies[1] != bodies[2] && bodies[0] != bodies[2]);
    assert!(now <= 151, "{now}");
}

#[test]
fn lost_attempt_is_survived_and_a_finished_session_says_so() {
    let mut session = Session::job_status(&config(), query());
    assert!(matches!(session.step(at(0)), Step::Send(_)));
    assert!(matches!(session.step(at(40)), Step::Wait(d) if d <= MS(50)));
    assert!(matches!(session.step(at(90)), Step::Send(_)));
    session.receive(at(100), Ok(Reply::approved().at(at(100))));
    session.receive(at(101), Err(TransportError::new(T::Closed)));
    assert!(matches!(session.step(at(102)), Step::Done(Ok(answer)) if answer.state() == State::Final));
    for _ in 0..2 {
        assert!(matches!(session.step(at(103)), Step::Done(Err(e)) if e.kind() == ErrorKind::Internal));
    }
}

#[test]
fn unsolicited_reply_is_ignored_and_cancelled_sleep_ends_the_call() {
    let mut session = Session::job_status(&config().with_retry(RetryPolicy::DEFAULT), query());
    session.receive(at(0), Ok(Reply::approved().at(at(0))));
    assert!(matches!(session.step(at(0)), Step::Send(_)));
    session.receive(at(5), Ok(Reply::pending().status(429).at(at(5))));
    assert!(matches!(session.step(at(6)), Step::Wait(_)));
    session.woken(at(7), Ok(()));
    assert!(matches!(session.step(at(7)), Step::Wait(_)));
    session.woken(at(8), Err(TransportError::new(T::Cancelled)));
    assert!(matches!(session.step(at(8)), Step::Done(Err(e)) if e.is_cancelled() && e.polls() == 1));
}
