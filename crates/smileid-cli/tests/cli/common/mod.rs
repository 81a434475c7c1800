//! Shared by the tests: runs of the command, a raw HTTP server that sends exact bytes, and replies with a valid signature.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;

use serde_json::Value;
use smileid_core::{ApiKey, Credentials, Moment, PartnerId, Signer};
use tempfile::TempPath;

/// The key that no output may hold.
pub(crate) const KEY: &str = "canary-key/+=";
pub(crate) const PARTNER: &str = "023";
pub(crate) const USER: &str = "canary-user";
pub(crate) const JOB: &str = "canary-job";

/// The command with nothing in its environment but what Windows needs to open a socket.
pub(crate) fn smileid() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smileid"));
    command.env_clear();
    if let Some(folder) = std::env::var_os("SystemRoot").filter(|_| cfg!(windows)) {
        command.env("SystemRoot", folder);
    }
    command
}

/// One run of the command.
pub(crate) struct Run {
    command: Command,
    input: Vec<u8>,
}

/// How it ended.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// `smileid` with these arguments and nothing in its environment.
    pub(crate) fn new(arguments: &[&str]) -> Self {
        let mut command = smileid();
        command.args(arguments);
        Self { command, input: Vec::new() }
    }

    /// `smileid status` of the usual job at `base`, with the usual credentials.
    pub(crate) fn status(base: &str, more: &[&str]) -> Self {
        Self::new(&["status", "--base-url", base, "--user-id", USER, "--job-id", JOB]).args(more).credentials()
    }

    /// `smileid wait` for the same.
    pub(crate) fn wait(base: &str, more: &[&str]) -> Self {
        Self::new(&["wait", "--base-url", base, "--user-id", USER, "--job-id", JOB]).args(more).credentials()
    }

    pub(crate) fn credentials(self) -> Self {
        self.env("SMILEID_PARTNER_ID", PARTNER).env("SMILEID_API_KEY", KEY)
    }

    pub(crate) fn args(mut self, more: &[&str]) -> Self {
        self.command.args(more);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// In this folder.
    #[cfg(unix)]
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub(crate) fn input(mut self, input: &[u8]) -> Self {
        self.input = input.to_vec();
        self
    }

    pub(crate) fn command(self) -> Command {
        self.command
    }

    pub(crate) fn run(mut self) -> Ran {
        let command = self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (mut stdin, input) = (child.stdin.take().unwrap(), self.input);
        // A command that does not read its input closes it.
        let writer = thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Ran {
    /// Returns the failure that `--output json` printed: nothing on standard output, one line on standard error.
    #[track_caller]
    pub(crate) fn failure(&self) -> (String, i32) {
        let (kind, _, code) = self.failure_in_full();
        (kind, code)
    }

    /// The same with its message.
    #[track_caller]
    pub(crate) fn failure_in_full(&self) -> (String, Value, i32) {
        assert_eq!((self.out.as_str(), self.err.lines().count()), ("", 1), "{}", self.err);
        let output: Value = serde_json::from_str(&self.err).unwrap();
        let error = &output["error"];
        let names: Vec<&str> = error.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!((names, output.as_object().unwrap().len()), (vec!["kind", "message", "code"], 1), "{}", self.err);
        assert!(
            error["message"].as_str().is_some_and(|m| !m.is_empty()) && !self.err.contains("canary"),
            "{}",
            self.err
        );
        (error["kind"].as_str().unwrap().to_owned(), error.clone(), self.code)
    }

    /// Returns the object that `--output json` printed.
    #[track_caller]
    pub(crate) fn answer(&self) -> Value {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{}", self.out);
        assert_eq!(self.out.lines().count(), 1, "{}", self.out);
        serde_json::from_str(&self.out).unwrap()
    }
}

/// A server that answers each connection's one request with whatever `reply` makes of it.
pub(crate) struct Server {
    pub(crate) base: String,
    requests: Arc<AtomicUsize>,
}

impl Server {
    /// `reply` is given the request's body and its number from 0, and returns the bytes to send, head included.
    pub(crate) fn start(reply: impl Fn(&str, usize) -> Vec<u8> + Send + 'static) -> Self {
        Self::raw(move |stream, number| {
            let request = read_request(stream);
            // A client that has gone away needs no answer.
            let _sent = stream.write_all(&reply(&request, number));
        })
    }

    /// The same with the connection itself.
    pub(crate) fn raw(serve: impl Fn(&mut TcpStream, usize) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/v1", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&requests);
        // It ends with the test program.
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let number = counted.fetch_add(1, Ordering::SeqCst);
                serve(&mut stream, number);
            }
        });
        Self { base, requests }
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// The body of one request.
fn read_request(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let whole = String::from_utf8_lossy(&text).into_owned();
        if let Some((head, body)) = whole.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return body.to_owned();
            }
        }
        match stream.read(&mut piece) {
            Ok(read) if read > 0 => text.extend_from_slice(piece.get(..read).unwrap()),
            _ => return String::new(),
        }
    }
}

/// A whole HTTP reply.
pub(crate) fn http(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut reply = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{headers}Connection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    reply.extend_from_slice(body);
    reply
}

/// The present, so many milliseconds on.
pub(crate) fn moment(ahead: i64) -> Moment {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    Moment::new(i64::try_from(now).unwrap() + ahead, Duration::ZERO)
}

/// `"timestamp":…,"signature":…`, made with `key` for `partner` so many milliseconds from now.
pub(crate) fn signed_by(key: &str, partner: &str, ahead: i64) -> String {
    let credentials = Credentials::new(PartnerId::new(partner).unwrap(), ApiKey::new(key).unwrap());
    let proof = Signer::new(&credentials).authorize(moment(ahead));
    format!(r#""timestamp":"{}","signature":"{}""#, proof.timestamp(), proof.value())
}

/// The same as it should be: made before any request that it answers, so that it is never the request's own pair.
pub(crate) fn signed() -> String {
    signed_by(KEY, PARTNER, -1_000)
}

/// A final reply with these members of its result, well signed.
pub(crate) fn final_reply(success: &str, result: &str) -> String {
    format!(
        r#"{{{},"job_complete":true,"job_success":{success},"code":"2302","result":{{{result},"PartnerParams":{{"user_id":"{USER}","job_id":"{JOB}","job_type":4}}}}}}"#,
        signed()
    )
}

/// A file of one test, taken away with it.
pub(crate) struct Temp(TempPath);

impl Temp {
    /// Writes a file whose name ends in `name`.
    pub(crate) fn new(name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = tempfile::Builder::new().suffix(name).tempfile().unwrap().into_temp_path();
        std::fs::write(&path, content).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn text(&self) -> &str {
        self.0.to_str().unwrap()
    }
}
