//! Runs of `smileid jobs` while they go on: metrics over a socket, a pause from elsewhere, Ctrl-C.

use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;

use crate::common::{Ran, Run, Server, http, signed};

/// A folder with a store in it.
pub(crate) struct Store(pub(crate) PathBuf);

impl Store {
    /// A store with so many jobs.
    pub(crate) fn with(name: &str, jobs: usize) -> Self {
        let folder = std::env::temp_dir().join(format!("smileid-cli-jobs-{name}-{}", std::process::id()));
        let _old = std::fs::remove_dir_all(&folder);
        std::fs::create_dir(&folder).unwrap();
        let store = Self(folder);
        let lines: Vec<String> = (0..jobs).map(|n| format!("canary-user,canary-{n}\n")).collect();
        let ran = store.smileid(&["import", "-"]).input(format!("user_id,job_id\n{}", lines.concat()).as_bytes()).run();
        assert_eq!(ran.code, 0, "{}", ran.err);
        store
    }

    pub(crate) fn smileid(&self, arguments: &[&str]) -> Run {
        let run = Run::new(&["jobs"]).args(arguments).credentials();
        run.env("SMILEID_STORE", &format!("sqlite:{}", self.0.join("jobs.db").display()))
    }

    fn counts(&self) -> Value {
        let ran = self.smileid(&["status", "--output", "json"]).run();
        serde_json::from_str(&ran.out).unwrap()
    }

    fn start(&self, base: &str, more: &[&str]) -> Child {
        let mut command = self.smileid(&["run", "--base-url", base, "--output", "json"]).args(more).command();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}

/// How it ended.
fn ended(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// Asks until it holds. The limit is for a machine that is busy with something else.
fn until(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(unix)]
fn interrupt(child: &Child) {
    assert!(
        std::process::Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status().unwrap().success()
    );
}

pub(crate) fn approved() -> Vec<u8> {
    let body = r#""code":"2302","job_complete":true,"job_success":true,"result":{"ResultCode":"0810"}"#;
    http(200, "", format!("{{{},{body}}}", signed()))
}

pub(crate) fn pending() -> Vec<u8> {
    http(200, "", r#"{"job_complete":false,"job_success":false}"#)
}

/// The whole reply to one request.
fn request(address: &str, method: &str, path: &str, host: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply
}

/// The address that a run with `--metrics` says on standard error.
fn metrics(child: &mut Child) -> String {
    let mut said = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut said).unwrap();
    let said: Value = serde_json::from_str(&said).unwrap();
    let url = said["metrics"].as_str().unwrap();
    url.strip_prefix("http://").unwrap().strip_suffix("/metrics").unwrap().to_owned()
}

#[test]
fn metrics_and_a_page_are_served_beside_a_run() {
    let store = Store::with("metrics", 3);
    // One of the three is settled, the others wait.
    let server = Server::start(|_, number| if number == 0 { approved() } else { pending() });
    let mut child = store.start(&server.base, &["--metrics", "127.0.0.1:0", "--in-flight", "1"]);
    let address = metrics(&mut child);
    let get = |path| request(&address, "GET", path, &address);
    let has = |line: &str| get("/metrics").lines().any(|own| own == line);
    until("the settled job is counted", || has("smileid_jobs{state=\"settled\"} 1"));
    until("the polls are counted", || !has("smileid_jobs_polls_total 0"));
    for line in [
        "smileid_jobs{state=\"waiting\"} 2",
        "smileid_jobs_verdicts{verdict=\"approved\"} 1",
        "smileid_jobs_rate_allowed 50",
    ] {
        assert!(has(line), "{line}");
    }
    let text = get("/metrics");
    assert!(
        text.starts_with("HTTP/1.1 200 OK\r\n") && text.contains("content-type: text/plain; version=0.0.4"),
        "{text}"
    );
    let page = get("/");
    assert!(page.contains("content-security-policy: default-src 'none';") && page.contains("<svg"), "{page}");
    for path in ["/page.css", "/page.js"] {
        assert!(get(path).starts_with("HTTP/1.1 200 OK\r\n"), "{path}");
    }
    let state = get("/status.json");
    let (_, body) = state.split_once("\r\n\r\n").unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["counts"]["settled"], 1);
    assert!(!body["history"].as_array().unwrap().is_empty());
    for (method, path, host, status) in [
        ("POST", "/metrics", address.as_str(), "405"),
        ("DELETE", "/", &address, "405"),
        ("GET", "/jobs", &address, "404"),
        ("GET", "/metrics", "evil.example", "403"),
        ("HEAD", "/metrics", "localhost", "200"),
    ] {
        let reply = request(&address, method, path, host);
        assert!(reply.starts_with(&format!("HTTP/1.1 {status} ")), "{method} {path}: {reply}");
    }
    for path in ["/", "/metrics", "/status.json", "/page.js", "/other"] {
        assert!(!get(path).contains("canary"), "{path}");
    }
    // The address is taken: another run says so and asks for nothing.
    let other = Store::with("metrics-taken", 1);
    let ran = ended(other.start(&server.base, &["--metrics", &address]));
    assert_eq!(ran.failure(), ("invalid_input".to_owned(), 2));
    #[cfg(unix)]
    interrupt(&child);
    #[cfg(not(unix))]
    child.kill().unwrap();
    let code = ended(child).code;
    assert!(code == 130 || cfg!(not(unix)), "{code}");
    assert!(TcpStream::connect(&address).is_err(), "the server ends with the run");
}

#[test]
fn a_pause_from_elsewhere_holds_a_run_until_it_is_resumed() {
    let store = Store::with("pause", 1);
    let answer = Arc::new(AtomicUsize::new(0));
    let settles = Arc::clone(&answer);
    let server = Server::start(move |_, _| if settles.load(Ordering::SeqCst) == 1 { approved() } else { pending() });
    let run = |more: &[&str]| store.start(&server.base, &[&["--rate", "20/s"], more].concat());
    let child = run(&["--until", "settled"]);
    until("the first question", || server.requests() > 0);
    assert_eq!(store.smileid(&["pause"]).run().code, 0);
    assert_eq!(store.counts()["paused"], "asked");
    // A question may have been under way. A job that is this young is asked for every 2 s.
    std::thread::sleep(Duration::from_millis(300));
    let asked = server.requests();
    std::thread::sleep(Duration::from_millis(2300));
    assert_eq!(server.requests(), asked, "nothing is asked while paused");
    answer.store(1, Ordering::SeqCst);
    assert_eq!(store.smileid(&["resume"]).run().code, 0);
    let ran = ended(child);
    let printed: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &printed["ended"], &printed["settled"]), (0, &"settled".into(), &1.into()), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_records_what_is_in_flight() {
    let store = Store::with("interrupt", 40);
    let (asked, is_asked) = std::sync::mpsc::channel();
    let (go, may_go) = std::sync::mpsc::channel::<()>();
    let server = Server::start(move |_, number| {
        if number == 0 {
            asked.send(()).unwrap();
            // The reply comes after the interruption.
            may_go.recv().unwrap();
        }
        approved()
    });
    let child = store.start(&server.base, &["--in-flight", "1"]);
    is_asked.recv().unwrap();
    interrupt(&child);
    // The run looks for an interruption twice a second, and asks one question at a time.
    go.send(()).unwrap();
    let ran = ended(child);
    let printed: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &printed["ended"]), (130, &"interrupted".into()), "{}", ran.err);
    let counts = store.counts();
    let settled = usize::try_from(counts["settled"].as_u64().unwrap()).unwrap();
    assert!(settled >= 1, "the reply that came after the interruption is kept");
    assert_eq!(
        (settled, &printed["counts"]["settled"]),
        (server.requests(), &counts["settled"]),
        "each reply is recorded"
    );
    assert_eq!(counts["waiting"], 40 - settled);
    assert!(ran.err.contains("\"kind\":\"cancelled\"") && !ran.err.contains("canary"), "{}", ran.err);
}
