//! Every fault through both transports, on real sockets: each gives what the table says, and leaves nothing behind.

mod render;
mod run;
mod table;

use core::time::Duration;
use std::sync::Mutex;
use std::thread;
use std::time::Instant;
use std::{env, fs};

use smileid_sandbox::faults::{Fault, FaultServer};

use table::{How, Row, TABLE};

/// How many rows are run at a time: most of them wait.
const AT_A_TIME: usize = 8;

type Run = fn(How, &FaultServer, bool) -> run::Seen;

/// Far longer than any row may take: three attempts of two seconds at the most, the sleeps between them skipped.
const HANG: Duration = Duration::from_secs(30);

const TRANSPORTS: [(&str, Run); 2] = [("blocking", run::blocking), ("async", run::asynchronous)];

#[test]
fn every_fault_has_one_row_in_the_order_of_the_list() {
    let rows: Vec<_> = TABLE.iter().map(|row| row.fault).collect();
    assert_eq!(rows, Fault::ALL);
}

#[test]
fn every_fault_gives_what_the_table_says_and_leaves_nothing_behind() {
    let rows = Mutex::new(TABLE.iter());
    let failures = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some(row) = { rows.lock().unwrap().next() } {
                    let found = check(row);
                    failures.lock().unwrap().extend(found);
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    run::assert_no_thread_is_left();
}

fn check(row: &Row) -> Vec<String> {
    let mut failures = Vec::new();
    for (name, run) in TRANSPORTS {
        let server = FaultServer::start(row.fault).unwrap();
        let begun = Instant::now();
        let seen = run(row.how, &server, false);
        if begun.elapsed() > HANG {
            failures.push(format!("{} {name}: took {:?}", row.fault, begun.elapsed()));
        }
        let as_told = seen.word == row.word && (row.requests.0..=row.requests.1).contains(&seen.requests);
        if !as_told || seen.left.is_some() || server.strays() > 0 {
            failures.push(format!("{} {name}: {seen:?}, {} strays", row.fault, server.strays()));
        }
        let Some(once) = row.once else { continue };
        let server = FaultServer::builder(row.fault).first(1).start().unwrap();
        let seen = run(row.how, &server, true);
        if (seen.word, seen.requests, seen.left) != ("final", once, None) {
            failures.push(format!("{} once, {name}: {seen:?}", row.fault));
        }
    }
    failures
}

/// `docs/faults.md` is the table. With `SMILEID_BLESS` set it is written anew.
#[test]
fn the_page_shows_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/faults.md");
    let page = render::page();
    if env::var_os("SMILEID_BLESS").is_some() {
        fs::write(path, &page).unwrap();
    }
    let written = fs::read_to_string(path).unwrap_or_default();
    assert!(
        written == page,
        "docs/faults.md is not the table: run SMILEID_BLESS=1 cargo test -p smileid-tests --test faults"
    );
}
