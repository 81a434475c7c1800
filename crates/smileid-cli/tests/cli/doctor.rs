//! `doctor`: each check, what it says of what is wrong, how to mend it, and the exit that follows. It never shows the key.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::common::{Ran, Run, Temp};
use serde_json::Value;

/// A key that is odd in nothing.
const GOOD: &str = "canary-7a1f-44c2-9b0d";
#[cfg(unix)]
const LOOPBACK: &str = "http://127.0.0.1:1/v1";

fn doctor(more: &[&str]) -> Run {
    Run::new(&["doctor"]).args(more)
}

/// With a partner, a key in a variable, and a place.
fn at(base: &str, more: &[&str]) -> Run {
    doctor(&["--partner-id", "023", "--base-url", base]).args(more).env("SMILEID_API_KEY", GOOD)
}

/// The checks by name, each as state, message and fix.
fn checks(ran: &Ran) -> Vec<(String, String, String, String)> {
    let json: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json["exit"], ran.code, "{}", ran.out);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let check = |c: &Value| {
        assert_eq!(c.as_object().unwrap().len(), 4, "{c}");
        (text(&c["name"]), text(&c["state"]), text(&c["message"]), text(&c["fix"]))
    };
    json["checks"].as_array().unwrap().iter().map(check).collect()
}

/// One check of a run in JSON.
fn check(run: Run, name: &str) -> (String, String, String) {
    let ran = run.args(&["--output", "json"]).run();
    assert!(!ran.out.contains(GOOD) && !ran.err.contains(GOOD), "{}{}", ran.out, ran.err);
    let (_, state, message, fix) = checks(&ran).into_iter().find(|check| check.0 == name).unwrap();
    (state, message, fix)
}

#[cfg(unix)]
#[test]
fn key_files_that_others_can_read_raise_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let key = Temp::new("doctor-mode-key", GOOD);
    for (mode, warned) in [(0o644, true), (0o640, true), (0o604, true), (0o600, false), (0o400, false)] {
        std::fs::set_permissions(key.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        let run = doctor(&["--partner-id", "023", "--base-url", LOOPBACK, "--api-key-file", key.text()]);
        let (state, message, fix) = check(run, "key");
        assert_eq!((state == "warning", fix == "chmod 600 FILE"), (warned, warned), "{mode:o}: {message}");
    }
    // A folder in a key's place is a mistake of another sort: without its x it cannot be read.
    let folder = doctor(&["--partner-id", "023", "--base-url", LOOPBACK, "--api-key-file", "/"]).run();
    assert!(
        folder.code == 4 && folder.out.contains("it is a folder") && !folder.out.contains("chmod"),
        "{}",
        folder.out
    );
}

#[test]
fn online_clocks_are_compared_and_no_credentials_are_sent() {
    for (ahead, state, exit) in [(0, "ok", 0), (-100, "warning", 0), (3600, "failure", 5)] {
        let server = crate::common::Server::start(move |request, _| {
            assert_eq!(request, "{}");
            crate::common::http(400, &format!("Date: {}\r\n", date(ahead)), "{}")
        });
        let ran = doctor(&["--online", "--base-url", &server.base, "--output", "json"]).credentials().run();
        let all = checks(&ran);
        let skew = all.iter().find(|check| check.0 == "clock").unwrap();
        assert_eq!((skew.1.as_str(), ran.code, server.requests()), (state, exit, 1), "{}", ran.out);
        let online = all.iter().find(|check| check.0 == "online").unwrap();
        assert_eq!((online.1.as_str(), online.2.as_str()), ("ok", "the service answers (HTTP 400)"));
    }
}

#[test]
fn online_problems_are_reported_where_they_are() {
    let (authority, key) = (Temp::new("doctor-ca.pem", ""), Temp::new("doctor-made-key", ""));
    let mut sandbox =
        Run::new(&["sandbox", "--tls", "--force", "--ca-out", authority.text(), "--api-key-out", key.text()]).command();
    let mut sandbox = sandbox.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut base = String::new();
    BufReader::new(sandbox.stdout.take().unwrap()).read_line(&mut base).unwrap();
    let base = base.trim_end();
    let trusting = |base: &str| at(base, &["--online", "--ca-file", authority.text()]);
    let named = base.replace("127.0.0.1", "localhost");
    for (run, name, state, expected) in [
        (trusting(base), "trust", "ok", "the service's certificate is trusted"),
        (trusting(&named), "online", "ok", "the service answers"),
        (at(base, &["--online", "--bundled-roots"]), "trust", "failure", "an authority that this client trusts"),
        (at(base, &["--online", "--bundled-roots"]), "online", "skipped", ""),
        (at("https://canary.invalid/v1", &["--online", "--bundled-roots"]), "online", "failure", "no proxy"),
    ] {
        let (found, message, fix) = check(run, name);
        assert!(found == state && message.contains(expected), "{name}: {message}");
        assert_eq!(fix.contains("--ca-file"), name == "trust" && state == "failure", "{fix}");
    }
    assert_eq!(at(base, &["--online", "--bundled-roots"]).run().code, 6);
    sandbox.kill().unwrap();
    sandbox.wait().unwrap();
}

/// The time as `Date` writes it, so many seconds on, in a form that RFC 2822 allows.
fn date(ahead: i64) -> String {
    let at = crate::common::moment(ahead * 1000).unix_millis();
    chrono::DateTime::from_timestamp_millis(at).unwrap().to_rfc2822()
}

/// A self-signed certificate of a server: `CA:FALSE` in its basic constraints.
const OF_A_SERVER: &str = "-----BEGIN CERTIFICATE-----
MIIBezCCASKgAwIBAgIUIX0a2dCNNXAGiOT6c9NwH33c7qkwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyODA4MzkzNVoYDzIxMjYxMTA0
MDgzOTM1WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATNH52iU321qWG69sANVTuCeWr6+yOlVZAsrz3C1IO5fLLndSyu8LqD
EXlNvZ/KKyFnukLvjNtt5QOm57OXIqAKo1AwTjAdBgNVHQ4EFgQU5ZKzNquhLXAW
6hpVCpjzedTzkbQwHwYDVR0jBBgwFoAU5ZKzNquhLXAW6hpVCpjzedTzkbQwDAYD
VR0TAQH/BAIwADAKBggqhkjOPQQDAgNHADBEAiBaGZNTcVvRJEQyMkQ6yYUS6XmI
AoIA14Lh0hOi2Jj5NAIgB/Qk9WCnytGtbp0N0zeRlxOul0/ZUeErMU2SNq6Qeg4=
-----END CERTIFICATE-----
";

#[test]
fn what_is_wrong_with_trusted_certificates_is_said() {
    // Well-formed base64 that is no certificate, and base64 that is none.
    let no_certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let damaged = "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n";
    let other = OF_A_SERVER.replacen("MIIBez", "MIIBfz", 1);
    let store = |name: &str, text: &str| Temp::new(&format!("doctor-{name}.pem"), text);
    let whole = store("whole", OF_A_SERVER);
    let undecodable = store("undecodable", no_certificate);
    let unreadable = store("unreadable", damaged);
    let empty = store("empty", "");
    let one_of_three = store("one-of-three", &format!("{OF_A_SERVER}{damaged}{OF_A_SERVER}"));
    let two_of_three = store("two-of-three", &format!("{no_certificate}{OF_A_SERVER}{other}"));
    let at = || doctor(&["--partner-id", "023", "--environment", "sandbox"]).env("SMILEID_API_KEY", GOOD);
    for (value, state, words) in [
        (whole.text(), "ok", "1 trusted certificate authorities"),
        (
            one_of_three.text(),
            "warning",
            "1 trusted certificate authorities; entries of the system's store that cannot be read: 1",
        ),
        (two_of_three.text(), "warning", "cannot be read: 2"),
        ("", "failure", "the environment variable SSL_CERT_FILE is set"),
        ("no-such-file", "failure", "the environment variable SSL_CERT_FILE is set"),
        (undecodable.text(), "failure", "no certificate can be read from where it points"),
        (unreadable.text(), "failure", "no certificate can be read from where it points"),
        (empty.text(), "failure", "unset it"),
    ] {
        let (found, message, fix) = check(at().env("SSL_CERT_FILE", value), "trust");
        assert_eq!((found.as_str(), fix.is_empty()), (state, state == "ok"), "{value:?}: {message}");
        assert!(message.contains(words), "{value:?}: {message}");
    }
    assert_eq!(at().env("SSL_CERT_FILE", "").run().code, 6);
    let (found, message, _) = check(at().env("SSL_CERT_DIR", "no-such-folder"), "trust");
    assert!(found == "failure" && message.contains("SSL_CERT_DIR is set"), "{message}");
    let (found, message, fix) = check(at().args(&["--ca-file", whole.text(), "--bundled-roots"]), "trust");
    assert_eq!(found, "warning", "{message}");
    assert!(message.contains("not an authority's") && fix.contains("--ca-file"), "{message}; {fix}");
}
