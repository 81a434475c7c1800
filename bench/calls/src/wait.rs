//! Many waits at once in one process: bytes per waiting job, processor time per poll, and how late polls are. The transport answers
//! at once, so that what is measured is the waiting itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use smileid_core::{
    AsyncClient, AsyncTransport, Clock, Config, Environment, FirstPoll, JobStatusQuery, Moment, Request, Response,
    Signer, TransportError, WaitPolicy,
};

use crate::server::credentials;
use crate::{alloc, measure};

const INTERVAL: Duration = Duration::from_secs(2);
const INTERVALS: u32 = 5;

/// Answers every poll with "pending", and notes how much later than asked a sleep ended.
#[derive(Clone)]
struct Pending {
    started: Instant,
    polls: Arc<AtomicU64>,
    /// Sleeps by how late they ended, in whole milliseconds; the last entry is all that were later.
    late: Arc<[AtomicU64; 200]>,
    /// What every poll is answered with: signed, as the service signs it.
    reply: Arc<str>,
}

/// The body of a pending reply.
fn pending_reply() -> String {
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = Moment::new(i64::try_from(wall.as_millis()).unwrap(), Duration::ZERO);
    let signed = Signer::new(&credentials()).authorize(now);
    format!(
        r#"{{"timestamp":"{}","signature":"{}","job_complete":false,"job_success":false,"code":"2302","result":{{}},"history":[],"image_links":{{}}}}"#,
        signed.timestamp(),
        signed.value()
    )
}

impl Clock for Pending {
    fn now(&self) -> Moment {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Moment::new(i64::try_from(wall.as_millis()).unwrap(), self.started.elapsed())
    }
}

impl AsyncTransport for Pending {
    async fn send(&self, _: &Request) -> Result<Response, TransportError> {
        self.polls.fetch_add(1, Relaxed);
        Ok(Response::new(200, self.reply.as_bytes().to_vec()))
    }

    async fn sleep(&self, duration: Duration) -> Result<(), TransportError> {
        let due = tokio::time::Instant::now() + duration;
        tokio::time::sleep_until(due).await;
        let late = usize::try_from(due.elapsed().as_millis()).unwrap_or(usize::MAX).min(self.late.len() - 1);
        self.late[late].fetch_add(1, Relaxed);
        Ok(())
    }
}

pub fn run(sizes: &[usize]) {
    println!(
        "| waiting jobs | bytes per job | resident per job | CPU per poll, µs | polls | late under 20 ms | latest, ms |"
    );
    println!("|---|---|---|---|---|---|---|");
    for jobs in sizes {
        one(*jobs);
    }
}

fn policy() -> WaitPolicy {
    WaitPolicy::default()
        .with_interval(INTERVAL)
        .with_first_poll(FirstPoll::Spread)
        .with_deadline(Duration::from_secs(3600))
}

fn one(jobs: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let transport = Pending {
            started: Instant::now(),
            polls: Arc::default(),
            late: Arc::new([const { AtomicU64::new(0) }; 200]),
            reply: pending_reply().into(),
        };
        let config = Config::new(&credentials(), &Environment::Sandbox);
        let client = AsyncClient::new(transport.clone(), config);
        alloc::count_them(true);
        let (live, resident, cpu) = (alloc::live(), measure::resident(), measure::processor_time());
        let mut tasks = Vec::with_capacity(jobs);
        for job in 0..jobs {
            let client = client.clone();
            tasks.push(tokio::spawn(async move {
                let query = JobStatusQuery::new("user-7", format!("job-{job}")).unwrap();
                client.wait_with(query, policy()).await.map(drop)
            }));
        }
        // By now each has polled once, and holds what it holds between polls.
        tokio::time::sleep(INTERVAL * 3 / 2).await;
        let bytes = (alloc::live() - live) / jobs as i64;
        alloc::count_them(false);
        let resident = measure::resident().zip(resident).map(|(now, then)| (now.saturating_sub(then)) / jobs as u64);
        tokio::time::sleep(INTERVAL * (INTERVALS - 1)).await;
        let cpu = measure::processor_time() - cpu;
        let polls = transport.polls.load(Relaxed);
        for task in tasks {
            task.abort();
        }
        let late: Vec<u64> = transport.late.iter().map(|n| n.load(Relaxed)).collect();
        let all: u64 = late.iter().sum();
        let in_time: u64 = late[..20].iter().sum();
        let latest = late.iter().rposition(|n| *n > 0).unwrap_or(0);
        println!(
            "| {jobs} | {bytes} | {} | {:.1} | {polls} | {:.2} % | {latest} |",
            resident.map_or("unknown".into(), |r| r.to_string()),
            cpu.as_secs_f64() * 1e6 / polls as f64,
            in_time as f64 * 100.0 / all as f64,
        );
    });
}
