//! The examples at the end of each command's help, run unchanged against `smileid sandbox`: only the port is another.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::common::{Run, signed_by};

const PORT: &str = "127.0.0.1:8080";

/// A folder of this test, with whatever runs in it.
struct Place {
    folder: TempDir,
    running: Vec<Child>,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), running: Vec::new() }
    }

    /// A shell in this folder with our program first in its path, or none where there is no such shell.
    fn shell(&self, script: &str) -> Command {
        let program = Path::new(env!("CARGO_BIN_EXE_smileid")).parent().unwrap();
        let path = std::env::join_paths([program, Path::new("/usr/bin"), Path::new("/bin")]).unwrap();
        let mut command = Command::new("bash");
        command
            .args(["-e", "-o", "pipefail", "-c", script])
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", path);
        command.env("SSL_CERT_FILE", "ca.pem").stdin(Stdio::null());
        command
    }

    /// Begins a sandbox as its example says, and tells where it listens.
    fn sandbox(&mut self, line: &str) -> String {
        let line = line.replace(PORT, "127.0.0.1:0");
        let mut child =
            self.shell(&format!("exec {line}")).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        self.running.push(child);
        url.trim_end().split("://").nth(1).unwrap().trim_end_matches("/v1").to_owned()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        for child in &mut self.running {
            let _gone = child.kill().and_then(|()| child.wait());
        }
    }
}

/// The lines to copy from a help text.
fn examples(help: &str) -> Vec<String> {
    help.lines().filter_map(|line| line.strip_prefix("  $ ")).map(str::to_owned).collect()
}

fn commands() -> Vec<String> {
    let help = Run::new(&["--help"]).run().out;
    let list = help.split_once("Commands:\n").unwrap().1.split("\n\n").next().unwrap().to_owned();
    list.lines().map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

#[test]
fn every_example_runs_unchanged() {
    if Command::new("bash").arg("--version").stdout(Stdio::null()).status().is_err() {
        return eprintln!("left out: there is no bash here");
    }
    let mut place = Place::new();
    let of_sandbox = examples(&Run::new(&["help", "sandbox"]).run().out);
    let begins = |line: &&String| line.starts_with("smileid sandbox ");
    let address = place.sandbox(of_sandbox.iter().find(begins).unwrap());
    let key = std::fs::read_to_string(place.folder.path().join("key.txt")).unwrap();
    // The files that examples name.
    let at = 1_791_115_200_000 - crate::common::moment(0).unix_millis();
    let signed = signed_by(&key, "023", at);
    let callback = format!("{{{signed},\"ResultCode\":\"0810\"}}");
    let headers: serde_json::Value = serde_json::from_str(&callback).unwrap();
    std::fs::write(place.folder.path().join("body.json"), "{\"ResultCode\":\"0810\"}").unwrap();
    std::fs::write(place.folder.path().join("callback.json"), callback).unwrap();
    std::fs::write(place.folder.path().join("reply.json"), "{\"job_complete\":true,}\n").unwrap();
    std::fs::write(
        place.folder.path().join("jobs.csv"),
        "user_id,job_id,branch\nany,approved-1,Lagos\nany,rejected-2,Abuja\n",
    )
    .unwrap();
    let mut helps = vec![Run::new(&["--help"]).run().out];
    helps.extend(
        commands().iter().filter(|command| *command != "help").map(|command| Run::new(&["help", command]).run().out),
    );
    helps.extend(["status", "wait", "verify-webhook"].map(|command| Run::new(&["help", "v3", command]).run().out));
    for help in &helps {
        let lines = examples(help);
        assert!(lines.len() >= 2, "every command has its examples: {help}");
        let (sandboxes, others): (Vec<String>, Vec<String>) =
            lines.into_iter().partition(|line| line.starts_with("smileid sandbox "));
        for line in sandboxes.iter().filter(|line| line.contains("--tls")) {
            assert!(!place.sandbox(line).is_empty(), "{line}");
        }
        let needs_man = |line: &String| line.contains("man -l") && !Path::new("/usr/bin/man").exists();
        let script: Vec<String> =
            others.into_iter().filter(|line| !needs_man(line)).map(|line| line.replace(PORT, &address)).collect();
        let mut shell = place.shell(&script.join("\n"));
        for (variable, field) in [("TIMESTAMP", "timestamp"), ("SIGNATURE", "signature")] {
            shell.env(variable, headers[field].as_str().unwrap());
        }
        let ran = shell.output().unwrap();
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{script:?}: {said}");
        let is_message = |line: &str| line.starts_with("smileid: ") && !line.contains(" proof holds with the ");
        assert!(!said.lines().any(is_message), "{script:?}: {said}");
    }
}
