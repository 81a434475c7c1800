//! A year of polling 1,000 jobs, in virtual time.

use core::time::Duration;
use std::thread;
use std::time::Instant;

use smileid_core::{ErrorKind, JobStatusQuery, Response, Session, WaitPolicy};
use smileid_tests::{config, run};

use crate::Part;

const JOBS: u32 = 1000;
const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
/// A job that is pending for a year is not asked for every two seconds.
const INTERVAL: Duration = Duration::from_secs(6 * 3600);
/// As recorded in 2023 for a job whose upload was not processed yet.
const REPLY: &[u8] = include_bytes!("../../wire/odd/recorded-pending-unkeyed.json");
/// The bar.
const MOST: Duration = Duration::from_secs(5);

pub fn measure() -> Part {
    let policy = WaitPolicy::DEFAULT.with_interval(INTERVAL).with_deadline(YEAR);
    let started = Instant::now();
    let half = |jobs: core::ops::Range<u32>| jobs.map(|job| polls(job, policy)).sum::<usize>();
    let polls = thread::scope(|scope| {
        let first = scope.spawn(|| half(0..JOBS / 2));
        half(JOBS / 2..JOBS) + first.join().unwrap()
    });
    let took = started.elapsed();
    let text = format!(
        "## A year\n\n{JOBS} jobs that stay pending, each waited for a year of virtual time with a poll every {} hours, every poll signed and every reply\nread (the one that was recorded for a job without its upload): {polls} polls in {:.1} s on two threads. The bar: {} s.\n",
        INTERVAL.as_secs() / 3600,
        took.as_secs_f64(),
        MOST.as_secs()
    );
    let beyond = if took > MOST { vec![format!("a year took {took:?}")] } else { Vec::new() };
    (text, beyond)
}

/// How many polls a job is asked for with.
fn polls(job: u32, policy: WaitPolicy) -> usize {
    let query = JobStatusQuery::new("user-7", format!("job-{job}")).unwrap();
    let run = run(Session::wait(&config(), query, policy), |_, _, _| {
        (Duration::from_millis(40), Ok(Response::new(200, REPLY.to_vec())))
    });
    assert_eq!(run.outcome.unwrap_err().kind(), ErrorKind::Deadline);
    run.sent.len()
}
