//! River asks for jobs until each is settled: its worker hosts `ask_once`, and River's own table is the store. `cargo run` needs no set-up.
//!
//! `river [USER_ID,JOB_ID]…`. Without arguments, four jobs of a sandbox inside the program are asked for. With `SMILEID_PARTNER_ID` and the
//! other `SMILEID_…` variables of every client, it asks the service. `JOBS_STORE` is the path of the SQLite file; without it, a temporary one
//! is used. On a file, kill the program and start it again: it goes on.
//!
//! It prints a line for each job and exits with 0 if all are settled. River has no rate that all workers keep to together: where you need
//! one, use a store of `smileid-jobs`.

mod worker;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use riverqueue::migrate::SqliteMigrator;
use riverqueue::serde_json::Value;
use riverqueue::sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use riverqueue::{Client, EventKind, JobState, MaintenanceConfig, QueueConfig, QueueSelector, Retention, Workers};
use smileid_http_async::smileid_core::{BaseUrl, Config, JobStatusQuery};
use smileid_http_async::{ReqwestTransport, Roots, TransportOptions, config_from_env};
use smileid_jobs::Policy;
use smileid_sandbox::Sandbox;

use crate::worker::{Ask, Asker, QUEUE};

/// Jobs that the sandbox always has: their ids say what becomes of them. One is pending at first, and two need a person.
const EXAMPLES: [&str; 4] =
    ["user-7,approved-1", "user-7,pending-1-rejected-1", "user-7,not_found-1", "user-7,odd-proof_unkeyed-approved-1"];
/// How many jobs are asked for at a time.
const AT_A_TIME: usize = 8;

/// More than an attempt may take, so that River never ends it first.
const TIMEOUT: Duration = Duration::from_secs(35);
/// When River gives a job of a killed program to another. Its default is an hour.
const RESCUE_AFTER: Duration = Duration::from_mins(1);
const RESCUE_EVERY: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> ExitCode {
    match start().await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

async fn start() -> Result<ExitCode, Box<dyn Error>> {
    let service = Service::find()?;
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    if words.is_empty() {
        words = EXAMPLES.map(str::to_owned).to_vec();
    }
    let questions = words.iter().map(|word| question(word)).collect::<Result<Vec<_>, _>>()?;

    let file = File::choose();
    let pool = open(&file.path).await?;
    let code = run(&pool, service, &questions).await;
    pool.close().await;
    code
}

/// Asks for these jobs until each has ended, or an error has paused the queue.
async fn run(pool: &SqlitePool, service: Service, questions: &[Ask]) -> Result<ExitCode, Box<dyn Error>> {
    let mut workers = Workers::new();
    workers.add(Asker::new(service.transport, service.config, Policy::default()))?;
    let client = Client::builder(pool.clone())
        .workers(workers)
        .queue(QUEUE, QueueConfig::new(AT_A_TIME))
        .job_timeout(TIMEOUT)
        .maintenance(maintenance())
        .build()?;
    let mut events = client.subscribe(&[EventKind::JobCompleted, EventKind::JobCancelled, EventKind::QueuePaused])?;
    let mut stopped = client.start()?;
    // If this is started again, the cause of an earlier pause is gone.
    client.queues().resume(QueueSelector::All).await?;
    let mut ids = Vec::new();
    for ask in questions {
        ids.push(client.insert(ask.clone()).await?.id());
    }
    let paused = loop {
        if ended(&client, &ids).await? {
            break false;
        }
        tokio::select! {
            event = events.recv() => if event?.kind() == EventKind::QueuePaused { break true },
            _ = tokio::signal::ctrl_c() => break false,
        }
    };
    stopped.stop().await?;

    let mut settled = 0;
    for (ask, id) in questions.iter().zip(ids) {
        let job = client.jobs().get(id).await?;
        let output: Value = job.decode_output()?.unwrap_or_default();
        let word = |name: &str| output.get(name).and_then(Value::as_str);
        let line = match (word("verdict"), word("needs_you")) {
            (Some(verdict), _) if job.state == JobState::Completed => verdict.to_owned(),
            (_, Some(kind)) if job.state == JobState::Cancelled => format!("needs you: {kind}"),
            _ => "waiting".to_owned(),
        };
        settled += usize::from(job.state == JobState::Completed);
        println!("{}: {line}", ask.job_id);
    }
    if paused {
        let queue = client.queues().get(QUEUE).await?;
        let kind = queue.metadata.get("paused_by").and_then(Value::as_str).unwrap_or("a person");
        println!("the queue is paused by {kind}: fix the cause, then start again");
    }
    Ok(if settled == questions.len() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A killed program holds its jobs up for a minute only, and a verdict stays until you delete it.
fn maintenance() -> MaintenanceConfig {
    MaintenanceConfig::default()
        .with_rescue_after(RESCUE_AFTER)
        .with_rescuer_interval(RESCUE_EVERY)
        .with_completed_job_retention(Retention::Keep)
        .with_cancelled_job_retention(Retention::Keep)
}

/// Whether River will not touch any of these jobs again.
async fn ended(client: &Client, ids: &[i64]) -> Result<bool, riverqueue::Error> {
    for id in ids {
        let state = client.jobs().get(*id).await?.state;
        if !matches!(state, JobState::Completed | JobState::Cancelled | JobState::Discarded) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Reads `USER_ID,JOB_ID`. A job that cannot be asked for is not queued.
fn question(word: &str) -> Result<Ask, Box<dyn Error>> {
    let (user_id, job_id) = word.split_once(',').ok_or("each job is USER_ID,JOB_ID")?;
    JobStatusQuery::new(user_id, job_id)?;
    Ok(Ask { user_id: user_id.to_owned(), job_id: job_id.to_owned() })
}

/// Who is asked, and how.
struct Service {
    config: Config,
    transport: ReqwestTransport,
    _sandbox: Option<Sandbox>,
}

impl Service {
    /// The service that the environment names, or else a sandbox inside this program.
    fn find() -> Result<Self, Box<dyn Error>> {
        if std::env::var_os("SMILEID_PARTNER_ID").is_some() {
            return Ok(Self { config: config_from_env()?, transport: ReqwestTransport::new()?, _sandbox: None });
        }
        let sandbox = Sandbox::builder().start()?;
        let config = Config::new(sandbox.credentials(), &BaseUrl::parse(&sandbox.base_url())?.into());
        // Over plain HTTP on this machine no authority is needed.
        let transport = ReqwestTransport::with_options(&TransportOptions::new().with_roots(Roots::Added))?;
        Ok(Self { config, transport, _sandbox: Some(sandbox) })
    }
}

/// The SQLite file. A temporary one is removed with its folder.
struct File {
    path: PathBuf,
    temporary: Option<PathBuf>,
}

impl File {
    fn choose() -> Self {
        if let Some(path) = std::env::var_os("JOBS_STORE") {
            return Self { path: path.into(), temporary: None };
        }
        let folder = std::env::temp_dir().join(format!("smileid-river-{}", std::process::id()));
        Self { path: folder.join("river.db"), temporary: Some(folder) }
    }
}

impl Drop for File {
    fn drop(&mut self) {
        if let Some(folder) = &self.temporary {
            // What cannot be removed is left to the system.
            let _left = std::fs::remove_dir_all(folder);
        }
    }
}

/// Opens the file as all programs on it must, and brings River's tables up to date.
async fn open(path: &Path) -> Result<SqlitePool, Box<dyn Error>> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5));
    let pool = SqlitePoolOptions::new().connect_with(options).await?;
    SqliteMigrator::new(pool.clone()).migrate_up().await?;
    Ok(pool)
}
