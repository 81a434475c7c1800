//! The file: who may read it, who owns it, and what is said of one that is something else.

use core::time::Duration;
use std::collections::HashSet;
use std::fs;

use rusqlite::Connection;
use smileid_jobs::{
    Claim, Done, JobStore, KeepBody, Mode, NewJob, Outcome, Rate, Settlement, StoreError, StoreErrorKind,
};
use smileid_jobs_conformance::answers::{answer, final_members, signed};
use smileid_jobs_sqlite::SqliteStore;

use crate::folder::Folder;

fn jobs(count: usize) -> Vec<NewJob> {
    (0..count).map(|n| NewJob::new("user", format!("job-{n}")).unwrap()).collect()
}

fn refused(outcome: Result<SqliteStore, StoreError>) -> StoreErrorKind {
    let error = outcome.map(drop).unwrap_err();
    assert!(error.to_string().contains(": "), "it says what to do: {error}");
    error.kind()
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("mode");
    let mut store = SqliteStore::open(&folder.store()).unwrap();
    store.import(&jobs(10), Mode::Write).unwrap();
    store.own().unwrap();
    let files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap()).collect();
    assert!(files.len() >= 3, "the store, its log and its owner's lock");
    for file in files {
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
    }
}

#[test]
fn ordinary_tools_open_the_file_while_it_is_used() {
    let folder = Folder::new("tools");
    let mut store = SqliteStore::open(&folder.store()).unwrap();
    store.import(&jobs(10), Mode::Write).unwrap();
    assert_eq!(store.claim(5, Duration::from_secs(60), "w").unwrap().jobs.len(), 5);
    let other = Connection::open(folder.store()).unwrap();
    let number = |sql: &str| other.query_row(sql, (), |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(number("select count(*) from queue"), 10);
    assert_eq!(number("pragma page_size"), 16_384);
    assert_eq!(other.query_row("pragma journal_mode", (), |row| row.get::<_, String>(0)).unwrap(), "wal");
    assert_eq!(other.query_row("pragma integrity_check", (), |row| row.get::<_, String>(0)).unwrap(), "ok");
}

#[test]
fn one_process_runs_and_others_import_pause_and_look() {
    let folder = Folder::new("owner");
    let mut owner = SqliteStore::open(&folder.store()).unwrap();
    let mut other = SqliteStore::open(&folder.store()).unwrap();
    owner.own().unwrap();
    let error = other.claim(1, Duration::from_secs(60), "other").unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Locked);
    other.import(&jobs(3), Mode::Write).unwrap();
    assert_eq!((other.counts().unwrap().waiting, owner.counts().unwrap().waiting), (3, 3));
    other.pause().unwrap();
    assert!(owner.claim(1, Duration::from_secs(60), "owner").unwrap().jobs.is_empty());
    drop(owner);
    other.resume().unwrap();
    assert_eq!(other.claim(9, Duration::from_secs(60), "other").unwrap().jobs.len(), 3);
}

#[test]
fn a_callback_for_a_job_in_flight_is_not_lost() {
    let folder = Folder::new("wake");
    let mut owner = SqliteStore::open(&folder.store()).unwrap();
    owner.import(&jobs(1), Mode::Write).unwrap();
    let claim = owner.claim(1, Duration::from_secs(60), "owner").unwrap().jobs.remove(0);
    let mut callbacks = SqliteStore::open(&folder.store()).unwrap();
    assert_eq!(callbacks.wake(&claim.query).unwrap(), smileid_jobs::Woken::Due);
    let again = smileid_jobs::Again { due: i64::MAX, why: smileid_jobs::Why::NotYet };
    let done = Done { key: claim.key, epoch: claim.epoch, outcome: Outcome::Again(again) };
    owner.record(&[done]).unwrap();
    let jobs = owner.claim(1, Duration::from_secs(60), "owner").unwrap().jobs;
    assert_eq!((jobs.len(), jobs[0].record.asks), (1, 1));
}

#[test]
fn a_callback_over_another_connection_is_noticed_and_comes_first() {
    let folder = Folder::new("noticed");
    let (mut owner, mut callbacks) =
        (SqliteStore::open(&folder.store()).unwrap(), SqliteStore::open(&folder.store()).unwrap());
    owner.import(&jobs(3), Mode::Write).unwrap();
    owner.was_woken().unwrap();
    assert!(!owner.was_woken().unwrap());
    let query = smileid_core::JobStatusQuery::new("user", "job-2").unwrap();
    assert_eq!(callbacks.wake(&query).unwrap(), smileid_jobs::Woken::Due);
    assert!(owner.was_woken().unwrap());
    assert!(!owner.was_woken().unwrap());
    let claimed = owner.claim(1, Duration::from_secs(60), "owner").unwrap().jobs;
    assert_eq!(claimed[0].query.job_id(), "job-2");
    assert!(claimed[0].record.woken_at.is_some());
}

#[test]
fn what_was_purged_is_not_in_the_files() {
    let folder = Folder::new("purged");
    let mut store = SqliteStore::open(&folder.store()).unwrap();
    store.import(&[NewJob::new("user-canary", "job-canary").unwrap()], Mode::Write).unwrap();
    let claim = store.claim(1, Duration::from_secs(60), "w").unwrap().jobs.remove(0);
    let members = format!("{},\"note\":\"body-canary\"", final_members(true, "0810"));
    let answer = answer(&claim.query, Ok(signed(&members).unwrap())).unwrap();
    let settlement = Settlement::of(answer.verified().unwrap(), KeepBody::Yes);
    let done = Done { key: claim.key, epoch: claim.epoch, outcome: Outcome::Settled(Box::new(settlement)) };
    assert_eq!(store.record(&[done]).unwrap().settled, 1);
    let found = |word: &str| {
        let files = fs::read_dir(folder.path()).unwrap().map(|file| fs::read(file.unwrap().path()).unwrap());
        files.filter(|bytes| bytes.windows(word.len()).any(|at| at == word.as_bytes())).count()
    };
    let canaries = ["user-canary", "job-canary", "body-canary"];
    assert!(canaries.iter().all(|canary| found(canary) > 0));
    assert_eq!(store.purge(Duration::ZERO).unwrap(), 1);
    assert_eq!(canaries.map(found), [0; 3]);
}

#[test]
fn what_was_purged_is_not_left_where_pages_were_split() {
    let folder = Folder::new("split");
    let mut store = SqliteStore::open(&folder.store()).unwrap();
    store.set_rate(Rate::per_kilosecond(1_000_000_000)).unwrap();
    // Numbers in no order: a later import then splits pages of the index that have ids of an earlier one.
    let mut seed = 7_u64;
    let mut scattered = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        NewJob::new("user", format!("job-{:016x}", seed.rotate_left(32))).unwrap()
    };
    for _ in 0..8 {
        let jobs: Vec<_> = (0..1000).map(|_| scattered()).collect();
        store.import(&jobs, Mode::Write).unwrap();
    }
    let claimed = store.claim(2400, Duration::from_secs(60), "w").unwrap().jobs;
    let answer = answer(&claimed[0].query, Ok(signed(&final_members(true, "0810")).unwrap())).unwrap();
    let settlement = Settlement::of(answer.verified().unwrap(), KeepBody::No);
    let settled = |claim: &Claim| Done {
        key: claim.key,
        epoch: claim.epoch,
        outcome: Outcome::Settled(Box::new(settlement.clone())),
    };
    let done: Vec<_> = claimed.iter().map(settled).collect();
    store.record(&done).unwrap();
    assert_eq!(store.purge(Duration::ZERO).unwrap(), 2400);
    let purged: HashSet<_> = claimed.iter().map(|claim| claim.query.job_id().as_bytes()).collect();
    let left = || {
        let files = fs::read_dir(folder.path()).unwrap().map(|file| fs::read(file.unwrap().path()).unwrap());
        let count =
            |bytes: Vec<u8>| bytes.windows(20).filter(|id| id.starts_with(b"job-") && purged.contains(id)).count();
        files.map(count).sum::<usize>()
    };
    // SQLite does not clear the middle of a page that it rebuilds: few are.
    assert!(left() < 5, "{} of 2400", left());
    drop(store);
    Connection::open(folder.store()).unwrap().execute_batch("vacuum").unwrap();
    assert_eq!(left(), 0);
}

#[test]
fn a_file_that_is_something_else_is_refused_and_left_alone() {
    let folder = Folder::new("something-else");
    let path = folder.store();
    for content in ["user_id,job_id\n", "x", "SQLite format 2\0 and more"] {
        fs::write(&path, content).unwrap();
        assert_eq!(refused(SqliteStore::open(&path)), StoreErrorKind::NotAStore, "{content}");
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
    }
    fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("create table theirs (a); insert into theirs values (1)").unwrap();
    let before = fs::read(&path).unwrap();
    assert_eq!(refused(SqliteStore::open(&path)), StoreErrorKind::NotAStore);
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(refused(SqliteStore::open(folder.path())), StoreErrorKind::NotAStore);
    assert_eq!(refused(SqliteStore::open(&folder.path().join("no/such/folder.db"))), StoreErrorKind::Invalid);
}

#[test]
fn a_store_of_a_newer_version_is_refused_and_left_alone() {
    let folder = Folder::new("newer");
    drop(SqliteStore::open(&folder.store()).unwrap());
    Connection::open(folder.store()).unwrap().pragma_update(None, "user_version", 2).unwrap();
    let before = fs::read(folder.store()).unwrap();
    assert_eq!(refused(SqliteStore::open(&folder.store())), StoreErrorKind::Newer);
    assert_eq!(fs::read(folder.store()).unwrap(), before);
}

#[test]
fn a_damaged_store_is_an_error_and_no_panic() {
    let folder = Folder::new("damaged");
    let mut store = SqliteStore::open(&folder.store()).unwrap();
    store.import(&jobs(2000), Mode::Write).unwrap();
    drop(store);
    let mut content = fs::read(folder.store()).unwrap();
    content[16_384..].fill(0xA5);
    fs::write(folder.store(), content).unwrap();
    let outcome =
        SqliteStore::open(&folder.store()).and_then(|mut store| store.claim(1, Duration::from_secs(60), "w").map(drop));
    assert_eq!(outcome.unwrap_err().kind(), StoreErrorKind::Damaged);
}

#[test]
fn a_store_that_another_process_writes_to_for_long_says_so() {
    let folder = Folder::new("busy");
    let mut store = SqliteStore::open(&folder.store()).unwrap();
    let other = Connection::open(folder.store()).unwrap();
    other.execute_batch("begin immediate").unwrap();
    assert_eq!(store.import(&jobs(1), Mode::Write).unwrap_err().kind(), StoreErrorKind::Busy);
    // Readers are not kept waiting.
    assert_eq!(store.counts().unwrap().waiting, 0);
    other.execute_batch("rollback").unwrap();
    assert_eq!(store.import(&jobs(1), Mode::Write).unwrap().new, 1);
}

// Windows allows no such name.
#[cfg(unix)]
#[test]
fn a_path_that_looks_like_a_uri_is_a_path() {
    let folder = Folder::new("uri");
    let path = folder.path().join("file:jobs.db?mode=memory");
    drop(SqliteStore::open(&path).unwrap());
    assert!(path.is_file());
}
