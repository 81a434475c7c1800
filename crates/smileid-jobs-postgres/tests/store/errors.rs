//! What can be wrong with a server or a schema: each is one clear error, and nothing is lost or shown.

use core::error::Error;
use core::time::Duration;

use smileid_jobs::{JobStore, Mode, NewJob, StoreError, StoreErrorKind};
use smileid_jobs_postgres::{Address, BlockingPostgresStore};

use crate::admin::Admin;
use crate::many::jobs;
use crate::server::{Server, shared};

fn connect(url: &str) -> Result<BlockingPostgresStore, StoreError> {
    BlockingPostgresStore::connect(url.parse()?)
}

/// Checks what is said, down to the last cause.
pub(crate) fn refused<T>(outcome: Result<T, StoreError>, kind: StoreErrorKind, hidden: &[&str]) {
    let error = outcome.map(drop).unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains(": "), "it says what to do: {error}");
    let mut text = format!("{error} {error:?}");
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text} {inner} {inner:?}");
        cause = inner.source();
    }
    for value in hidden {
        assert!(!text.contains(value), "{value} is shown: {text}");
    }
}

#[test]
fn a_wrong_password_is_refused_and_never_shown() {
    let Some(server) = Server::start("a_wrong_password_is_refused_and_never_shown") else { return };
    let admin = Admin::connect(&server, "postgres").unwrap();
    admin.run("create role worker login password 'right-one'; grant create on database postgres to worker");
    let hba = server.data().join("pg_hba.conf");
    std::fs::write(hba, "local all postgres trust\nlocal all all scram-sha-256\n").unwrap();
    admin.run("select pg_reload_conf()");
    std::thread::sleep(Duration::from_millis(300));
    let host = server.url("postgres", "").split_once("?host=").unwrap().1.to_owned();
    let url = |user: &str, database: &str| format!("postgres://{user}@/{database}?host={host}");
    let hidden = ["s3cret-word", "right-one"];
    refused(connect(&url("worker:s3cret-word", "postgres")), StoreErrorKind::Refused, &hidden);
    refused(connect(&url("nobody:s3cret-word", "postgres")), StoreErrorKind::Refused, &hidden);
    refused(connect(&url("worker", "postgres")), StoreErrorKind::Refused, &hidden);
    refused(connect(&url("worker:right-one", "no_such")), StoreErrorKind::Invalid, &["right-one", "no_such"]);
    let address: Address = url("worker", "postgres").parse().unwrap();
    drop(BlockingPostgresStore::connect(address.clone().with_password("right-one")).unwrap());
    // Another user may not use the tables that this one made.
    admin.run("create role other login password 'right-one'");
    refused(connect(&url("other:right-one", "postgres")), StoreErrorKind::Refused, &["other", "right-one"]);
    refused(
        connect(&format!("{}&schema=mine", url("other:right-one", "postgres"))),
        StoreErrorKind::Refused,
        &["mine"],
    );
    // A schema that was made for it is enough.
    admin.run("create schema mine authorization other");
    drop(connect(&format!("{}&schema=mine", url("other:right-one", "postgres"))).unwrap());
}

#[test]
fn a_schema_that_is_something_else_is_refused_and_left_alone() {
    let Some(server) = shared("a_schema_that_is_something_else_is_refused_and_left_alone") else { return };
    server.database("schemas");
    let admin = Admin::connect(&server, "schemas").unwrap();
    admin.run("create schema theirs; create table theirs.control (a int); create schema empty_one");
    refused(connect(&server.url("schemas", "&schema=theirs")), StoreErrorKind::NotAStore, &["theirs"]);
    assert_eq!(
        admin.number(
            "select count(*) from pg_class c join pg_namespace n on n.oid = relnamespace where nspname = 'theirs'"
        ),
        1
    );
    // Two stores in one database know nothing of each other.
    let (mut one, mut two) = (server.store("schemas", "&schema=empty_one"), server.store("schemas", "&schema=second"));
    one.bind("023").unwrap();
    two.bind("23").unwrap();
    refused(one.bind("23"), StoreErrorKind::Partner, &["023"]);
    one.import(&jobs(3), Mode::Write).unwrap();
    assert_eq!((one.counts().unwrap().waiting, two.counts().unwrap().waiting), (3, 0));
    admin.run("update empty_one.control set version = 2");
    refused(connect(&server.url("schemas", "&schema=empty_one")), StoreErrorKind::Newer, &[]);
    assert_eq!(admin.number("select count(*) from empty_one.queue"), 3);
}

#[test]
fn damage_to_the_tables_is_an_error_and_no_panic() {
    let Some(server) = shared("damage_to_the_tables_is_an_error_and_no_panic") else { return };
    server.database("damage");
    let admin = Admin::connect(&server, "damage").unwrap();
    let mut store = server.store("damage", "");
    admin.run("update smileid_jobs.control set paused = 'nonsense'");
    refused(store.counts(), StoreErrorKind::Damaged, &["nonsense"]);
    admin.run("delete from smileid_jobs.control");
    refused(store.claim(1, Duration::from_secs(1), "w"), StoreErrorKind::Damaged, &[]);
    admin.run("drop table smileid_jobs.queue");
    refused(store.import(&jobs(1), Mode::Write), StoreErrorKind::Damaged, &["queue"]);
}

#[test]
fn a_database_that_cannot_store_every_text_is_refused() {
    let Some(server) = shared("a_database_that_cannot_store_every_text_is_refused") else { return };
    let admin = Admin::connect(&server, "postgres").unwrap();
    admin.run("create database latin encoding 'LATIN1' locale 'C' template template0");
    refused(connect(&server.url("latin", "")), StoreErrorKind::Invalid, &[]);
    server.database("texts");
    let mut store = server.store("texts", "");
    let odd = NewJob::new("user", "job").unwrap().with_columns("{\"a\":\"s3cret\0\"}");
    refused(store.import(&[jobs(1).remove(0), odd], Mode::Write), StoreErrorKind::Invalid, &["s3cret"]);
    assert_eq!(store.counts().unwrap().waiting, 0, "a batch is there whole or not at all");
}

#[test]
fn a_read_only_server_says_so() {
    let Some(server) = shared("a_read_only_server_says_so") else { return };
    server.database("replica");
    drop(server.store("replica", ""));
    let mut store = server.store("replica", "&options=-c%20default_transaction_read_only%3Don");
    refused(store.bind("023"), StoreErrorKind::Invalid, &["023"]);
    // A transaction of the store's says for itself that it writes.
    store.claim(1, Duration::from_secs(1), "w").unwrap();
}

#[test]
fn a_server_that_is_not_there_is_lost() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("postgres://user:s3cret@127.0.0.1:{free}/kyc");
    refused(connect(&url), StoreErrorKind::Lost, &["s3cret"]);
    refused(connect("postgres://user:s3cret@/kyc?host=/no/such/folder"), StoreErrorKind::Lost, &["s3cret"]);
}

#[test]
fn a_lost_connection_is_made_again() {
    let Some(server) = shared("a_lost_connection_is_made_again") else { return };
    server.database("lost");
    let admin = Admin::connect(&server, "postgres").unwrap();
    let mut store = server.store("lost", "");
    store.import(&jobs(5), Mode::Write).unwrap();
    let claimed = store.claim(5, Duration::from_secs(60), "w").unwrap().jobs;
    assert_eq!(claimed.len(), 5);
    assert_eq!(
        admin.number("select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity where datname = 'lost'"),
        1
    );
    // The call that meets it fails, or notices before it sends anything and connects again.
    let counts = store.counts().or_else(|error| {
        assert_eq!(error.kind(), StoreErrorKind::Lost, "{error}");
        store.counts()
    });
    assert_eq!(counts.unwrap().waiting, 5);
}
