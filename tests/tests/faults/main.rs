//! Every fault through both transports, on real sockets: each gives what the table says, and leaves nothing behind.

mod run;
mod table;

use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use smileid_sandbox::faults::FaultServer;

use table::{How, Row, TABLE};

/// How many rows are run at a time: most of them wait.
const AT_A_TIME: usize = 8;

type Run = fn(How, &FaultServer, bool) -> run::Seen;

const TRANSPORTS: [(&str, Run); 2] = [("blocking", run::blocking), ("async", run::asynchronous)];

#[test]
fn every_fault_gives_what_the_table_says() {
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
}

fn check(row: &Row) -> Vec<String> {
    let mut failures = Vec::new();
    for (name, run) in TRANSPORTS {
        let begun = Instant::now();
        let server = FaultServer::start(row.fault).unwrap();
        let seen = run(row.how, &server, false);
        println!("{:24} {name:8} {:12} {} {:?}", row.fault.name(), seen.word, seen.requests, begun.elapsed());
        let as_told = seen.word == row.word && (row.requests.0..=row.requests.1).contains(&seen.requests);
        if !as_told || seen.left.is_some() || server.strays() > 0 {
            failures.push(format!("{} {name}: {seen:?}, {} strays", row.fault, server.strays()));
        }
    }
    failures
}
