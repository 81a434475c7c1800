//! `graphile_worker`: a completed job is deleted, and nothing is kept of it.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use graphile_worker::{
    IntoTaskHandlerResult, JobSpec, LocalQueueConfig, TaskHandler, Worker, WorkerContext, WorkerOptions,
};
use serde::{Deserialize, Serialize};

use crate::{BATCH, IN_FLIGHT, POLLED, Result, WORKERS, ids, polled, rate};

#[derive(Clone, Deserialize, Serialize)]
struct Ask {
    user_id: String,
    job_id: String,
}

impl TaskHandler for Ask {
    const IDENTIFIER: &'static str = "ask";

    async fn run(self, _: WorkerContext) -> impl IntoTaskHandlerResult {
        POLLED.fetch_add(1, Ordering::Relaxed);
        Ok::<(), String>(())
    }
}

async fn worker(url: &str) -> Result<Worker> {
    let options = WorkerOptions::default()
        .database_url(url)
        .concurrency(IN_FLIGHT)
        .poll_interval(Duration::from_millis(10))
        .local_queue(LocalQueueConfig::default().with_size(IN_FLIGHT))
        .complete_job_batch_delay(Duration::from_millis(10))
        .define_job::<Ask>();
    Ok(options.init().await?)
}

pub(crate) async fn import(url: &str, jobs: usize) -> Result<()> {
    let utils = worker(url).await?.create_utils();
    let spec = JobSpec::default();
    let start = Instant::now();
    for from in (0..jobs).step_by(BATCH) {
        let batch = (from..jobs.min(from + BATCH)).map(ids);
        let batch: Vec<_> = batch.map(|(user_id, job_id)| (Ask { user_id, job_id }, &spec)).collect();
        utils.add_jobs::<Ask>(&batch).await?;
    }
    rate("import", jobs, start);
    Ok(())
}

pub(crate) async fn work(url: &str, jobs: usize) -> Result<()> {
    let start = Instant::now();
    let mut runs = Vec::new();
    for _ in 0..WORKERS {
        let worker = std::sync::Arc::new(worker(url).await?);
        let run = std::sync::Arc::clone(&worker);
        runs.push((worker, tokio::spawn(async move { run.run().await.is_ok() })));
    }
    polled(jobs).await;
    for (worker, run) in runs {
        worker.request_shutdown();
        run.await?;
    }
    rate("settle", jobs, start);
    Ok(())
}
