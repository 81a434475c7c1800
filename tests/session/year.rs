//! Long waits in virtual time: jobs polled twice a day for a year, each ending as its last reply says. How fast that is, is a bench's
//! to tell; here it must only be right. `SMILEID_CASES=1000000` polls the soak's 1,000 jobs.

use core::time::Duration;

use smileid_core::{FirstPoll, Session, TransportError, TransportErrorKind, WaitPolicy};
use smileid_tests::{Reply, cases, config, query, run, summary};

const HOUR: Duration = Duration::from_secs(3600);
const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

#[test]
fn year_of_polls_survives_passing_faults() {
    let policy = WaitPolicy::default()
        .with_interval(12 * HOUR)
        .with_deadline(YEAR + 24 * HOUR)
        .with_first_poll(FirstPoll::Spread);
    let (pending, last, failing) = (Reply::pending(), Reply::approved(), Reply::error(503, "2301"));
    let mut polls = 0;
    for job in 0..(cases(10_000) / 1000).max(1) {
        let config = config().with_jitter_seed(job);
        let run = run(Session::wait(&config, query(), policy), |n, _, now| {
            let over = now.monotonic() >= Duration::from_secs(1000) + YEAR;
            let reply = match n % 97 {
                _ if over => Ok(last.at(now)),
                13 => Ok(failing.at(now)),
                14 => Err(TransportError::new(TransportErrorKind::Closed)),
                _ => Ok(pending.at(now)),
            };
            (Duration::from_millis(5), reply)
        });
        assert_eq!(summary(&run.outcome), "final hmac approved");
        assert!(run.took >= YEAR && run.took < YEAR + 24 * HOUR);
        let gaps = || run.sent.windows(2).map(|w| w[1] - w[0]);
        assert!(gaps().all(|gap| gap >= 12 * HOUR && gap <= 24 * HOUR + 3 * HOUR));
        assert!(run.sent[0] <= 12 * HOUR);
        polls += run.sent.len();
    }
    println!("{polls} polls");
    assert!(polls > 600);
}
