//! Whole calls to a sandbox in another process: by a run over a store, by the same client without one, and by bare reqwest. And the rate
//! that eight workers keep.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use smileid_core::{
    ApiKey, BaseUrl, Client, Config, Credentials, Environment, JobStatusQuery, Moment, PartnerId, RetryPolicy, Signer,
};
use smileid_http_blocking::{HttpTransport, Roots, TransportOptions};
use smileid_jobs::{Driver, Ended, Flow, JobStore, Mode, NewJob, Policy, Rate};
use smileid_jobs_conformance::answers::{answer, signed};
use smileid_jobs_postgres::BlockingPostgresStore;
use smileid_jobs_sqlite::SqliteStore;
use smileid_sandbox::Sandbox;

use crate::{IMPORTED, Result, rate};

const IN_FLIGHT: usize = 32;
/// The rate that is to be kept, for how long, and by how many.
const ALLOWED: u32 = 200;
const KEPT: Duration = Duration::from_secs(60);
const KEEPERS: usize = 8;
const WINDOW: Duration = Duration::from_secs(10);

/// A sandbox in a separate process; dropping it ends that.
pub struct Served(Child, pub String);

impl Served {
    pub fn start() -> Result<Self> {
        let program = std::env::current_exe()?;
        let mut child = Command::new(program).arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        Ok(Self(child, line.trim().to_owned()))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _gone = self.0.kill().and_then(|()| self.0.wait());
    }
}

/// Serves until its standard input ends.
pub fn serve() -> Result<()> {
    let sandbox = Sandbox::builder().credentials(credentials()?).start()?;
    println!("{}", sandbox.base_url());
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

pub fn credentials() -> Result<Credentials> {
    Ok(Credentials::new(PartnerId::new("023")?, ApiKey::new("bench-api-key")?))
}

pub fn run(way: &str, base_url: &str, place: &str, jobs: usize) -> Result<()> {
    let store = || Ok::<_, crate::Error>(SqliteStore::open(Path::new(place))?);
    match way {
        "bare" => tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?
            .block_on(bare(base_url, jobs)),
        "off" => off(base_url, jobs),
        "on" => on(&mut store()?, base_url, jobs),
        "rate-sqlite" => keep(vec![store()?], KEEPERS as u32),
        "rate-postgres" => {
            let connect = |_| Ok::<_, crate::Error>(BlockingPostgresStore::connect(place.parse()?)?);
            keep((0..KEEPERS).map(connect).collect::<Result<Vec<_>>>()?, IN_FLIGHT as u32)
        }
        _ => Err("ways are bare, off, on, rate-sqlite, rate-postgres".into()),
    }
}

fn job(number: usize) -> (&'static str, String) {
    ("user-7", format!("approved-{number:08}"))
}

fn client(base_url: &str) -> Result<(HttpTransport, Config)> {
    let options =
        TransportOptions::new().with_roots(Roots::Added).with_max_in_flight(IN_FLIGHT).with_max_idle(IN_FLIGHT);
    let environment = Environment::Custom(BaseUrl::parse(base_url)?);
    Ok((
        HttpTransport::with_options(&options)?,
        Config::new(&credentials()?, &environment).with_retry(RetryPolicy::NONE),
    ))
}

/// Settles every job by a run over the store.
fn on(store: &mut SqliteStore, base_url: &str, jobs: usize) -> Result<()> {
    imported(store, (0..jobs).map(job))?;
    store.set_rate(Rate::MAX)?;
    let (transport, config) = client(base_url)?;
    let driver = Driver::new(Policy::default(), "bench").with_in_flight(IN_FLIGHT as u32);
    let start = Instant::now();
    let ended = driver.run(store, &transport, &config, &mut |_| Flow::GoOn)?;
    rate("polls", jobs, start);
    let settled = store.counts()?.settled;
    if (ended, settled) == (Ended::Empty, jobs as u64) { Ok(()) } else { Err("not all jobs are settled".into()) }
}

fn imported(store: &mut impl JobStore, jobs: impl Iterator<Item = (&'static str, String)>) -> Result<()> {
    let jobs = jobs.map(|(user, job)| NewJob::new(user, job)).collect::<Result<Vec<_>, _>>()?;
    jobs.chunks(IMPORTED).try_for_each(|batch| store.import(batch, Mode::Write).map(drop))?;
    Ok(())
}

/// Asks for every job with the same client, and keeps nothing.
fn off(base_url: &str, jobs: usize) -> Result<()> {
    let (transport, config) = client(base_url)?;
    let (client, next) = (Client::new(transport, config), AtomicUsize::new(0));
    let start = Instant::now();
    std::thread::scope(|scope| {
        let work = || loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= jobs {
                return;
            }
            let (user, job) = job(number);
            let answer = client.job_status(JobStatusQuery::new(user, job).expect("a valid id")).expect("an answer");
            assert!(answer.verified().is_some());
        };
        (0..IN_FLIGHT).for_each(|_| drop(scope.spawn(work)));
    });
    rate("polls", jobs, start);
    Ok(())
}

/// Sends the bodies that a client would send, and reads the replies.
async fn bare(base_url: &str, jobs: usize) -> Result<()> {
    let tls = rustls::ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    let client = reqwest::Client::builder()
        .no_proxy()
        .pool_max_idle_per_host(IN_FLIGHT)
        .tls_backend_preconfigured(tls)
        .build()?;
    let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let signed = Signer::new(&credentials()?).authorize(Moment::new(i64::try_from(wall.as_millis())?, Duration::ZERO));
    let signed: &'static str =
        format!(r#""timestamp":"{}","signature":"{}","partner_id":"023""#, signed.timestamp(), signed.value()).leak();
    let url: &'static str = format!("{base_url}/job_status").leak();
    let next: &'static AtomicUsize = Box::leak(Box::new(AtomicUsize::new(0)));
    let start = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..IN_FLIGHT {
        let client = client.clone();
        tasks.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= jobs {
                    return Ok::<_, reqwest::Error>(());
                }
                let (user, job) = job(number);
                let body =
                    format!(r#"{{{signed},"user_id":"{user}","job_id":"{job}","image_links":false,"history":false}}"#);
                let request = client.post(url).header("content-type", "application/json").body(body);
                let reply = request.send().await?.error_for_status()?.bytes().await?;
                assert!(reply.len() > 200);
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    rate("polls", jobs, start);
    Ok(())
}

/// Asks for as long as is agreed, and compares when the questions were asked with what is allowed. Every answer is "not yet".
fn keep<S: JobStore>(mut stores: Vec<S>, in_flight: u32) -> Result<()> {
    let first = stores.first_mut().ok_or("no store")?;
    first.set_rate(Rate::per_second(ALLOWED))?;
    imported(first, (0..2 * ALLOWED as usize * 60).map(job))?;
    let asked = Mutex::new(Vec::new());
    let clock = HttpTransport::with_options(&TransportOptions::new().with_roots(Roots::Added))?;
    let start = Instant::now();
    std::thread::scope(|scope| {
        for (number, store) in stores.iter_mut().enumerate() {
            let (asked, clock) = (&asked, &clock);
            scope.spawn(move || {
                let driver = Driver::new(Policy::default(), format!("bench-{number}"));
                let driver = driver.with_in_flight(in_flight);
                let ask = |query: &JobStatusQuery| {
                    asked.lock().expect("no panic").push(start.elapsed());
                    answer(query, Ok(signed(r#""job_complete":false,"job_success":false"#)?))
                };
                let watch = &mut |_: &_| if start.elapsed() < KEPT { Flow::GoOn } else { Flow::Finish };
                driver.run_with(store, clock, &ask, watch).expect("the store works");
            });
        }
    });
    let mut asked = asked.into_inner()?;
    asked.retain(|at| *at < KEPT);
    asked.sort();
    let rate = f64::from(ALLOWED);
    println!("used {:.4}", asked.len() as f64 / (rate * KEPT.as_secs_f64()));
    // The most in any window, beyond the burst, of what such a window allows.
    let within = |from: usize| asked[from..].partition_point(|at| *at < asked[from] + WINDOW);
    let most = (0..asked.len()).map(within).max().unwrap_or(0) as f64;
    let (allowed, burst) = (rate * WINDOW.as_secs_f64(), rate * 0.25 + 1.0);
    println!("over {:.4}", ((most - burst) / allowed - 1.0).max(0.0));
    Ok(())
}
