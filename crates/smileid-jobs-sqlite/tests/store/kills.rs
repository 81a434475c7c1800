//! Real crashes: a process that works on the store is killed, at each of its statements and at any moment, and nothing is lost.

use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;
use std::env;
use std::path::Path;
use std::process::{Command, Stdio, abort};

use rusqlite::Connection;
use smileid_core::ErrorKind;
use smileid_jobs::{Again, Cursor, Done, JobStore, Mode, NewJob, Outcome, Rate, Retry, Why};
use smileid_jobs_conformance::answers::settlement;
use smileid_jobs_sqlite::SqliteStore;

use crate::folder::Folder;

/// Says to the child which store to work on.
const STORE: &str = "SMILEID_JOBS_KILL_STORE";
/// Says to the child at which call of its clock or step to end itself.
const AT: &str = "SMILEID_JOBS_KILL_AT";
const LEASE: Duration = Duration::from_secs(60);

/// Works through some jobs, and says on standard output what is done for good.
fn work(path: &Path, tick: impl Fn() + Send + Clone + 'static) {
    let time = tick.clone();
    let mut store = SqliteStore::open_with_clock(path, move || {
        // Inside every transaction, after it was started.
        time();
        1_791_115_200_000
    })
    .unwrap();
    tick();
    store.set_rate(Rate::MAX).unwrap();
    let jobs: Vec<NewJob> = (0..20).map(|n| NewJob::new("user", format!("job-{n}")).unwrap()).collect();
    store.import(&jobs, Mode::Write).unwrap();
    println!("imported");
    loop {
        tick();
        let claimed = store.claim(5, LEASE, "w").unwrap();
        if claimed.jobs.is_empty() {
            break;
        }
        let done = claimed.jobs.iter().map(|claim| {
            let number: u32 = claim.query.job_id().rsplit('-').next().unwrap().parse().unwrap();
            let outcome = match (number % 3, claim.record.asks) {
                (0, 0) => Outcome::Again(Again { due: claimed.at, why: Why::NotYet }),
                (1, _) => Outcome::NeedsYou(ErrorKind::NotFound),
                _ => Outcome::Settled(Box::new(settlement(&claim.query).unwrap())),
            };
            Done { key: claim.key, epoch: claim.epoch, outcome }
        });
        let done: Vec<Done> = done.collect();
        tick();
        store.record(&done).unwrap();
        for (claim, done) in claimed.jobs.iter().zip(&done) {
            if matches!(done.outcome, Outcome::Settled(_)) {
                println!("settled {}", claim.query.job_id());
            }
        }
    }
    tick();
    store.pause().unwrap();
    store.resume().unwrap();
    tick();
    store.retry(Retry::All).unwrap();
    println!("finished");
}

/// How often the child's clock was read, or one of its steps was made.
static TICKS: AtomicU32 = AtomicU32::new(0);

/// The child of the tests below. Without their variables it has nothing to do.
#[test]
fn child_that_works_on_a_store() {
    let Some(path) = env::var_os(STORE) else { return };
    let at: u32 = env::var(AT).unwrap().parse().unwrap();
    work(Path::new(&path), move || {
        if TICKS.fetch_add(1, Ordering::SeqCst) + 1 == at {
            abort();
        }
    });
}

fn child(path: &Path, at: u32) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", "kills::child_that_works_on_a_store", "--nocapture"])
        .env(STORE, path)
        .env(AT, at.to_string());
    command.stderr(Stdio::null());
    command
}

/// Checks that every job is in exactly one place, and that whatever was said to be settled is.
fn check(path: &Path, said: &str, when: &str) {
    let connection = Connection::open(path).unwrap();
    let number = |sql: &str| connection.query_row(sql, (), |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(
        connection.query_row("pragma integrity_check", (), |row| row.get::<_, String>(0)).unwrap(),
        "ok",
        "{when}"
    );
    if said.contains("imported") {
        assert_eq!(number("select count(*) from jobs"), 20, "{when}: jobs are lost");
    }
    if number("select count(*) from sqlite_schema") == 0 {
        return;
    }
    let places = "(select id from queue union all select id from answers union all select id from needs_you)";
    assert_eq!(number(&format!("select count(*) from {places}")), number("select count(*) from jobs"), "{when}");
    assert_eq!(
        number(&format!("select count(distinct id) from {places}")),
        number("select count(*) from jobs"),
        "{when}"
    );
    drop(connection);
    let mut store = SqliteStore::open(path).unwrap();
    let answers = store.answers_after(&Cursor::START, 1000).unwrap().rows;
    let ids: Vec<&str> = answers.iter().map(|row| row.job_id.as_str()).collect();
    for id in said.lines().filter_map(|line| line.strip_prefix("settled ")) {
        assert_eq!(ids.iter().filter(|known| **known == id).count(), 1, "{when}: {id} was said to be settled");
    }
    assert_eq!(store.counts().unwrap().settled, ids.len() as u64, "{when}");
}

#[test]
fn a_process_that_ends_inside_any_transaction_loses_nothing() {
    let mut at = 1;
    loop {
        let folder = Folder::new(&format!("kill-{at}"));
        let output = child(&folder.store(), at).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        check(&folder.store(), &said, &format!("tick {at}"));
        if output.status.success() {
            assert!(said.contains("finished") && at > 20, "{at}: {said}");
            break;
        }
        // The next process goes on from there, and comes to the same end.
        let rest = child(&folder.store(), 0).output().unwrap();
        assert!(rest.status.success(), "{at}");
        let both = format!("{said}{}", String::from_utf8_lossy(&rest.stdout));
        check(&folder.store(), &both, &format!("after tick {at}"));
        let mut store = SqliteStore::open(&folder.store()).unwrap();
        let counts = store.counts().unwrap();
        assert_eq!((counts.settled, counts.waiting + counts.needing_you()), (13, 7), "{at}");
        at += 1;
    }
}

#[test]
fn a_process_that_is_killed_at_any_moment_loses_nothing() {
    for kill in 0..20 {
        let folder = Folder::new(&format!("kill-9-{kill}"));
        let mut running = child(&folder.store(), 0).stdout(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(2 + kill * 2));
        running.kill().unwrap();
        let output = running.wait_with_output().unwrap();
        if folder.store().is_file() {
            check(&folder.store(), &String::from_utf8_lossy(&output.stdout), &format!("kill {kill}"));
        }
    }
}
