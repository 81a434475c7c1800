//! The body of target `retry_after`: any `Retry-After` and `Date` are read or ignored, and never waited for longer than is allowed.

use core::time::Duration;

use smileid_core::{Moment, Session, Step, WaitPolicy, limits};
use smileid_tests::{NOON, Reply, config, query};

/// The lines of `data` are values of `Retry-After`; one that begins with `d` is the rest of it as the reply's `Date`.
pub fn run(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    let (mut throttled, mut seconds) = (Reply::pending().status(429), 0);
    for line in text.lines().take(8) {
        throttled = match line.strip_prefix('d') {
            Some(summary) => throttled.header("Date", summary),
            None => throttled.header("Retry-After", line),
        };
        // What is plainly a number of seconds is never undercut, up to the cap.
        let plain = line.trim();
        if !plain.is_empty() && plain.len() < 10 && plain.bytes().all(|b| b.is_ascii_digit()) {
            seconds = seconds.max(plain.parse().unwrap_or(0));
        }
    }
    let deadline = Duration::from_secs(3600);
    let at = |passed: Duration| Moment::new(NOON + i64::try_from(passed.as_millis()).unwrap_or(0), passed);
    let policy = WaitPolicy::default().with_deadline(deadline);
    let mut session = Session::wait(&config(), query(), policy);
    assert!(matches!(session.step(at(Duration::ZERO)), Step::Send(_)), "a wait polls at once");
    session.receive(at(Duration::ZERO), Ok(throttled.at(at(Duration::ZERO))));
    match session.step(at(Duration::ZERO)) {
        Step::Wait(pause) => {
            assert!(pause >= Duration::from_secs(seconds).min(limits::RETRY_AFTER_CAP), "undercut");
            assert!(pause >= limits::POLL_INTERVAL && pause <= limits::RETRY_AFTER_CAP, "waits for {pause:?}");
        }
        other => panic!("no pause after a 429: {other:?}"),
    }
    let mut session = Session::job_status(&config().with_call_deadline(deadline), query());
    assert!(matches!(session.step(at(Duration::ZERO)), Step::Send(_)), "a call sends at once");
    session.receive(at(Duration::ZERO), Ok(throttled.at(at(Duration::ZERO))));
    match session.step(at(Duration::ZERO)) {
        Step::Wait(pause) => {
            assert!(pause >= Duration::from_secs(seconds).min(limits::RETRY_AFTER_CAP), "undercut");
            assert!(pause >= limits::THROTTLED_BASE && pause <= limits::RETRY_AFTER_CAP, "waits for {pause:?}");
        }
        other => panic!("no pause after a 429: {other:?}"),
    }
}
