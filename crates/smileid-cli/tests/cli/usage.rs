//! Wrong input: each mistake has its kind and its exit, a message that says what to do, and is not repeated.

use crate::common::{Run, Temp};

const JOB: [&str; 5] = ["status", "--user-id", "u", "--job-id", "j"];

fn json(arguments: &[&str]) -> Run {
    Run::new(arguments).args(&["--output", "json"])
}

#[test]
fn mistakes_on_the_command_line_are_invalid_input() {
    let long = "x".repeat(1025);
    let with = |more: &[&'static str]| JOB.iter().copied().chain(more.iter().copied()).collect::<Vec<_>>();
    let cases: Vec<Vec<&str>> = vec![
        vec![],
        vec!["canary"],
        vec!["--unknown"],
        vec!["demo", "canary"],
        vec!["demo", "--unknown-flag"],
        vec!["demo", "--unknown=canary"],
        vec!["status"],
        vec!["status", "--user-id", "canary"],
        vec!["status", "--job-id", "canary"],
        vec!["status", "--user-id", "", "--job-id", "j"],
        vec!["status", "--user-id", "canary\n", "--job-id", "j"],
        vec!["status", "--user-id", "u", "--job-id", "canary\u{7f}"],
        vec!["status", "--user-id", &long, "--job-id", "j"],
        with(&["--user-id", "canary"]),
        with(&["canary"]),
        with(&["--api-key", "canary"]),
        with(&["--api-key=canary"]),
        with(&["--history=canary"]),
        with(&["--timeout", "canary"]),
        with(&["--timeout", "0s"]),
        with(&["--timeout"]),
        with(&["--max-age", "-1s"]),
        with(&["--environment", "canary"]),
        with(&["--environment", "Productoin"]),
        with(&["--scheme", "canary"]),
        with(&["--not-found", "canary"]),
        with(&["--output", "canary"]),
        with(&["--interval", "2s"]),
        with(&["--environment", "sandbox", "--base-url", "http://canary.example"]),
        with(&["--environment", "sandbox", "--partner-id", ""]),
        with(&["--environment", "sandbox", "--partner-id", "canary 1"]),
        with(&["--environment", "sandbox", "--scheme", "sec-key"]),
        with(&["--environment", "sandbox", "--proxy", "socks5://canary"]),
        with(&["--environment", "sandbox", "--ca-file", "no-such-file"]),
        with(&["--environment", "sandbox", "--profile", "canary", "--profile-file", "no-such-file"]),
        vec!["wait", "--user-id", "u", "--job-id", "j", "--environment", "sandbox", "--interval", "249ms"],
        vec!["wait", "--user-id", "u", "--job-id", "j", "--environment", "sandbox", "--deadline", "0"],
        vec!["sign", "--timestamp", "canary"],
        vec!["sign", "--timestamp", "2026-13-01T00:00:00Z"],
        vec!["verify"],
        vec!["verify", "no-such-file"],
        vec!["verify", "-", "--at", "canary"],
        vec!["parse"],
        vec!["parse", "no-such-file"],
        vec!["parse", "-", "--level", "canary"],
        vec!["codes", "canary"],
        vec!["completions", "canary"],
        vec!["sandbox", "--listen", "canary"],
        vec!["sandbox", "--listen", "127.0.0.1"],
        vec!["sandbox", "--listen", "0.0.0.0:0"],
        vec!["sandbox", "--ca-out", "no-such-folder/file"],
        vec!["sandbox", "--scheme", "sec-key"],
        vec!["sandbox", "--scenario", "no-such-file"],
        vec!["sandbox", "--callback-url", "https://canary.example"],
    ];
    for arguments in cases {
        let ran = json(&arguments).credentials().run();
        assert_eq!(ran.failure(), ("invalid_input".to_owned(), 2), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn bad_base_urls_are_refused_before_anything_is_sent() {
    for url in [
        "canary",
        "canary.example",
        "ftp://canary.example",
        "http://canary.example/v1",
        "http://localhost:1/v1",
        "http://127.0.0.1.canary.example/v1",
        "http://127.1/v1",
        "http://0.0.0.0/v1",
        "http://10.0.0.1/v1",
        "http://[::2]/v1",
        "https://",
        "https://canary@example.com/v1",
        "https://u:canary@example.com/v1",
        "https://example.com/v1?canary",
        "https://example.com/v1#canary",
        "https://example.com:0/v1",
        "https://example.com:65536/v1",
        "https://example.com:canary/v1",
        "https://example.com/../canary",
        "https://exa mple.com/canary",
        "https://example.com/canary\r\nX: y",
        "https://example.com\\canary",
        "https://example.com/v1/job_status",
    ] {
        let ran = json(&JOB).args(&["--base-url", url]).credentials().run();
        assert_eq!(ran.failure(), ("invalid_input".to_owned(), 2), "{url:?}: {}", ran.err);
    }
}

#[test]
fn environment_has_no_default() {
    let ran = json(&JOB).credentials().run();
    let (kind, error, exit) = ran.failure_in_full();
    assert_eq!((kind.as_str(), exit), ("invalid_input", 2));
    assert!(error["message"].as_str().unwrap().contains("--environment"), "{error}");
}

#[test]
fn keys_that_are_missing_double_or_malformed() {
    let good = Temp::new("usage-key", "canary");
    let empty = Temp::new("usage-empty", "\n");
    let binary = Temp::new("usage-binary", b"canary\xff");
    let lines = Temp::new("usage-lines", "canary\n\n");
    let folder = std::env::temp_dir();
    let file = |path: &str| json(&JOB).args(&["--environment", "sandbox", "--api-key-file", path]);
    let none = || json(&JOB).args(&["--environment", "sandbox"]).env("SMILEID_PARTNER_ID", "023");
    for (run, kind, exit) in [
        (none(), "credentials", 4),
        (none().env("SMILEID_API_KEY", ""), "credentials", 4),
        (none().env("SMILEID_API_KEY_FILE", "no-such-canary"), "credentials", 4),
        (file("no-such-canary").env("SMILEID_PARTNER_ID", "023"), "credentials", 4),
        (file(folder.to_str().unwrap()).env("SMILEID_PARTNER_ID", "023"), "credentials", 4),
        (file(good.text()).credentials(), "invalid_input", 2),
        (none().env("SMILEID_API_KEY_FILE", good.text()).env("SMILEID_API_KEY", "canary"), "invalid_input", 2),
        (file(empty.text()).env("SMILEID_PARTNER_ID", "023"), "invalid_input", 2),
        (file(binary.text()).env("SMILEID_PARTNER_ID", "023"), "invalid_input", 2),
        (file(lines.text()).env("SMILEID_PARTNER_ID", "023"), "invalid_input", 2),
        (file("-").env("SMILEID_PARTNER_ID", "023").input(b""), "invalid_input", 2),
        (none().env("SMILEID_API_KEY", "canary\r"), "invalid_input", 2),
        (file(good.text()), "invalid_input", 2),
    ] {
        let ran = run.run();
        assert_eq!(ran.failure(), (kind.to_owned(), exit), "{}", ran.err);
    }
}

#[test]
fn help_and_version_succeed() {
    for arguments in
        [&["--help"][..], &["-h"], &["--version"], &["status", "--help"], &["sandbox", "-h"], &["help", "wait"]]
    {
        let ran = Run::new(arguments).run();
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
        assert!(ran.out.contains("smileid") && !ran.out.contains('\x1b'), "{}", ran.out);
    }
}

#[test]
fn in_text_a_mistake_is_one_line_that_says_what_to_do() {
    for (arguments, expected) in [
        (&["stat"][..], "a similar subcommand exists: 'status'"),
        (&["status", "--user", "canary"], "unexpected argument '--user' found"),
        (&["status", "--api-key", "canary"], "--api-key-file"),
        (&["parse", "-", "--level", "canary"], "strict, documented, lax"),
        (&["status", "--user-id", "canary"], "--job-id"),
        (&["wait", "--interval", "1ms"], "250ms"),
    ] {
        let ran = Run::new(arguments).run();
        assert_eq!((ran.code, ran.out.as_str(), ran.err.lines().count()), (2, "", 1), "{}", ran.err);
        assert!(ran.err.starts_with("smileid: invalid_input: ") && ran.err.contains(expected), "{}", ran.err);
        assert!(!ran.err.contains("canary"), "{}", ran.err);
    }
}

#[cfg(unix)]
#[test]
fn unwritable_standard_output_is_reported_but_not_a_closed_one() {
    use std::process::{Command, Stdio};
    let shell = |redirected: &str| {
        let line = format!("{} codes {redirected}", env!("CARGO_BIN_EXE_smileid"));
        Command::new("sh").args(["-c", &line]).stdin(Stdio::null()).output().unwrap()
    };
    let closed = shell("| head -c 1");
    assert_eq!((closed.status.code(), closed.stderr.len()), (Some(0), 0));
    if std::path::Path::new("/dev/full").exists() {
        let full = shell("> /dev/full");
        assert_eq!(full.status.code(), Some(1));
        assert!(String::from_utf8(full.stderr).unwrap().starts_with("smileid: internal: standard output"));
    }
}
