//! The longest durations there are, in every policy: nothing overflows, and nothing goes on for ever.

use core::time::Duration;

use smileid_core::{
    FirstPoll, Freshness, Moment, NotFoundPolicy, RetryPolicy, Session, Step, TransportError, TransportErrorKind as T,
    WaitPolicy,
};
use smileid_tests::{NOON, Random, Reply, cases, config, query};

fn some_duration(random: &mut Random) -> Duration {
    let edges = [Duration::MAX, Duration::MAX - Duration::from_nanos(1), Duration::from_secs(u64::MAX), Duration::ZERO];
    match random.below(6) {
        0 => Duration::from_millis(random.below(100_000)),
        1 => Duration::from_nanos(u64::MAX),
        _ => random.one_of(&edges),
    }
}

#[test]
fn no_duration_overflows() {
    for seed in 0..cases(3_000) {
        let random = &mut Random::new(seed);
        let config = config()
            .with_call_deadline(some_duration(random))
            .with_attempt_timeout(some_duration(random))
            .with_freshness(Freshness::within(some_duration(random)))
            .with_retry(RetryPolicy::DEFAULT.with_max_attempts(random.one_of(&[0, 1, 40, u32::MAX])));
        let policy = WaitPolicy::DEFAULT
            .with_interval(some_duration(random))
            .with_deadline(some_duration(random))
            .with_error_budget(random.one_of(&[0, 3, u32::MAX]))
            .with_not_found(NotFoundPolicy::Pending)
            .with_first_poll(random.one_of(&[FirstPoll::AtOnce, FirstPoll::Spread]));
        let mut session = match random.below(2) {
            0 => Session::wait(&config, query(), policy),
            _ => Session::job_status(&config, query()),
        };
        let mut monotonic = some_duration(random);
        let mut wall = random.one_of(&[NOON, i64::MIN, i64::MAX, 0]);
        for _ in 0..60 {
            match session.step(Moment::new(wall, monotonic)) {
                Step::Send(_) if random.chance(20) => {}
                Step::Send(_) => {
                    let now = Moment::new(wall, monotonic);
                    let reply = match random.below(6) {
                        0 => Err(TransportError::new(T::Closed)),
                        1 => Ok(Reply::pending().status(429).header("Retry-After", "18446744073709551615.5").at(now)),
                        2 => Ok(Reply::error(503, "x").header("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT").at(now)),
                        3 => Ok(Reply::error(400, "2304").at(now)),
                        4 => Ok(Reply::approved().at(Moment::new(NOON, monotonic))),
                        _ => Ok(Reply::pending().at(Moment::new(NOON, monotonic))),
                    };
                    session.receive(now, reply);
                }
                Step::Wait(duration) => {
                    assert!(!duration.is_zero(), "seed {seed}: a wait of nothing");
                    monotonic = monotonic.saturating_add(duration);
                    wall = wall.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX));
                }
                Step::Done(_) => break,
            }
        }
    }
}
