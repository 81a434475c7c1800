//! How `sandbox` and `wait` end when the user or the system asks for it, and that a reader who has gone away is no matter.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "tests")]

mod common;

use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;

use common::{Run, Server};

/// A sandbox that has said where it listens.
fn sandbox() -> (Child, String, BufReader<std::process::ChildStdout>) {
    let mut command = Run::new(&["sandbox"]).command();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut base = String::new();
    out.read_line(&mut base).unwrap();
    (child, base.trim_end().to_owned(), out)
}

fn send(signal: &str, child: &Child) {
    assert!(Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn the_sandbox_ends_when_it_is_asked_to() {
    for signal in ["INT", "TERM"] {
        let (mut child, base, mut out) = sandbox();
        // A caller that says nothing does not hold it.
        let held = TcpStream::connect(base.trim_start_matches("http://").trim_end_matches("/v1")).unwrap();
        // What it says of itself comes after its URL.
        let mut err = BufReader::new(child.stderr.take().unwrap());
        let (mut rest, mut said) = (String::new(), String::new());
        err.read_line(&mut said).unwrap();
        send(signal, &child);
        let status = child.wait().unwrap();
        out.read_to_string(&mut rest).unwrap();
        err.read_to_string(&mut said).unwrap();
        assert_eq!((status.code(), rest.as_str(), said.lines().count()), (Some(130), "", 1), "{signal}: {said}");
        drop(held);
    }
}

#[test]
fn a_sandbox_whose_output_nobody_reads_goes_on_quietly() {
    let (mut child, base, out) = sandbox();
    drop(out);
    let ran =
        Run::new(&["status", "--base-url", &base, "--user-id", "u", "--job-id", "approved-1"]).credentials().run();
    // It answers; it has another key than ours.
    assert_eq!(ran.code, 4, "{}", ran.err);
    send("TERM", &child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
fn a_wait_ends_as_cancelled_with_one_line() {
    for signal in ["INT", "TERM"] {
        let (asked, is_asked) = mpsc::channel();
        let server = Server::start(move |_, _| {
            asked.send(()).unwrap();
            common::http(200, "", r#"{"job_complete":false}"#)
        });
        let mut command =
            Run::wait(&server.base, &["--deadline", "1h", "--interval", "30m", "--output", "json"]).command();
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        is_asked.recv().unwrap();
        send(signal, &child);
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.len(), said.lines().count()), (Some(130), 0, 1), "{said}");
        assert!(said.contains("\"kind\":\"cancelled\""), "{said}");
    }
}
