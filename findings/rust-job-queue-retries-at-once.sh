#!/usr/bin/env bash
# Rust apalis 1.0.0 with apalis-postgres 1.0.0: a handler that returns `RetryAfterError` with one hour is run again at once, hundreds of
# times a second, and `max_attempts` does not stop it.
#
# The error is documented as "Execution should be retried after a specific duration". The core turns it into the status `Pending` and
# drops the duration. The PostgreSQL store writes the status and leaves `run_at` in the past, so the next fetch takes the job. Its
# query applies `max_attempts` to `Failed` jobs only, so a pending job goes on past it.
#
# Why a good engineer would not guess it: the type has a duration, a getter for it and a comment that promises the delay, and the core
# crate and the store come from one project in matching versions. A handler that passes on `Retry-After: 3600` turns it into exactly
# the load that the other side asked to be spared.
#
# The first build is long; CARGO_TARGET_DIR keeps it.
#
# Seen with apalis 1.0.0, apalis-postgres 1.0.0 and PostgreSQL 18.4 (1,340 to 1,559 runs in 5 s):
#
#   retry after: 3600 s
#   runs within 5 s: more than 25
#   max_attempts: 25
#   attempts recorded: more than max_attempts
#   due in an hour: no, due now
source "$(dirname "$0")/lib/common.sh"
source "$(dirname "$0")/lib/postgres.sh"
start_postgres

rust_package program 'apalis = "=1.0.0"
apalis-postgres = { version = "=1.0.0", features = ["migrate", "tokio-comp"] }
tokio = { version = "1", features = ["rt-multi-thread", "macros", "time"] }' <<'EOF'
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use apalis::prelude::*;
use apalis_postgres::{PgPool, PostgresStorage};

static RUNS: AtomicU32 = AtomicU32::new(0);
const HOUR: Duration = Duration::from_secs(3600);

async fn handler(_: u32) -> Result<(), BoxDynError> {
    RUNS.fetch_add(1, Ordering::SeqCst);
    Err(Box::new(RetryAfterError::new("not yet", HOUR)))
}

#[tokio::main]
async fn main() {
    let pool = PgPool::connect(&std::env::var("DATABASE_URL").unwrap()).await.unwrap();
    PostgresStorage::setup(&pool).await.unwrap();
    let mut store = PostgresStorage::new(&pool);
    store.push(7).await.unwrap();
    let worker = WorkerBuilder::new("worker").backend(store).build(handler);
    let _ended = tokio::time::timeout(Duration::from_secs(5), worker.run()).await;
    println!("retry after: {} s", HOUR.as_secs());
    match RUNS.load(Ordering::SeqCst) {
        runs if runs > 25 => println!("runs within 5 s: more than 25"),
        runs => println!("runs within 5 s: {runs}"),
    }
}
EOF
cat >"$work/job.js" <<'EOF'
const { Client } = require("pg");
(async () => {
  const client = new Client();
  await client.connect();
  const [job] = (await client.query("select attempts, max_attempts, run_at <= now() as due from apalis.jobs")).rows;
  console.log("max_attempts:", job.max_attempts);
  console.log("attempts recorded:", job.attempts > job.max_attempts ? "more than max_attempts" : job.attempts);
  console.log("due in an hour:", job.due ? "no, due now" : "yes");
  await client.end();
})();
EOF
export DATABASE_URL="postgres://postgres@localhost/postgres?host=$PGHOST"
{ rust_run program; node "$work/job.js"; } | expect
