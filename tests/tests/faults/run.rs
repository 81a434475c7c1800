//! One row of the table, run through one transport on real sockets. Sleeps are skipped; what is expected is not known here.

use core::time::Duration;

use smileid_conformance::Hurried;
use smileid_core::client::{AsyncClient, Client};
use smileid_core::environment::{BaseUrl, Environment};
use smileid_core::error::Error;
use smileid_core::policy::WaitPolicy;
use smileid_core::session::{Answer, Config};
use smileid_http_async::Reqwest;
use smileid_http_blocking::{Compression, Options, Roots, Ureq};
use smileid_sandbox::faults::FaultServer;
use smileid_tests::query;

use crate::table::How;

/// How a stall is soon over.
const IMPATIENT: Duration = Duration::from_millis(200);
/// The same where an attempt after it is to succeed, even on a busy machine.
const IMPATIENT_AND_FAIR: Duration = Duration::from_secs(2);
/// How long a wait lasts, in virtual time.
const WAIT: Duration = Duration::from_secs(10);
/// How long the end of sockets and tasks is awaited: far longer than it takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// What became of a fault.
#[derive(Debug)]
pub struct Seen {
    pub word: &'static str,
    pub requests: u32,
    /// For the message of a test that fails.
    #[expect(dead_code, reason = "shown by Debug alone")]
    pub error: Option<Error>,
    /// What is left behind once the client is gone.
    pub left: Option<&'static str>,
}

impl Seen {
    fn new(outcome: Result<&'static str, Error>, attempts: u32) -> Self {
        match outcome {
            Ok(word) => Self { word, requests: attempts, error: None, left: None },
            Err(error) => Self { word: error.kind().as_str(), requests: error.polls(), error: Some(error), left: None },
        }
    }
}

fn options(how: How, server: &FaultServer) -> Options {
    let compression = if how == How::GzipCall { Compression::Gzip } else { Compression::Off };
    let options = Options::new().with_roots(Roots::Added).with_compression(compression);
    match server.ca_pem() {
        Some(pem) => options.with_ca_pem(pem).unwrap(),
        None => options,
    }
}

fn config(how: How, server: &FaultServer, passing: bool, counter: &Counter) -> Config {
    let base = BaseUrl::parse(&server.base_url()).unwrap();
    let config = Config::new(server.credentials(), &Environment::from(base)).unwrap().with_jitter_seed(7);
    let config = match how {
        How::ImpatientCall if passing => config.with_attempt_timeout(IMPATIENT_AND_FAIR),
        How::ImpatientCall => config.with_attempt_timeout(IMPATIENT),
        _ => config,
    };
    let counter = counter.clone();
    config.with_observer(move |attempt| counter.set(attempt.number))
}

/// The number of the latest attempt.
#[derive(Debug, Clone, Default)]
struct Counter(std::sync::Arc<core::sync::atomic::AtomicU32>);

impl Counter {
    fn set(&self, attempts: u32) {
        self.0.store(attempts, core::sync::atomic::Ordering::SeqCst);
    }

    fn get(&self) -> u32 {
        self.0.load(core::sync::atomic::Ordering::SeqCst)
    }
}

fn policy() -> WaitPolicy {
    WaitPolicy::DEFAULT.with_deadline(WAIT)
}

/// Through ureq.
pub fn blocking(how: How, server: &FaultServer, passing: bool) -> Seen {
    let counter = Counter::default();
    let transport = Hurried::new(Ureq::with_options(&options(how, server)).unwrap());
    let client = Client::new(transport, config(how, server, passing, &counter));
    let state = |answer: Answer| answer.state();
    let outcome = match how {
        How::Call | How::ImpatientCall | How::GzipCall => client.job_status(query()).map(state),
        How::SecondCall => client.job_status(query()).and_then(|_| client.job_status(query())).map(state),
        How::Wait => client.wait(query(), policy()).map(|_| "final"),
    };
    drop(client);
    let mut seen = Seen::new(outcome, counter.get());
    if !server.all_closed_within(PATIENCE) {
        seen.left = Some("a socket");
    }
    seen
}

/// The blocking transport's threads end soon after their calls. They are told by name, on Linux.
pub fn assert_no_thread_is_left() {
    let until = std::time::Instant::now() + PATIENCE;
    loop {
        let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
        let names = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok());
        let left = names.filter(|name| name.trim() == "smileid-http").count();
        if left == 0 {
            return;
        }
        assert!(std::time::Instant::now() < until, "{left} threads are left");
        std::thread::yield_now();
    }
}

/// Through reqwest, on a runtime of its own.
pub fn asynchronous(how: How, server: &FaultServer, passing: bool) -> Seen {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let counter = Counter::default();
    let transport = Hurried::new(Reqwest::with_options(&options(how, server)).unwrap());
    let client = AsyncClient::new(transport, config(how, server, passing, &counter));
    let state = |answer: Answer| answer.state();
    let outcome = runtime.block_on(async {
        match how {
            How::Call | How::ImpatientCall | How::GzipCall => client.job_status(query()).await.map(state),
            How::SecondCall => match client.job_status(query()).await {
                Ok(_) => client.job_status(query()).await.map(state),
                Err(error) => Err(error),
            },
            How::Wait => client.wait(query(), policy()).await.map(|_| "final"),
        }
    });
    drop(client);
    let mut seen = Seen::new(outcome, counter.get());
    let tasks_ended = runtime.block_on(async {
        let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
        let ended = async {
            while tasks() > 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(PATIENCE, ended).await.is_ok()
    });
    if !tasks_ended {
        seen.left = Some("a task");
    } else if !server.all_closed_within(PATIENCE) {
        seen.left = Some("a socket");
    }
    seen
}
