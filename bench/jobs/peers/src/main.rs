//! One peer does one phase on one store: `PEER import|work PLACE JOBS`. It prints figures, a name and a number on each line.

mod apalis;
mod graphile;
mod river;

use std::error::Error;
use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// How many clients work at the same time on a server.
const WORKERS: usize = 4;
/// How many jobs are imported at a time, and how many questions each worker has in flight.
const BATCH: usize = 5000;
const IN_FLIGHT: usize = 256;

/// How often any job was asked for.
static POLLED: AtomicUsize = AtomicUsize::new(0);

/// What is kept of a settled job: 1 KiB.
fn body() -> String {
    "x".repeat(1024)
}

/// The ids of a job, as everyone imports them.
fn ids(number: usize) -> (String, String) {
    (format!("user-{:06}", number % 1000), format!("job-{number:08}"))
}

/// Prints how many rows a second that was.
fn rate(name: &str, rows: usize, start: Instant) {
    println!("{name} {:.0}", rows as f64 / start.elapsed().as_secs_f64());
}

/// Waits until this many questions were asked.
async fn polled(count: usize) {
    while POLLED.load(Ordering::Relaxed) < count {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Runs both halves of a workload: each job is asked for again once, and is then settled.
async fn halves(jobs: usize, ended: impl Future<Output = Result<()>>) -> Result<()> {
    let start = Instant::now();
    polled(jobs).await;
    rate("again", jobs, start);
    let second = Instant::now();
    polled(2 * jobs).await;
    ended.await?;
    rate("settle", jobs, second);
    rate("polls", 2 * jobs, start);
    Ok(())
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [peer, phase, place, jobs] = words.as_slice() else { return Err("PEER import|work PLACE JOBS".into()) };
    let jobs: usize = jobs.parse()?;
    match (peer.as_str(), phase.as_str()) {
        ("river-sqlite", "import") => river::import(river::sqlite(place).await?, jobs).await,
        ("river-sqlite", "work") => river::work(vec![river::sqlite(place).await?], jobs).await,
        ("river-postgres", "import") => river::import(river::postgres(place).await?, jobs).await,
        ("river-postgres", "work") => {
            let mut pools = Vec::new();
            for _ in 0..WORKERS {
                pools.push(river::postgres(place).await?);
            }
            river::work(pools, jobs).await
        }
        ("apalis", "import") => apalis::import(place, jobs).await,
        ("apalis", "work") => apalis::work(place, jobs).await,
        ("graphile", "import") => graphile::import(place, jobs).await,
        ("graphile", "work") => graphile::work(place, jobs).await,
        _ => Err("peers are river-sqlite, river-postgres, apalis, graphile".into()),
    }
}
