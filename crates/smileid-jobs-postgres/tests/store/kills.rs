//! Real crashes: workers and the server are killed at any moment, and nothing is lost, settled twice or claimed twice.
//!
//! `SMILEID_SOAK=1` kills 100 workers and the server ten times; otherwise it is a few.

use core::time::Duration;
use std::collections::HashSet;
use std::env;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread;

use smileid_jobs::{Again, Cursor, Done, JobStore, Mode, Outcome, Rate, StoreError, StoreErrorKind, Then, Why};
use smileid_jobs_conformance::answers::settlement;
use smileid_jobs_postgres::BlockingPostgresStore;

use crate::admin::Admin;
use crate::many::jobs;
use crate::server::Server;

/// Says to the child which store to work on.
const STORE: &str = "SMILEID_JOBS_KILL_STORE";
/// A killed worker's jobs come back after this.
const LEASE: Duration = Duration::from_millis(1500);

fn soak() -> bool {
    env::var_os("SMILEID_SOAK").is_some()
}

/// Calls a store whose server may be restarting, as the driver does.
fn patiently<T>(mut call: impl FnMut() -> Result<T, StoreError>) -> T {
    for _ in 0..600 {
        match call() {
            Ok(value) => return value,
            Err(error) if error.kind() == StoreErrorKind::Lost => thread::sleep(Duration::from_millis(100)),
            Err(error) => panic!("{error}: {:?}", core::error::Error::source(&error).map(ToString::to_string)),
        }
    }
    panic!("the server does not come back")
}

/// The child of the tests below: works until no job waits, and says on standard output what is done for good.
#[test]
fn child_that_works_on_a_store() {
    let Ok(url) = env::var(STORE) else { return };
    let mut store = patiently(|| BlockingPostgresStore::connect(url.parse().unwrap()));
    loop {
        let claimed = patiently(|| store.claim(10, LEASE, "w"));
        for claim in &claimed.jobs {
            println!("claimed {} {}", claim.key.0, claim.epoch);
        }
        let done = claimed.jobs.iter().map(|claim| {
            let outcome = match claim.record.asks {
                0 => Outcome::Again(Again { due: claimed.at, why: Why::NotYet }),
                _ => Outcome::Settled(Box::new(settlement(&claim.query).unwrap())),
            };
            Done { key: claim.key, epoch: claim.epoch, outcome }
        });
        let done: Vec<Done> = done.collect();
        thread::sleep(Duration::from_millis(5));
        let recorded = patiently(|| store.record(&done));
        // An answer that was lost with the server is not known to be written.
        if recorded.fenced == 0 {
            for done in done.iter().filter(|done| matches!(done.outcome, Outcome::Settled(_))) {
                println!("settled {}", done.key.0);
            }
        }
        match claimed.then {
            Then::Empty if claimed.jobs.is_empty() => return,
            _ if claimed.jobs.is_empty() => thread::sleep(Duration::from_millis(20)),
            _ => {}
        }
    }
}

fn worker(server: &Server) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", "kills::child_that_works_on_a_store", "--nocapture"])
        .env(STORE, server.url("postgres", ""))
        .stdout(Stdio::piped());
    command.spawn().unwrap()
}

/// What a worker said until it ended, by itself or killed.
fn said(mut worker: Child) -> String {
    let mut text = String::new();
    worker.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    let ended = worker.wait().unwrap();
    assert!(ended.code().is_none_or(|code| code == 0), "a worker failed: {text}");
    text
}

/// Checks that each job is in exactly one place, that what was said to be settled is, and that no claim was made twice.
fn check(server: &Server, count: u64, said: &str) {
    let admin = Admin::connect(server, "postgres").unwrap();
    let all = i64::try_from(count).unwrap();
    let places = "(select id from smileid_jobs.queue union all select id from smileid_jobs.answers \
                  union all select id from smileid_jobs.needs_you) places";
    assert_eq!(admin.number("select count(*) from smileid_jobs.jobs"), all);
    assert_eq!(admin.number(&format!("select count(*) from {places}")), all, "lost, or twice");
    assert_eq!(admin.number(&format!("select count(distinct id) from {places}")), all, "lost, or twice");
    let settled: HashSet<&str> = said.lines().filter_map(|line| line.strip_prefix("settled ")).collect();
    let ids = settled.iter().copied().collect::<Vec<_>>().join(",");
    let known = format!("select count(*) from smileid_jobs.answers where id = any ('{{{ids}}}')");
    assert_eq!(admin.number(&known), i64::try_from(settled.len()).unwrap(), "what was said to be settled is");
    let claims: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("claimed ")).collect();
    let distinct: HashSet<&str> = claims.iter().copied().collect();
    assert_eq!(claims.len(), distinct.len(), "a claim was made twice");
    assert!(!settled.is_empty() && claims.len() > settled.len());
}

fn finish(server: &Server, count: u64, mut before: String) {
    before.push_str(&said(worker(server)));
    check(server, count, &before);
    let mut store = server.store("postgres", "");
    let counts = store.counts().unwrap();
    assert_eq!((counts.settled, counts.waiting), (count, 0));
    let (mut cursor, mut ids) = (Cursor::START, HashSet::new());
    loop {
        let page = store.answers_after(&cursor, 1000).unwrap();
        cursor = page.cursor;
        if page.rows.is_empty() {
            break;
        }
        ids.extend(page.rows.into_iter().map(|row| row.job_id));
    }
    assert_eq!(ids.len() as u64, count);
}

fn filled(server: &Server, count: u64) {
    let mut store = server.store("postgres", "");
    store.set_rate(Rate::MAX).unwrap();
    store.import(&jobs(usize::try_from(count).unwrap()), Mode::Write).unwrap();
}

#[test]
fn workers_that_are_killed_lose_nothing() {
    let Some(server) = Server::start("workers_that_are_killed_lose_nothing") else { return };
    let kills = if soak() { 100 } else { 3 };
    let count = kills * 200;
    filled(&server, count);
    let mut text = String::new();
    let steady = worker(&server);
    let steady = thread::spawn(move || said(steady));
    for kill in 0..kills {
        let mut running = worker(&server);
        thread::sleep(Duration::from_millis(60 + kill * 37 % 150));
        running.kill().unwrap();
        text.push_str(&said(running));
    }
    text.push_str(&steady.join().unwrap());
    check(&server, count, &text);
    finish(&server, count, text);
}

#[test]
fn a_server_that_is_killed_loses_nothing() {
    let Some(server) = Server::start("a_server_that_is_killed_loses_nothing") else { return };
    let kills = if soak() { 10 } else { 1 };
    let count = kills * 2000;
    filled(&server, count);
    let workers: Vec<_> = (0..3).map(|_| worker(&server)).map(|worker| thread::spawn(move || said(worker))).collect();
    for kill in 0..kills {
        thread::sleep(Duration::from_millis(300 + kill * 71 % 200));
        server.kill();
        server.run();
    }
    let text: String = workers.into_iter().map(|worker| worker.join().unwrap()).collect();
    finish(&server, count, text);
}
