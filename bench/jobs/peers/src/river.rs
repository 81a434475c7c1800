//! River, on SQLite and on PostgreSQL: a snooze asks again, a completion records the body as its output.

use std::str::FromStr;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use riverqueue::migrate::{PostgresMigrator, SqliteMigrator};
use riverqueue::sqlx::postgres::{PgPool, PgPoolOptions};
use riverqueue::sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use riverqueue::{BoxError, Client, ClientBuilder, Job, JobArgs, QueueConfig, WorkContext, WorkOutcome, Workers};
use serde::{Deserialize, Serialize};

use crate::{BATCH, IN_FLIGHT, POLLED, Result, body, halves, ids, rate};

#[derive(Clone, Debug, Deserialize, JobArgs, Serialize)]
#[river(kind = "ask")]
struct Ask {
    user_id: String,
    job_id: String,
}

/// A pool of either kind.
pub(crate) enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Pool {
    fn client(&self) -> ClientBuilder {
        match self {
            Self::Sqlite(pool) => Client::builder(pool.clone()),
            Self::Postgres(pool) => Client::builder(pool.clone()),
        }
    }
}

pub(crate) async fn sqlite(path: &str) -> Result<Pool> {
    let options = SqliteConnectOptions::from_str(&format!("sqlite://{path}"))?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5));
    Ok(Pool::Sqlite(SqlitePoolOptions::new().connect_with(options).await?))
}

pub(crate) async fn postgres(url: &str) -> Result<Pool> {
    Ok(Pool::Postgres(PgPoolOptions::new().max_connections(10).connect(url).await?))
}

pub(crate) async fn import(pool: Pool, jobs: usize) -> Result<()> {
    match &pool {
        Pool::Sqlite(pool) => drop(SqliteMigrator::new(pool.clone()).migrate_up().await?),
        Pool::Postgres(pool) => drop(PostgresMigrator::new(pool.clone()).migrate_up().await?),
    }
    let client = pool.client().build()?;
    let start = Instant::now();
    for from in (0..jobs).step_by(BATCH) {
        let batch = (from..jobs.min(from + BATCH)).map(ids).map(|(user_id, job_id)| Ask { user_id, job_id });
        client.insert_many(batch).await?;
    }
    rate("import", jobs, start);
    Ok(())
}

pub(crate) async fn work(pools: Vec<Pool>, jobs: usize) -> Result<()> {
    let mut runs = Vec::new();
    for (number, pool) in pools.iter().enumerate() {
        let mut workers = Workers::new();
        workers.add_fn(move |context: WorkContext, _: Job<Ask>| async move {
            if POLLED.fetch_add(1, Ordering::Relaxed) < jobs {
                // Up to five seconds are the fast way: longer ones pass through the leader's scheduler.
                return Ok::<_, BoxError>(WorkOutcome::Snooze(Duration::ZERO));
            }
            context.record_output(body())?;
            Ok(WorkOutcome::Complete)
        })?;
        // The shortest pause between two fetches that is allowed.
        let queue = QueueConfig::new(in_flight(&pools)).with_fetch_cooldown(Duration::from_millis(1));
        let client = pool.client().id(format!("bench-{number}")).workers(workers);
        let client = client
            .queue("default", queue.with_fetch_poll_interval(Duration::from_millis(1)))
            .fetch_cooldown(Duration::from_millis(1))
            .build()?;
        runs.push(client.start()?);
    }
    let stopped = async {
        for mut run in runs {
            run.stop().await?;
        }
        Ok(())
    };
    halves(jobs, stopped).await
}

/// One client has as much in flight as four have together.
fn in_flight(pools: &[Pool]) -> usize {
    IN_FLIGHT * 4 / pools.len()
}
