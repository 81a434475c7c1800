//! How `sandbox` and `wait` end when the user or the system asks for it, and that a reader who has gone away is no matter.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;

use crate::common::{Run, Server};

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
        err.read_line(&mut said).unwrap();
        let before = base.trim_end_matches("/v1");
        assert!(said.ends_with(&format!("want {base} (Python, Ruby), {base}/ (PHP), {before} (Java)\n")), "{said}");
        send(signal, &child);
        let status = child.wait().unwrap();
        out.read_to_string(&mut rest).unwrap();
        err.read_to_string(&mut said).unwrap();
        assert_eq!((status.code(), rest.as_str(), said.lines().count()), (Some(130), "", 2), "{signal}: {said}");
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
            crate::common::http(200, "", r#"{"job_complete":false}"#)
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

#[test]
fn standard_output_that_cannot_be_written_is_a_failure_and_a_reader_gone_is_none() {
    for arguments in [&["codes"][..], &["demo"], &["--help"], &["help", "status"], &["man"], &["completions", "bash"]] {
        let run = || Run::new(arguments).command();
        // Open for reading only, as `1</dev/null` is; and a disk that is full.
        let unwritable = std::fs::File::open("/dev/null").unwrap();
        let mut ways = vec![Stdio::from(unwritable)];
        ways.extend(std::fs::OpenOptions::new().write(true).open("/dev/full").ok().map(Stdio::from));
        for way in ways {
            let ran = run().stdin(Stdio::null()).stdout(way).stderr(Stdio::piped()).output().unwrap();
            let said = String::from_utf8(ran.stderr).unwrap();
            assert_eq!((ran.status.code(), said.lines().count()), (Some(1), 1), "{arguments:?}: {said}");
            assert!(said.contains("internal: standard output cannot be written"), "{said}");
        }
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ran = run().stdin(Stdio::null()).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        assert_eq!((ran.status.code(), ran.stderr.len()), (Some(0), 0), "{arguments:?}");
    }
    let unwritable = std::fs::File::open("/dev/null").unwrap();
    let mut parse = Run::new(&["parse", "-"]).command();
    let ran = parse.stdin(Stdio::null()).stdout(unwritable).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(ran.status.code(), Some(9), "an empty document is unreadable, whatever standard output is");
}
