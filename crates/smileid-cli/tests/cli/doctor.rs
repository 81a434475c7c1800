//! `doctor`: each check, what it says of what is wrong, how to mend it, and the exit that follows. It never shows the key.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::common::{Ran, Run, Temp};
use serde_json::Value;

/// A key that is odd in nothing.
const GOOD: &str = "canary-7a1f-44c2-9b0d";
const LOOPBACK: &str = "http://127.0.0.1:1/v1";

fn doctor(more: &[&str]) -> Run {
    Run::new(&["doctor"]).args(more)
}

/// With a partner, a key in a variable, and a place.
fn complete(more: &[&str]) -> Run {
    at(LOOPBACK, more)
}

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

#[test]
fn every_check_has_a_line_and_what_is_not_well_a_second() {
    let ran = complete(&[]).run();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    assert!(!ran.out.contains('\x1b') && !ran.out.contains(GOOD), "{}", ran.out);
    let mut names = Vec::new();
    let mut not_well = false;
    for line in ran.out.lines() {
        if let Some(fix) = line.strip_prefix(&" ".repeat(22)) {
            assert!(not_well && fix.starts_with("fix: "), "{line}");
            not_well = false;
            continue;
        }
        assert!(!not_well, "no fix before: {line}");
        let (state, name) = (&line[..9], &line[9..22]);
        assert!(["ok", "warning", "failure", "skipped"].contains(&state.trim_end()), "{line}");
        not_well = ["warning", "failure"].contains(&state.trim_end());
        names.push(name.trim_end().to_owned());
    }
    let expected = ["partner_id", "key", "v3_token", "environment", "trust", "clock", "online"];
    assert_eq!(names, expected);
    // Whatever fails, all of them are reported.
    for more in [&[][..], &["--base-url="], &["--proxy", "socks5://p"], &["--ca-file", "none"]] {
        let run = doctor(&["--output", "json"]).args(more).env("SMILEID_API_KEY", GOOD);
        let ran = run.env("SMILEID_BASE_URL", LOOPBACK).run();
        assert_eq!(checks(&ran).into_iter().map(|check| check.0).collect::<Vec<_>>(), expected, "{more:?}");
    }
}

#[test]
fn the_exit_is_that_of_the_first_failing_check() {
    let missing = doctor(&["--partner-id", "023", "--base-url", LOOPBACK, "--output", "json"]).run();
    let failed: Vec<_> = checks(&missing).into_iter().filter(|check| check.1 == "failure").collect();
    assert_eq!((missing.code, failed.len(), failed[0].0.as_str()), (4, 1, "key"));
    assert!(missing.err.contains("\"kind\":\"credentials\""), "{}", missing.err);
    for (run, exit) in [
        (doctor(&[]), 2),
        (complete(&["--profile", "none"]), 2),
        (complete(&["--api-key-file", "no-such-file"]), 2),
        (complete(&["--previous-api-key-file", "no-such-file"]), 4),
        (complete(&["--scheme", "sec-key"]), 2),
        (complete(&["--online"]), 6),
        (complete(&["--proxy", "socks5://canary"]), 2),
        (complete(&["--ca-file", "no-such-file"]), 2),
    ] {
        let ran = run.run();
        assert_eq!((ran.code, ran.err.lines().count()), (exit, 1), "{}{}", ran.out, ran.err);
        assert!(!ran.out.contains("canary") && !ran.err.contains("canary"), "{}{}", ran.out, ran.err);
    }
}

#[test]
fn the_key_is_judged_by_its_form_and_never_shown() {
    let legacy = format!("MIGfMA0canary{}", "A".repeat(210));
    for (key, scheme, state, expected, fix) in [
        (GOOD, "hmac", "ok", "", ""),
        ("canary 7a1f-44c2-9b0d", "hmac", "warning", "white space", "portal"),
        ("\"canary-7a1f-44c2-9b0d\"", "hmac", "warning", "quotes", "leave the quotes off"),
        ("your-canary-key-here", "hmac", "warning", "placeholder", "portal"),
        ("canary", "hmac", "warning", "shorter than", "portal"),
        (&legacy, "hmac", "warning", "legacy scheme", "--scheme sec-key"),
        (GOOD, "sec-key", "failure", "sec_key", "--scheme hmac"),
        ("canary\u{7}", "hmac", "failure", "control character", "printf %s KEY"),
        ("canary\n", "hmac", "failure", "only the key", "printf %s KEY"),
    ] {
        let run =
            doctor(&["--partner-id", "023", "--base-url", LOOPBACK, "--scheme", scheme]).env("SMILEID_API_KEY", key);
        let ran = run.args(&["--output", "json"]).run();
        let (_, found, message, fixed) = checks(&ran).into_iter().find(|check| check.0 == "key").unwrap();
        assert_eq!(found, state, "{key}: {message}");
        assert!(message.contains(expected) && fixed.contains(fix), "{key}: {message}; {fixed}");
        assert!(!ran.out.contains("canary") && !ran.err.contains("canary"), "{}{}", ran.out, ran.err);
    }
}

#[test]
fn a_key_given_as_a_path_is_not_shown() {
    let ran = doctor(&["--partner-id", "023", "--base-url", LOOPBACK, "--api-key-file", GOOD]).run();
    assert_eq!(ran.code, 4);
    assert!(ran.err.contains("--api-key-file takes a path, not the key"), "{}", ran.err);
    assert!(!ran.out.contains("canary") && !ran.err.contains("canary"), "{}{}", ran.out, ran.err);
}

#[test]
fn lost_zeros_of_a_partner_id_are_noticed() {
    let profiles = Temp::new("doctor-profiles.toml", "[default]\npartner_id = \"023\"\n[other]\npartner_id = \"7\"\n");
    let with = |more: &[&str]| doctor(&["--profile-file", profiles.text(), "--base-url", LOOPBACK]).args(more);
    for (run, state, expected, fix) in [
        (with(&[]), "ok", "023", ""),
        (with(&["--partner-id", "23"]), "warning", "023", "--partner-id 023"),
        (with(&["--profile", "other"]), "warning", "fewer|shorter", "--partner-id 007"),
        (with(&["--partner-id", "0023"]), "warning", "the profile has 023", "keep one"),
        (with(&[]).env("SMILEID_PARTNER_ID", "23"), "warning", "has 023", "--partner-id 023"),
        (with(&["--partner-id", GOOD]), "warning", "not a number", "--partner-id 023"),
        (with(&["--partner-id", "4521"]), "ok", "4521", ""),
    ] {
        let (found, message, fixed) = check(run, "partner_id");
        assert_eq!(found, state, "{message}");
        assert!(expected.split('|').any(|part| message.contains(part)) && fixed.contains(fix), "{message}; {fixed}");
    }
}

#[test]
fn odd_places_and_the_chosen_proxy_are_reported() {
    let at =
        |more: &[&str]| doctor(&["--partner-id", "023", "--bundled-roots"]).args(more).env("SMILEID_API_KEY", GOOD);
    for (run, name, state, expected) in [
        (at(&["--environment", "production"]), "environment", "ok", "https://api.smileidentity.com/v1"),
        (at(&["--base-url", "https://api.smileidentity.com"]), "environment", "warning", "another path"),
        (at(&["--base-url", "https://api.smileidentiy.com/v1"]), "environment", "warning", "neither of the vendor's"),
        (at(&["--base-url", "https://proxy.example/v1"]), "environment", "warning", "neither of the vendor's"),
        (at(&["--base-url", "http://127.0.0.1:1"]), "environment", "warning", "does not end in /v1"),
        (at(&["--base-url", "http://example.com/v1"]), "environment", "failure", "plain http"),
        (at(&["--base-url", LOOPBACK]), "environment", "ok", LOOPBACK),
        (at(&["--base-url", LOOPBACK]), "trust", "ok", "no certificate is needed"),
        (at(&["--environment", "sandbox"]), "trust", "ok", "trusted certificate authorities"),
        (at(&["--environment", "sandbox"]), "online", "skipped", "no proxy: neither --proxy nor a variable"),
        (at(&["--base-url", LOOPBACK, "--proxy", "http://p:1"]), "online", "skipped", "--proxy is left out"),
        (
            at(&["--environment", "sandbox", "--proxy", "http://p:1"]),
            "online",
            "skipped",
            "Proxy(http://p:1) (--proxy)",
        ),
        (
            at(&["--environment", "sandbox"]).env("ALL_PROXY", "p:1"),
            "online",
            "skipped",
            "Proxy(http://p:1) (ALL_PROXY)",
        ),
        (
            at(&["--environment", "sandbox"]).env("https_proxy", "p:1").env("NO_PROXY", "smileidentity.com"),
            "online",
            "skipped",
            "no proxy: NO_PROXY names the host",
        ),
        (at(&["--environment", "sandbox"]).env("HTTPS_PROXY", "socks5://canary"), "online", "failure", "HTTPS_PROXY"),
    ] {
        let (found, message, fix) = check(run, name);
        assert_eq!((found.as_str(), fix.is_empty()), (state, matches!(state, "ok" | "skipped")), "{message}");
        assert!(message.contains(expected) && !message.contains("canary"), "{message}");
    }
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
    for (status, state, fix) in
        [(404, "warning", "/v1"), (302, "warning", "--base-url"), (503, "warning", "later"), (401, "ok", "")]
    {
        let server = crate::common::Server::start(move |_, _| crate::common::http(status, "", "{}"));
        let (found, message, fixed) = check(at(&server.base, &["--online"]), "online");
        assert!(found == state && fixed.contains(fix), "{status}: {message}; {fixed}");
    }
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
