//! What operators type wrongly: each command line ends with its exit and one line that says what is wrong and repeats no value.

use std::path::PathBuf;

use crate::common::Run;

/// A complete `status`, so that only what a row adds is wrong.
const STATUS: &str = "status --user-id canary --job-id canary --base-url http://127.0.0.1:1/v1";

/// Words after STATUS where they begin with `&`; the exit; what the one line has to say.
const MISTAKES: &[(&str, i32, &str)] = &[
    // Commands.
    (
        "",
        2,
        "'smileid' requires a subcommand but one was not provided [subcommands: demo, status, wait, images, jobs, v3, sign, verify, parse, codes, sandbox, doctor, completions, man, help]",
    ),
    ("sttus", 2, "unrecognized subcommand '…'; tip: a similar subcommand exists: 'status'"),
    ("Status", 2, "unrecognized subcommand '…'; tip: a similar subcommand exists: 'status'"),
    ("statuss --user-id canary", 2, "unrecognized subcommand '…'; tip: a similar subcommand exists: 'status'"),
    ("verfy canary", 2, "unrecognized subcommand '…'; tip: a similar subcommand exists: 'verify'"),
    ("version", 2, "unrecognized subcommand '…'; tip: a similar subcommand exists: 'verify'"),
    ("canary", 2, "unrecognized subcommand '…'"),
    ("codse 2302", 2, "unrecognized subcommand '…'; tip: a similar subcommand exists: 'codes'"),
    ("help staus", 2, "unrecognized subcommand '…'"),
    ("help canary", 2, "unrecognized subcommand '…'"),
    ("help status wait", 2, "unrecognized subcommand '…'"),
    ("man stauts", 2, "<COMMAND>: no such command"),
    ("completions", 2, "the following required arguments were not provided: <SHELL>"),
    ("completions sh", 2, "invalid value '…' for '<SHELL>' [possible values: bash, elvish, fish, powershell, zsh]"),
    (
        "completions powershel",
        2,
        "invalid value '…' for '<SHELL>' [possible values: bash, elvish, fish, powershell, zsh]; tip: a similar value exists: 'powershell'",
    ),
    ("demo canary", 2, "unexpected argument '…' found"),
    // Flags.
    ("--versoin", 2, "unexpected argument '--versoin' found; tip: a similar argument exists: '--version'"),
    ("-v", 2, "unexpected argument '-v' found"),
    ("-canary", 2, "unexpected argument '-c' found"),
    ("--user-id canary status", 2, "unexpected argument '--user-id' found; tip: 'status --user-id' exists"),
    ("--base-url=canary doctor", 2, "unexpected argument '--base-url' found; tip: 'doctor --base-url' exists"),
    ("status canary canary", 2, "unexpected argument '…' found"),
    ("status --userid canary", 2, "unexpected argument '--userid' found; tip: a similar argument exists: '--user-id'"),
    (
        "status --user_id canary",
        2,
        "unexpected argument '--user_id' found; tip: a similar argument exists: '--user-id'",
    ),
    (
        "status --user-id canary --jobid canary",
        2,
        "unexpected argument '--jobid' found; tip: a similar argument exists: '--job-id'",
    ),
    ("status --user-id", 2, "a value is required for '--user-id <ID>' but none was supplied"),
    (
        "status --user-id --job-id canary",
        2,
        "--user-id <ID> needs a value (one that is spelt like a flag is given with --user-id=)",
    ),
    ("status --user-id --history --job-id canary", 2, "--user-id <ID> needs a value"),
    ("status --job-id canary --user-id --output=text", 2, "--user-id <ID> needs a value"),
    ("status --user-id canary --job-id --help", 2, "--job-id <ID> needs a value"),
    ("wait --user-id canary --job-id canary --interval --deadline 1m", 2, "--interval <TIME> needs a value"),
    ("doctor --partner-id --online", 2, "--partner-id <ID> needs a value"),
    ("sign --timestamp --partner-id 1", 2, "--timestamp <TIMESTAMP> needs a value"),
    ("verify -x", 2, "./-x"),
    ("verify -reply.json --partner-id 1", 2, "unexpected argument '-r' found; a file of that name is ./-reply.json"),
    ("parse -x", 2, "./-x"),
    ("codes -x", 2, "unexpected argument '-x' found"),
    ("status --job-id canary", 2, "the following required arguments were not provided: --user-id <ID>"),
    ("status --canary-7f3a-canary", 2, "unexpected argument '…' found"),
    ("& --job-id canary", 2, "the argument '--job-id <ID>' cannot be used multiple times"),
    ("& --history=canary", 2, "unexpected value '…' for '--history' found; no more were expected"),
    ("& --env sandbox", 2, "unexpected argument '--env' found; tip: a similar argument exists: '--environment'"),
    ("& --interval 2s", 2, "unexpected argument '--interval' found"),
    ("verify -- canary --at canary", 2, "unexpected argument '--at' found"),
    ("& --json", 2, "unexpected argument '--json' found; type --output json"),
    ("& --watch", 2, "type smileid wait"),
    ("& --sandbox", 2, "type --environment sandbox"),
    ("parse canary --strict", 2, "type --level strict"),
    ("sandbox --port 8080", 2, "type --listen 127.0.0.1:PORT"),
    (
        "completions --shell bash",
        2,
        "unexpected argument '--shell' found; tip: a similar argument exists: '--help'; type smileid completions SHELL",
    ),
    ("images --hosts canary", 2, "unexpected argument '--hosts' found"),
    ("images --user-id canary --job-id canary", 2, "the following required arguments were not provided: --out <DIR>"),
    ("images --max-bytes canary", 2, "10485760 for 10 MiB"),
    ("images --max-bytes -1", 2, "10485760 for 10 MiB"),
    ("doctor --onlin", 2, "unexpected argument '--onlin' found; tip: a similar argument exists: '--online'"),
    ("& --api-key canary", 2, "a key is never an argument"),
    ("& --key=canary", 2, "give --api-key-file PATH"),
    // Values.
    (
        "& --output jsn",
        2,
        "invalid value '…' for '--output <FORMAT>' [possible values: text, json]; tip: a similar value exists: 'json'",
    ),
    ("& --output canary", 2, "invalid value '…' for '--output <FORMAT>' [possible values: text, json]"),
    (
        "& --output",
        2,
        "a value is required for '--output <FORMAT>' but none was supplied [possible values: text, json]",
    ),
    (
        "& --environment sandbx",
        2,
        "invalid value '…' for '--environment <NAME>' [possible values: sandbox, production]; tip: a similar value exists: 'sandbox'",
    ),
    ("& --environment Sandbox", 2, "--environment and --base-url name two different places"),
    ("& --environment production", 2, "give only one of them"),
    (
        "& --environment prod",
        2,
        "invalid value '…' for '--environment <NAME>' [possible values: sandbox, production]; tip: a similar value exists: 'production'",
    ),
    (
        "& --environment canary",
        2,
        "invalid value '…' for '--environment <NAME>' [possible values: sandbox, production]",
    ),
    (
        "& --scheme sec_key",
        2,
        "invalid value '…' for '--scheme <SCHEME>' [possible values: hmac, sec-key]; tip: a similar value exists: 'sec-key'",
    ),
    ("& --timeout canary", 2, "write 500ms, 30s, 2m or 1h"),
    ("& --timeout -1", 2, "write 500ms, 30s, 2m or 1h"),
    ("& --timeout 0", 2, "more than zero"),
    ("& --max-age 2w", 2, "write 500ms, 30s, 2m or 1h"),
    (
        "& --max-age 366d",
        2,
        "invalid value '…' for '--max-age <TIME>': is longer than a year, the longest time that is accepted: write at most 365d",
    ),
    ("verify - --max-age 9999d", 2, "at most 365d"),
    ("& --not-found canary", 2, "invalid value '…' for '--not-found <WORD>' [possible values: pending, end]"),
    ("wait --user-id canary --job-id canary --interval 100ms", 2, "shorter than 250ms"),
    ("parse - --level loose", 2, "strict, documented, lax"),
    ("parse - --duplicate-keys last", 2, "refuse, keep-first"),
    ("sign --timestamp canary", 2, "RFC 3339 (2026-10-04T12:00:00.000Z)"),
    ("verify - --at canary", 2, "13 digits (ms)"),
    ("& --partner-id=", 2, "with its leading zeros"),
    ("& --partner-id canaryé", 2, "as the Smile ID portal shows it"),
    ("sandbox --listen 8080", 2, "127.0.0.1:0 for any free port"),
    ("sandbox --listen localhost:8080", 2, "127.0.0.1:8080"),
    ("sandbox --listen 0.0.0.0:0", 2, "--allow-remote"),
    ("sandbox --scheme sec-key", 2, "needs --api-key-out PATH"),
    ("sandbox --ca-out canary", 2, "goes with --tls"),
    ("sandbox --callback-url https://canary.example", 2, "http://127.0.0.1:PORT/path"),
    ("codes canary", 2, "see smileid codes"),
    // Links.
    ("doctor --base-url canary.example", 2, "does not begin with https://"),
    ("doctor --base-url http://canary.example/v1", 2, "use https"),
    ("doctor --base-url https://canary.example/v1/job_status", 2, "leave it off"),
    ("doctor --base-url https://u:canary@x.example/v1", 2, "never part of the URL"),
    ("& --proxy canary:3128", 2, "write http://host:port"),
    ("& --proxy socks5://canary:1080", 2, "write http://host:port"),
    ("& --proxy http://canary:99999", 2, "from 1 to 65535"),
    // Files: $ is a folder, and what is in it.
    ("verify $/none.json", 2, "there is no such file): give the path of a file, or - for standard input"),
    ("parse $", 2, "it is a folder"),
    ("verify - --api-key-file -", 2, "give one of them as a file"),
    ("verify - --previous-api-key-file -", 2, "give one of them as a file"),
    ("& --ca-file $/none.pem", 2, "give --ca-file the path of a PEM file"),
    ("& --ca-file $/binary", 2, "BEGIN CERTIFICATE"),
    ("& --api-key-file $/canary", 4, "--api-key-file takes a path, not the key"),
    ("& --api-key-file $", 4, "it is a folder"),
    ("& --api-key-file $/binary", 2, "a file with only the key"),
    ("& --api-key-file $/lines", 2, "the key alone, without a line end"),
    ("& --api-key-file $/empty", 2, "copy it from the Smile ID portal"),
    ("& --previous-api-key-file $/canary", 4, "takes a path, not the key"),
    ("sandbox --scenario $/none.toml", 2, "give --scenario the path of a file"),
    ("sandbox --scenario $/scenario.toml", 2, "line 2"),
    ("sandbox --api-key-out $/none/key", 2, "there is no such folder"),
    // Profiles.
    ("& --profile-file $/none.toml", 2, "give another with --profile-file PATH"),
    ("& --profile-file $/binary", 2, "it is not UTF-8 text"),
    ("& --profile-file $/endless", 2, "file too large"),
    ("& --profile-file $/profiles.toml --profile canary", 2, "no such profile; it has: default, live"),
    ("& --profile-file $/odd.toml", 2, "line 4: unknown field, expected one of partner_id, api_key_file,"),
    ("& --profile-file $/unquoted.toml", 2, "line 2: partner_id: not text in quotes: write name"),
    ("& --profile-file $/key.toml", 2, "line 2: a key does not belong here"),
    ("doctor --profile-file $/places.toml", 2, "line 3: environment and base_url name two different places"),
    ("& --profile-file $/bare.toml", 2, "write [default] on a line above it"),
    ("& --profile canary", 2, "give --profile-file PATH"),
];

/// Variables that are wrong, before the same `status` less its base URL.
const VARIABLES: &[(&str, &str, i32, &str)] = &[
    ("SMILEID_ENVIRONMENT", "prod", 2, "SMILEID_ENVIRONMENT: expected sandbox or production"),
    ("SMILEID_ENVIRONMENT", "canary", 2, "SMILEID_ENVIRONMENT: expected sandbox or production"),
    ("SMILEID_ENVIRONMENT", "", 2, "give --environment sandbox or production"),
    ("SMILEID_BASE_URL", "http://canary.example", 2, "use https"),
    ("SMILEID_API_KEY_FILE", "canary", 2, "keep one of them"),
    ("SMILEID_PROFILE", "canary", 2, "--profile-file PATH"),
    ("SMILEID_PROFILE_FILE", "no-such-file", 2, "give another with --profile-file PATH"),
    ("SMILEID_PARTNER_ID", "", 2, "--partner-id or SMILEID_PARTNER_ID"),
    ("SMILEID_PARTNER_ID", "canary 1", 2, "as the Smile ID portal shows it"),
    ("SMILEID_API_KEY", "", 4, "give --api-key-file PATH"),
    ("SMILEID_API_KEY", "canary\n", 2, "the key alone"),
];

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("smileid-cli-mistakes-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        let profiles = "[default]\npartner_id = \"023\"\n[live]\nenvironment = \"production\"\n";
        for (name, content) in [
            ("binary", &b"canary\x00\xff"[..]),
            ("lines", b"canary\n\n"),
            ("empty", b""),
            ("endless", "\n".repeat((1 << 20) + 1).as_bytes()),
            ("scenario.toml", b"seed = 1\ncanary = 2\n"),
            ("profiles.toml", profiles.as_bytes()),
            ("odd.toml", b"[default]\n[odd]\n\nenviroment = \"canary\"\n"),
            ("unquoted.toml", b"[default]\npartner_id = 023\n"),
            ("key.toml", b"[default]\napi_key = \"canary\"\n"),
            ("places.toml", b"[default]\nenvironment = \"Production\"\nbase_url = \"http://127.0.0.1:1/v1\"\n"),
            ("bare.toml", b"partner_id = \"canary\"\n"),
        ] {
            std::fs::write(path.join(name), content).unwrap();
        }
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}

#[track_caller]
fn check(run: Run, exit: i32, words: &str, what: &str) {
    let ran = run.run();
    assert_eq!((ran.code, ran.err.lines().count()), (exit, 1), "{what}: {}", ran.err);
    assert!(ran.err.contains(words), "{what}: {}", ran.err);
    assert!(!ran.err.contains("canary") && !ran.out.contains("canary"), "{what}: {}", ran.err);
    assert!(ran.err.starts_with("smileid: ") && !ran.err.contains('\x1b'), "{what}: {}", ran.err);
}

#[test]
fn each_mistake_has_its_exit_and_one_line_on_what_to_type() {
    assert!(MISTAKES.len() >= 60);
    let folder = Folder::new();
    let folder = folder.0.to_str().unwrap();
    for (line, exit, words) in MISTAKES {
        let whole = line.replacen('&', STATUS, 1).replace('$', folder);
        let arguments: Vec<&str> = whole.split_whitespace().collect();
        let run = Run::new(&arguments).env("SMILEID_PARTNER_ID", "023");
        // A key from elsewhere would be a second one.
        let run =
            if whole.contains("--api-key-file") { run } else { run.env("SMILEID_API_KEY", "canary-canary-canary") };
        check(run, *exit, words, line);
    }
}

#[test]
fn a_wrong_variable_is_named() {
    for (name, value, exit, words) in VARIABLES {
        let run = Run::new(&["status", "--user-id", "canary", "--job-id", "canary"]);
        let run = if name.contains("PARTNER") || name.contains("API_KEY") {
            run.args(&["--base-url", "http://127.0.0.1:1/v1"])
        } else {
            run
        };
        check(run.credentials().env(name, value), *exit, words, &format!("{name}={value}"));
    }
}

#[test]
fn what_a_user_types_does_not_steer_the_terminal() {
    let path = "no\nsuch\x1b[2J\u{202e}\u{2066}\u{9b}file";
    let other = std::env::temp_dir().join(path);
    for line in [
        &["parse", path][..],
        &["verify", path, "--partner-id", "1"],
        &["status", "--user-id", "u", "--job-id", "j", "--profile-file", path],
        &["status", "--user-id", "u", "--job-id", "j", "--base-url", "http://127.0.0.1:1/v1", "--ca-file", path],
        &["images", "--user-id", "u", "--job-id", "j", "--out", path, "--base-url", "http://127.0.0.1:1/v1"],
        &["sandbox", "--scenario", path],
        &["sandbox", "--api-key-out", other.join("x").to_str().unwrap()],
        &["doctor", "--ca-file", path, "--environment", "sandbox", "--partner-id", "1"],
        &["doctor", "--profile", path],
        &[path],
        &["status", path],
        &["help", path],
        &["codes", path],
        &["--output", path],
    ] {
        for json in [false, true] {
            let run = Run::new(line).env("SMILEID_API_KEY", "canary-canary-canary");
            let ran = if json { run.args(&["--output", "json"]).run() } else { run.run() };
            assert!(ran.code != 0 && !ran.err.is_empty(), "{line:?}: {}", ran.out);
            for said in [&ran.err, &ran.out] {
                let hidden = |c: char| c != '\n' && c.is_control() || ('\u{202a}'..='\u{2069}').contains(&c);
                assert!(!said.chars().any(hidden), "{line:?}: {said:?}");
            }
            assert_eq!(ran.err.lines().count(), 1, "{line:?}: {}", ran.err);
        }
    }
}

#[test]
fn a_mistake_is_reported_as_json_if_json_is_wanted_anywhere() {
    let key = format!("--api-key={}", "canary");
    for line in [
        &["status", "--output", "json"][..],
        &["--output", "json"],
        &["--output=JSON", "sttus"],
        &["status", "--nonsense", "--output", "Json"],
        &["status", "--user-id", "--output", "json"],
        &["verify", "--", "canary", "canary", "--output", "json"],
        &["codes", "--output", "text", "--output", "json"],
        &["status", &key, "--output=json"],
    ] {
        let ran = Run::new(line).run();
        let error: serde_json::Value = serde_json::from_str(&ran.err).unwrap();
        let keys: Vec<&String> = error["error"].as_object().unwrap().keys().collect();
        assert_eq!((ran.code, &*ran.out, ran.err.lines().count()), (2, "", 1), "{line:?}: {}", ran.err);
        assert_eq!((error["error"]["kind"].as_str(), keys.len()), (Some("invalid_input"), 3), "{}", ran.err);
        assert!(!ran.err.contains("canary"), "{}", ran.err);
    }
}
