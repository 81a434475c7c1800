//! apalis-postgres: it cannot ask again later, so each job is asked for once. The body is the handler's result.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use apalis::prelude::*;
use apalis_postgres::{Config, PgPool, PostgresStorage};

use crate::{BATCH, IN_FLIGHT, POLLED, Result, WORKERS, body, ids, polled, rate};

type Ask = (String, String);

async fn store(url: &str) -> Result<PostgresStorage<Ask>> {
    let pool = PgPool::connect(url).await?;
    let config = Config::default().queue("ask").batch_size(IN_FLIGHT);
    Ok(PostgresStorage::<Ask>::new(&pool).with_config(config))
}

pub(crate) async fn import(url: &str, jobs: usize) -> Result<()> {
    PostgresStorage::setup(&PgPool::connect(url).await?).await?;
    let mut store = store(url).await?;
    let start = Instant::now();
    for from in (0..jobs).step_by(BATCH) {
        store.push_bulk((from..jobs.min(from + BATCH)).map(ids).collect()).await?;
    }
    rate("import", jobs, start);
    Ok(())
}

async fn ask(_: Ask) -> std::result::Result<String, BoxDynError> {
    POLLED.fetch_add(1, Ordering::Relaxed);
    Ok(body())
}

pub(crate) async fn work(url: &str, jobs: usize) -> Result<()> {
    let pool = PgPool::connect(url).await?;
    let start = Instant::now();
    let mut workers = tokio::task::JoinSet::new();
    for number in 0..WORKERS {
        let worker =
            WorkerBuilder::new(format!("bench-{number}")).backend(store(url).await?).concurrency(IN_FLIGHT).build(ask);
        workers.spawn(async move { drop(worker.run().await) });
    }
    polled(jobs).await;
    // The last batches of results are on their way.
    loop {
        let sql = "select count(*) from apalis.jobs where status <> 'Done'";
        let left: i64 = sqlx::query_scalar(sql).fetch_one(&pool).await?;
        if left == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    rate("settle", jobs, start);
    Ok(())
}
