#!/usr/bin/env bash
# Rust tokio-postgres 0.7.18: a query whose future `timeout` has dropped goes on at the server, and commits. deadpool-postgres 0.14.2 gives
# its connection to the next caller at once, and that caller's first query waits for the dropped one.
#
# The client puts the request into a channel, and the task of the connection sends it. Dropping the future drops only the receiver of the
# response. A statement outside a transaction then commits, and so does a `commit` that timed out. Dropping a `Transaction` puts a rollback
# behind the running statement. When a connection comes back, the pool asks only whether it is closed.
#
# Why a good engineer would not guess it: in Rust, to drop a future is to cancel it. The caller reports "not done", and the work is done twice.
# The next job on that connection, which has nothing to do with the slow one, can run into its own timeout before it has started.
# Instead: after a timeout send `cancel_token().cancel_query(…)`, or take the connection out of the pool and drop it; or set
# `statement_timeout`. Treat a write that timed out as unknown, and make it safe to repeat.
#
# The first build is long; CARGO_TARGET_DIR keeps it.
#
# Seen with tokio-postgres 0.7.18, deadpool-postgres 0.14.2 and PostgreSQL 18.4; a pool of one connection, a limit of 0.5 s:
#
#   insert of 3 s: timed out; next caller gets the connection at once, counts after more than 2 s, rows 1
#   commit of 3 s: timed out; next caller gets the connection at once, counts after more than 2 s, rows 1
#   transaction dropped before its commit: timed out; next caller gets the connection at once, counts after more than 2 s, rows 0
#   insert of 3 s, then cancel_query: timed out; next caller gets the connection at once, counts in time, rows 0
source "$(dirname "$0")/lib/common.sh"
source "$(dirname "$0")/lib/postgres.sh"
start_postgres

rust_package program 'deadpool-postgres = "=0.14.2"
tokio = { version = "1", features = ["rt", "macros", "time"] }
tokio-postgres = "=0.7.18"' <<'EOF'
use std::future::Future;
use std::time::{Duration, Instant};

use deadpool_postgres::{Client, Config, Pool, PoolConfig, Runtime};
use tokio::time::timeout;
use tokio_postgres::NoTls;

const SLOW: &str = "insert into answers select $1 from pg_sleep(3)";
const TABLES: &str = "create table answers (word text); create table slow_commits (word text);
    create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(3); return null; end';
    create constraint trigger slow after insert on slow_commits deferrable initially deferred for each row execute function slow()";

/// One connection, so that the next call certainly gets the one of the last.
fn pool() -> Pool {
    let mut config = Config::new();
    config.host = std::env::var("PGHOST").ok();
    config.user = Some("postgres".into());
    config.dbname = Some("postgres".into());
    config.pool = Some(PoolConfig::new(1));
    config.create_pool(Some(Runtime::Tokio1), NoTls).unwrap()
}

/// Says whether the work ended within the limit.
async fn limited<T, E: std::fmt::Debug>(work: impl Future<Output = Result<T, E>>) -> &'static str {
    timeout(Duration::from_millis(500), work).await.map_or("timed out", |done| done.map_or("failed", |_| "in time"))
}

/// What the next caller meets: how long it waits, and how many rows it finds.
async fn next_caller(name: &str, pool: &Pool, outcome: &str) {
    let start = Instant::now();
    let client = pool.get().await.unwrap();
    let got = if start.elapsed() < Duration::from_millis(500) { "at once" } else { "late" };
    let rows: i64 = client
        .query_one("select (select count(*) from answers where word = $1) + (select count(*) from slow_commits where word = $1)", &[&name])
        .await
        .unwrap()
        .get(0);
    let counted = match start.elapsed() {
        long if long > Duration::from_secs(2) => "after more than 2 s",
        short if short < Duration::from_secs(1) => "in time",
        _ => "late",
    };
    println!("{name}: {outcome}; next caller gets the connection {got}, counts {counted}, rows {rows}");
}

async fn in_a_transaction(client: &mut Client, name: &str) -> Result<(), tokio_postgres::Error> {
    let transaction = client.transaction().await?;
    transaction.execute(SLOW, &[&name]).await?;
    transaction.commit().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let pool = pool();
    pool.get().await.unwrap().batch_execute(TABLES).await.unwrap();

    let name = "insert of 3 s";
    let client = pool.get().await.unwrap();
    let outcome = limited(client.execute(SLOW, &[&name])).await;
    drop(client);
    next_caller(name, &pool, outcome).await;

    let name = "commit of 3 s";
    let mut client = pool.get().await.unwrap();
    let transaction = client.transaction().await.unwrap();
    transaction.execute("insert into slow_commits values ($1)", &[&name]).await.unwrap();
    let outcome = limited(transaction.commit()).await;
    drop(client);
    next_caller(name, &pool, outcome).await;

    let name = "transaction dropped before its commit";
    let mut client = pool.get().await.unwrap();
    let outcome = limited(in_a_transaction(&mut client, name)).await;
    drop(client);
    next_caller(name, &pool, outcome).await;

    let name = "insert of 3 s, then cancel_query";
    let client = pool.get().await.unwrap();
    let outcome = limited(client.execute(SLOW, &[&name])).await;
    client.cancel_token().cancel_query(NoTls).await.unwrap();
    drop(client);
    next_caller(name, &pool, outcome).await;
}
EOF
rust_run program | expect
