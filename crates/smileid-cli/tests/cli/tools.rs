//! `sandbox` with each of its switches, and `sign`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use crate::common::{KEY, Run, Temp};

/// A running sandbox, killed when dropped.
struct Sandbox {
    child: Child,
    base: String,
}

impl Sandbox {
    fn start(run: Run) -> Self {
        let mut command = run.command();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut base = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut base).unwrap();
        Self { child, base: base.trim_end().to_owned() }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _gone = self.child.kill().and_then(|()| self.child.wait());
    }
}

fn verdict(run: Run) -> String {
    let ran = run.args(&["--output", "json"]).run();
    let json = ran.answer();
    format!("{} {}", json["proof"].as_str().unwrap(), json["verdict"].as_str().unwrap())
}

#[test]
fn the_sandbox_serves_the_configured_credentials() {
    let sandbox = Sandbox::start(Run::new(&["sandbox"]).credentials());
    assert!(sandbox.base.starts_with("http://127.0.0.1:"), "{}", sandbox.base);
    let ask =
        |job: &str| Run::new(&["status", "--base-url", &sandbox.base, "--user-id", "u", "--job-id", job]).credentials();
    assert_eq!(verdict(ask("approved-1")), "hmac approved");
    assert_eq!(ask("no-such-job").args(&["--output", "json"]).run().failure(), ("not_found".into(), 10));
    let ran = ask("approved-1").env("SMILEID_API_KEY", "other").args(&["--output", "json"]).run();
    assert_eq!(ran.failure(), ("credentials".into(), 4));
    let taken = sandbox.base.trim_start_matches("http://").trim_end_matches("/v1");
    let (kind, error, exit) =
        Run::new(&["sandbox", "--listen", taken, "--output", "json"]).credentials().run().failure_in_full();
    assert_eq!((kind.as_str(), exit), ("invalid_input", 2));
    assert!(error["message"].as_str().unwrap().contains("0 for a free one"), "{error}");
}

#[test]
fn the_sandbox_makes_a_key_of_its_own_and_speaks_tls() {
    let (key, authority) = (Temp::new("made-key", "old"), Temp::new("made-ca.pem", "old"));
    for (more, proof) in [(&["--scheme", "hmac"][..], "hmac approved"), (&["--scheme", "sec-key"], "sec_key approved")]
    {
        // A configured key is ignored, even two that contradict each other.
        let sandbox = Sandbox::start(
            Run::new(&["sandbox", "--tls", "--ca-out", authority.text(), "--api-key-out", key.text(), "--force"])
                .args(more)
                .args(&["--api-key-file", "no-such-file"])
                .credentials(),
        );
        assert!(sandbox.base.starts_with("https://127.0.0.1:"), "{}", sandbox.base);
        let ask = || {
            Run::new(&[
                "status", "--base-url", &sandbox.base, "--user-id", "u", "--job-id", "approved-1", "--partner-id",
                "023",
            ])
            .args(more)
            .args(&["--api-key-file", key.text()])
        };
        assert_eq!(verdict(ask().args(&["--ca-file", authority.text()])), proof);
        // The reply that was kept verifies by hand, too.
        let answer = ask().args(&["--ca-file", authority.text(), "--output", "json"]).run().answer();
        let kept = Temp::new("kept-reply.json", answer["reply"].to_string());
        let verified =
            Run::new(&["verify", kept.text(), "--partner-id", "023", "--api-key-file", key.text()]).args(more).run();
        assert!(verified.code == 0 && proof.starts_with(verified.out.split('"').nth(3).unwrap()), "{}", verified.out);
        let ran = ask().args(&["--bundled-roots", "--output", "json"]).run();
        assert_eq!(ran.failure(), ("tls".into(), 6));
        let made = std::fs::read_to_string(key.path()).unwrap();
        assert!(made.len() >= 32 && !made.contains(KEY) && !made.ends_with('\n'));
    }
}

#[test]
fn the_legacy_scheme_signs_a_number() {
    let key = Temp::new("legacy-key", "");
    let _sandbox =
        Sandbox::start(Run::new(&["sandbox", "--scheme", "sec-key", "--force", "--api-key-out", key.text()]));
    let sign = |more: &[&str]| {
        let ran = Run::new(&["sign", "--scheme", "sec-key", "--partner-id", "023", "--api-key-file", key.text()])
            .args(more)
            .run();
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        serde_json::from_str::<serde_json::Value>(&ran.out).unwrap()
    };
    let json = sign(&["--timestamp", "1791115200000"]);
    assert_eq!(json["timestamp"], 1_791_115_200_000_i64);
    // The right half is sha256("23:1791115200000"), which anybody can compute.
    let sec_key = json["sec_key"].as_str().unwrap();
    let (_, hash) = sec_key.split_once('|').unwrap();
    assert_eq!(hash.len(), 64);
    assert!(sign(&[])["timestamp"].is_i64());
    assert_eq!(sign(&["--timestamp", "2018-03-13T21:04:11.193Z"])["timestamp"], "2018-03-13T21:04:11.193Z");
    let other = Run::new(&[
        "sign",
        "--scheme",
        "sec-key",
        "--partner-id",
        "x",
        "--api-key-file",
        key.text(),
        "--output",
        "json",
    ]);
    assert_eq!(other.run().failure(), ("invalid_input".into(), 2));
}

#[test]
fn a_wrong_path_is_explained_with_the_base_url_to_use() {
    use std::io::{Read, Write};
    let sandbox = Sandbox::start(Run::new(&["sandbox"]));
    let address = sandbox.base.trim_start_matches("http://").trim_end_matches("/v1");
    for path in ["/job_status", "/v1//job_status", "/v1/v1/job_status", "/v1", "/v2/job_status"] {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        write!(stream, "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        let reason = format!("x-sandbox-reason: there is nothing at {path}: the base URL is {}, ", sandbox.base);
        assert!(reply.starts_with("HTTP/1.1 403 ") && reply.contains(&reason), "{path}: {reply}");
        assert!(reply.ends_with("{\"message\":\"Missing Authentication Token\"}"), "{reply}");
    }
}

#[test]
fn a_timestamp_is_signed_as_it_is_given() {
    for given in ["1678216434434", "1632914456", "2021-09-29 12:20:56 +0100", "2026-10-04T12:00:00+00:00"] {
        let ran = Run::new(&["sign", "--timestamp", given]).credentials().run();
        let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(json["timestamp"], given);
    }
    let now: serde_json::Value = serde_json::from_str(&Run::new(&["sign"]).credentials().run().out).unwrap();
    let text = now["timestamp"].as_str().unwrap();
    assert!(text.len() == 24 && text.ends_with('Z'), "{text}");
}
