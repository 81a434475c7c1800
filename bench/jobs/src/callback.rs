//! How long it takes from a proven callback to the settled job: `smileid-bench-jobs callbacks [--quick]`, over each store, with the callback
//! in the run's process and in another one, and from the sandbox over HTTP. And what a run without work costs.

use std::collections::HashSet;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use smileid_core::{BaseUrl, Client, Config, Environment, HeaderPair, JobStatusQuery, RetryPolicy};
use smileid_http_blocking::{HttpTransport, Roots, TransportOptions};
use smileid_jobs::{Driver, Flow, HeaderIds, JobStore, Mode, NewJob, Pace, Policy, called};
use smileid_jobs_conformance::answers::{answer, final_members, signed};
use smileid_jobs_postgres::BlockingPostgresStore;
use smileid_jobs_sqlite::SqliteStore;
use smileid_sandbox::{Job, Sandbox, Stage};

use crate::server::Server;
use crate::{Result, whole};

const USER: &str = "user-7";
/// How long a run without work is looked at.
const IDLE: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(30);

/// Measures everything.
pub fn run(quick: bool) -> Result<()> {
    let jobs = if quick { 10 } else { 50 };
    let folder = std::env::temp_dir().join(format!("smileid-bench-callbacks-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let server = Server::start()?;
    println!(
        "| store | the callback comes | median, ms | longest, ms | a run without work, % of a core | its server |"
    );
    println!("|---|---|---|---|---|---|");
    for (name, way) in [
        ("in the run's process", Way::Same),
        ("in another process", Way::Other),
        ("by the sandbox, over HTTP", Way::Http),
    ] {
        let path = folder.join(format!("{way:?}.db"));
        measure("sqlite", path.to_str().ok_or("a path")?, (name, way), jobs, None, || sqlite(&path))?;
        if let Some(server) = &server {
            let url = server.database(&format!("callbacks_{way:?}").to_lowercase())?;
            measure("postgres", &url, (name, way), jobs, Some(server), || postgres(&url))?;
        }
    }
    if server.is_none() {
        println!("\nPostgreSQL, left out: no server is installed");
    }
    Ok(fs::remove_dir_all(&folder)?)
}

/// Makes jobs due as another process, one for each line of standard input.
pub fn wake(kind: &str, place: &str) -> Result<()> {
    let mut store: Box<dyn JobStore> =
        if kind == "sqlite" { Box::new(sqlite(&PathBuf::from(place))?) } else { Box::new(postgres(place)?) };
    println!("ready");
    for line in std::io::stdin().lines() {
        println!("{:?}", store.wake(&JobStatusQuery::new(USER, line?)?)?);
    }
    Ok(())
}

fn sqlite(path: &Path) -> Result<SqliteStore> {
    Ok(SqliteStore::open(path)?)
}

fn postgres(url: &str) -> Result<BlockingPostgresStore> {
    Ok(BlockingPostgresStore::connect(url.parse()?)?)
}

/// How a callback comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Same,
    Other,
    Http,
}

/// Settles jobs one after the other, each by a callback, while a run over the store waits. It asks for each once before.
fn measure<S: JobStore + 'static>(
    kind: &str,
    place: &str,
    (name, way): (&str, Way),
    jobs: usize,
    server: Option<&Server>,
    open: impl Fn() -> Result<S>,
) -> Result<()> {
    let ids: Vec<String> = (0..jobs).map(|number| format!("job-{number}")).collect();
    let done: Mutex<HashSet<String>> = Mutex::default();
    let stop = AtomicBool::new(false);
    let (came, settled) = mpsc::channel();
    let mut own = open()?;
    let new = ids.iter().map(|id| NewJob::new(USER, id.as_str())).collect::<Result<Vec<_>, _>>()?;
    own.import(&new, Mode::Write)?;
    let mut store = open()?;
    let receiver = if way == Way::Http { Some(Receiver::start(open()?)?) } else { None };
    let sandbox = receiver.as_ref().map(|receiver| receiver.sandbox(&ids)).transpose()?;
    let mut other = if way == Way::Other { Some(Other::start(kind, place)?) } else { None };
    let transport = HttpTransport::with_options(&TransportOptions::new().with_roots(Roots::Added))?;
    let environment = match &sandbox {
        Some(sandbox) => Environment::Custom(BaseUrl::parse(&sandbox.base_url())?),
        None => Environment::Sandbox,
    };
    let config = Config::new(&whole::credentials()?, &environment).with_retry(RetryPolicy::NONE);
    let client = Client::new(transport.clone(), config);
    let ask = |query: &JobStatusQuery| {
        if sandbox.is_some() {
            return client.job_status(query.clone());
        }
        let is_done = done.lock().expect("no panic").contains(query.job_id());
        let pending = r#""job_complete":false,"job_success":false"#;
        answer(query, Ok(if is_done { signed(&final_members(true, "0810"))? } else { signed(pending)? }))
    };
    thread::scope(|scope| {
        let (transport, stop, ask) = (&transport, &stop, &ask);
        scope.spawn(move || {
            let mut seen = (0, 0);
            // By itself the run would ask again an hour later.
            let pace = Pace::DEFAULT.with_first(Duration::from_secs(3600));
            let driver = Driver::new(Policy::default().with_pace(pace), "bench").forever();
            let ended = driver.run_with(&mut store, transport, ask, &mut |progress| {
                let now = (progress.recorded.again, progress.recorded.settled);
                if now != seen {
                    seen = now;
                    let _gone = came.send((now, Instant::now()));
                }
                if stop.load(Ordering::Relaxed) { Flow::Finish } else { Flow::GoOn }
            });
            ended.expect("the store works");
        });
        let _ends = Ends(stop);
        while settled.recv_timeout(PATIENCE)?.0.0 < jobs as u64 {}
        let (before, of_server) = (processor_time()?, server.map(Server::processor_time).transpose()?);
        thread::sleep(IDLE);
        let share = |time: Duration| 100.0 * time.as_secs_f64() / IDLE.as_secs_f64();
        let cost = share(processor_time()?.saturating_sub(before));
        let server_cost = match (server, of_server) {
            (Some(server), Some(before)) => format!("{:.2}", share(server.processor_time()?.saturating_sub(before))),
            _ => "–".to_owned(),
        };
        let mut took = Vec::new();
        for (number, id) in ids.iter().enumerate() {
            // At any moment of whatever the run does again and again.
            thread::sleep(Duration::from_millis(300 + (number as u64 * 137) % 500));
            done.lock().expect("no panic").insert(id.clone());
            let mut start = Instant::now();
            match (&mut other, &sandbox, &receiver) {
                (Some(other), ..) => other.wake(id)?,
                (_, Some(sandbox), Some(receiver)) => {
                    assert!(sandbox.move_job(USER, id, Stage::Approved), "the sandbox has the job");
                    start = receiver.arrived.lock().expect("no panic").recv_timeout(PATIENCE)?;
                }
                _ => drop(own.wake(&JobStatusQuery::new(USER, id.as_str())?)?),
            }
            let at = loop {
                let ((_, count), at) = settled.recv_timeout(PATIENCE)?;
                if count > number as u64 {
                    break at;
                }
            };
            took.push(at.saturating_duration_since(start).as_secs_f64() * 1e3);
        }
        took.sort_by(f64::total_cmp);
        let (median, longest) = (took[took.len() / 2], took[took.len() - 1]);
        println!("| {kind} | {name} | {median:.0} | {longest:.0} | {cost:.2} | {server_cost} |");
        Ok(())
    })
}

/// Ends the run, whatever happens.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The processor time of this process's threads that still run.
fn processor_time() -> Result<Duration> {
    let mut sum = 0;
    for task in fs::read_dir("/proc/self/task")? {
        let text = fs::read_to_string(task?.path().join("schedstat"))?;
        sum += text.split(' ').next().unwrap_or("0").parse::<u64>()?;
    }
    Ok(Duration::from_nanos(sum))
}

/// Another process with the store open.
struct Other(Child, ChildStdin, BufReader<ChildStdout>);

impl Other {
    fn start(kind: &str, place: &str) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command.args(["wake", kind, place]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (stdin, stdout) = (child.stdin.take().ok_or("no input")?, child.stdout.take().ok_or("no output")?);
        let mut other = Self(child, stdin, BufReader::new(stdout));
        other.says("ready")?;
        Ok(other)
    }

    fn wake(&mut self, id: &str) -> Result<()> {
        writeln!(self.1, "{id}")?;
        self.says("Due")
    }

    fn says(&mut self, word: &str) -> Result<()> {
        let mut line = String::new();
        self.2.read_line(&mut line)?;
        if line.trim() == word { Ok(()) } else { Err("the other process failed".into()) }
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _gone = self.0.kill().and_then(|()| self.0.wait());
    }
}

/// Accepts callbacks over HTTP and gives them to the store, as a service does.
struct Receiver {
    url: String,
    arrived: Mutex<mpsc::Receiver<Instant>>,
}

impl Receiver {
    fn start(mut store: impl JobStore + 'static) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let url = format!("http://{}/callback", listener.local_addr()?);
        let (note, arrived) = mpsc::channel();
        let transport = HttpTransport::with_options(&TransportOptions::new().with_roots(Roots::Added))?;
        let client = Client::new(transport, Config::new(&whole::credentials()?, &Environment::Sandbox));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Ok((mut stream, body)) = body(stream) else { continue };
                if note.send(Instant::now()).is_err() {
                    return;
                }
                let received = client.receive_callback_with(body, HeaderPair::NONE);
                let status = called(&mut store, &received, HeaderIds::NONE).map_or(503, |called| called.status());
                let _gone = write!(stream, "HTTP/1.1 {status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            }
        });
        Ok(Self { url, arrived: Mutex::new(arrived) })
    }

    /// A sandbox that calls back here.
    fn sandbox(&self, ids: &[String]) -> Result<Arc<Sandbox>> {
        let mut builder = Sandbox::builder().credentials(whole::credentials()?).callback_url(self.url.as_str());
        for id in ids {
            builder = builder.job(Job::new(USER, id.as_str()).pending(1));
        }
        Ok(Arc::new(builder.start()?))
    }
}

/// Reads the body of a request that says how long it is.
fn body(stream: TcpStream) -> Result<(TcpStream, Vec<u8>)> {
    let (mut reader, mut length) = (BufReader::new(stream), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok((reader.into_inner(), body))
}
