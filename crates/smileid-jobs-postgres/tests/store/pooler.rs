//! Through `PgBouncer`, where it is installed: its session mode works, and the others are refused before anything is written to another store.

use core::time::Duration;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Instant;

use smileid_jobs::{Done, JobStore, Mode, Outcome, StoreError, StoreErrorKind};
use smileid_jobs_conformance::answers::settlement;
use smileid_jobs_postgres::BlockingPostgresStore;

use crate::admin::Admin;
use crate::errors::refused;
use crate::many::jobs;
use crate::server::{Server, without_root};

const LEASE: Duration = Duration::from_secs(60);

/// A pooler before a server, which ends with the test.
struct Pooler {
    process: Child,
    port: u16,
}

impl Pooler {
    fn start(program: &Path, server: &Server, mode: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = server.data().parent().unwrap().to_owned();
        let settings = format!(
            "[databases]\n* = host={} port={} user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = any\npool_mode = {mode}\nlogfile = {}\n",
            folder.display(),
            server.port(),
            folder.join(format!("{mode}.log")).display(),
        );
        let settings = server.write(&format!("{mode}.ini"), &settings);
        let process = without_root(program).arg(settings).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let pooler = Self { process, port };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(start.elapsed() < Duration::from_secs(20), "PgBouncer does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        pooler
    }

    fn connect(&self, schema: &str) -> Result<BlockingPostgresStore, StoreError> {
        let url = format!("postgres://postgres@127.0.0.1:{}/postgres?sslmode=disable&schema={schema}", self.port);
        BlockingPostgresStore::connect(url.parse()?)
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _gone = self.process.kill().and_then(|()| self.process.wait());
    }
}

/// Returns the program and a server, or says by name which test is skipped.
fn pooled(test: &str) -> Option<(PathBuf, Server)> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    // Debian installs it among the programs of administrators.
    let mut folders = std::env::split_paths(&folders).chain([PathBuf::from("/usr/sbin")]);
    let Some(program) = folders.find_map(|folder| Some(folder.join("pgbouncer")).filter(|program| program.is_file()))
    else {
        let line = format!("skipped: {test}: PgBouncer is not installed (looked in the PATH and /usr/sbin)\n");
        let _written = std::io::stderr().write_all(line.as_bytes());
        return None;
    };
    Some((program, Server::start(test)?))
}

/// Claims a job and settles it.
fn settle_one(store: &mut BlockingPostgresStore) -> Result<u64, StoreError> {
    let claimed = store.claim(1, LEASE, "w")?.jobs;
    let done = claimed.iter().map(|claim| Done {
        key: claim.key,
        epoch: claim.epoch,
        outcome: Outcome::Settled(Box::new(settlement(&claim.query).unwrap())),
    });
    Ok(store.record(&done.collect::<Vec<_>>())?.settled)
}

#[test]
fn the_session_mode_of_pgbouncer_works() {
    let Some((program, server)) = pooled("the_session_mode_of_pgbouncer_works") else { return };
    let pooler = Pooler::start(&program, &server, "session");
    let (mut one, mut two) = (pooler.connect("one").unwrap(), pooler.connect("two").unwrap());
    for store in [&mut one, &mut two] {
        store.import(&jobs(4), Mode::Write).unwrap();
    }
    for _ in 0..4 {
        assert_eq!((settle_one(&mut one).unwrap(), settle_one(&mut two).unwrap()), (1, 1));
        assert!(!one.was_woken().unwrap());
    }
    assert_eq!((one.counts().unwrap().settled, two.counts().unwrap().settled), (4, 4));
}

#[test]
fn the_transaction_mode_of_pgbouncer_is_refused_before_it_mixes_two_stores() {
    let Some((program, server)) = pooled("the_transaction_mode_of_pgbouncer_is_refused_before_it_mixes_two_stores")
    else {
        return;
    };
    let pooler = Pooler::start(&program, &server, "transaction");
    let through =
        |database: &str| Admin::of(&format!("postgres://postgres@127.0.0.1:{}/{database}", pooler.port)).unwrap();
    let mut store = pooler.connect("one").unwrap();
    store.import(&jobs(4), Mode::Write).unwrap();
    // Without another client, each transaction comes to the same process of the server.
    assert_eq!(settle_one(&mut store).unwrap(), 1);
    let claim = store.claim(1, LEASE, "w").unwrap().jobs.remove(0);
    // Another client keeps that process for a moment: the next transaction would come to another one.
    let other = through("postgres");
    let during = |call: &mut dyn FnMut()| {
        other.run("begin");
        call();
        other.run("rollback");
    };
    let outcome = Outcome::Settled(Box::new(settlement(&claim.query).unwrap()));
    let done = Done { key: claim.key, epoch: claim.epoch, outcome };
    during(&mut || refused(store.record(core::slice::from_ref(&done)), StoreErrorKind::Invalid, &[]));
    let mut store = pooler.connect("one").unwrap();
    settle_one(&mut store).unwrap();
    during(&mut || refused(store.claim(1, LEASE, "w"), StoreErrorKind::Invalid, &[]));
    let mut store = pooler.connect("one").unwrap();
    during(&mut || refused(store.was_woken(), StoreErrorKind::Invalid, &[]));

    // Another program has prepared its statements there, and its names are those of this one.
    Admin::connect(&server, "postgres").unwrap().run("create database names");
    let sql = "do $$ begin for n in 0..3000 loop execute format('prepare s%s as select 1', n); end loop; end $$";
    through("names").run(sql);
    let url = format!("postgres://postgres@127.0.0.1:{}/names?sslmode=disable", pooler.port);
    let mut store = BlockingPostgresStore::connect(url.parse().unwrap()).unwrap();
    refused(store.claim(1, LEASE, "w"), StoreErrorKind::Invalid, &[]);
}

#[test]
fn the_statement_mode_of_pgbouncer_is_refused() {
    let Some((program, server)) = pooled("the_statement_mode_of_pgbouncer_is_refused") else { return };
    let pooler = Pooler::start(&program, &server, "statement");
    refused(pooler.connect("one"), StoreErrorKind::Invalid, &[]);
}
