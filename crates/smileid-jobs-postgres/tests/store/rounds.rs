//! Ten rounds over all jobs, as a backlog of long reviews makes them: the queue does not grow with each round.
//!
//! `SMILEID_SOAK=1` asks for 100,000 jobs and prints rows a second; otherwise it is 5,000 jobs.

use core::time::Duration;
use std::env;
use std::io::Write;
use std::thread;
use std::time::Instant;

use smileid_jobs::{Again, Claim, Done, JobStore, Mode, NewJob, Outcome, Rate, Why};
use smileid_jobs_conformance::answers::settlement;

use crate::admin::Admin;
use crate::conformance::{FAKE_CLOCK, WITH_FAKE_CLOCK};
use crate::server::Server;

const WORKERS: usize = 4;
/// A time after the fake clock's, in milliseconds since the Unix epoch. The jobs of each round are due an hour later.
const FAR: i64 = 2_000_000_000_000;
const HOUR: i64 = 3_600_000;
const LEASE: Duration = Duration::from_secs(600);

/// Asks for all jobs that are due, with several workers, and returns the rows a second.
fn round(server: &Server, count: usize, outcome: impl Fn(&Claim) -> Outcome + Sync) -> usize {
    let start = Instant::now();
    let asked: usize = thread::scope(|scope| {
        let worker = || {
            let mut store = server.store("postgres", WITH_FAKE_CLOCK);
            let mut asked = 0;
            loop {
                let claimed = store.claim(256, LEASE, "w").unwrap();
                if claimed.jobs.is_empty() {
                    return asked;
                }
                let done = claimed.jobs.iter().map(|claim| Done {
                    key: claim.key,
                    epoch: claim.epoch,
                    outcome: outcome(claim),
                });
                let recorded = store.record(&done.collect::<Vec<_>>()).unwrap();
                assert_eq!(recorded.fenced, 0);
                asked += claimed.jobs.len();
            }
        };
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    assert_eq!(asked, count);
    rate(count, start)
}

fn rate(count: usize, start: Instant) -> usize {
    count * 1000 / usize::try_from(start.elapsed().as_millis()).unwrap().max(1)
}

fn say(line: &str) {
    // Not by a macro: the test runner would keep the line to itself.
    let _written = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}

#[test]
fn ten_rounds_do_not_make_the_queue_grow() {
    let Some(mut server) = Server::make("ten_rounds_do_not_make_the_queue_grow") else { return };
    let soak = env::var_os("SMILEID_SOAK").is_some();
    // Few jobs are done before autovacuum looks; for many it looks as often as it must.
    server.listen(&[format!("autovacuum={}", if soak { "on" } else { "off" }), "autovacuum_naptime=1s".to_owned()]);
    server.run();
    let count = if soak { 100_000 } else { 5_000 };
    let admin = Admin::connect(&server, "postgres").unwrap();
    admin.run(FAKE_CLOCK);
    let mut store = server.store("postgres", WITH_FAKE_CLOCK);
    store.set_rate(Rate::MAX).unwrap();
    let start = Instant::now();
    for batch in 0..count / 5000 {
        let jobs = (batch * 5000..(batch + 1) * 5000).map(|n| NewJob::new("user", format!("job-{n}")).unwrap());
        store.import(&jobs.collect::<Vec<_>>(), Mode::Write).unwrap();
    }
    let imported = rate(count, start);
    let mut sizes = Vec::new();
    let mut rates = Vec::new();
    for number in 1..=10 {
        rates.push(round(&server, count, |_| Outcome::Again(Again { due: FAR + HOUR * number, why: Why::NotYet })));
        admin.run(&format!("update fake.clock set at = to_timestamp(({FAR} + {HOUR} * {number}) / 1000.0 + 1)"));
        if !soak {
            for table in ["queue", "control", "tally"] {
                admin.run(&format!("vacuum analyze smileid_jobs.{table}"));
            }
        }
        sizes.push(admin.number("select pg_total_relation_size('smileid_jobs.queue')"));
    }
    let one = store.claim(1, LEASE, "w").unwrap().jobs.remove(0);
    let settled = settlement(&one.query).unwrap();
    store
        .record(&[Done { key: one.key, epoch: one.epoch, outcome: Outcome::Settled(Box::new(settled.clone())) }])
        .unwrap();
    let last = round(&server, count - 1, |_| Outcome::Settled(Box::new(settled.clone())));
    say(&format!(
        "{count} jobs, {WORKERS} workers, rows/s: import {imported}, claim and again {rates:?}, claim and settle {last}"
    ));
    say(&format!("bytes of the queue after each round: {sizes:?}"));
    let (first, latest) = (sizes[0], &sizes[6..]);
    assert!(latest.iter().all(|size| *size <= first * 5 / 2), "{sizes:?}");
    assert!(latest.iter().max().unwrap() * 10 <= latest.iter().min().unwrap() * 11, "still growing: {sizes:?}");
}
