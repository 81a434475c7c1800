//! What operators type wrongly: each command line ends with its exit and one line that says what is wrong and repeats no value.

use tempfile::TempDir;

use crate::common::Run;

/// A complete `status`, so that only what a row adds is wrong.
const STATUS: &str = "status --user-id canary --job-id canary --base-url http://127.0.0.1:1/v1";

/// What is typed, its exit, and what the one line has to say. `&` is [`STATUS`], and `$` a folder. As in a shell, variables come first.
const MISTAKES: &str = include_str!("mistakes.txt");

/// How the table writes characters that would end a word or a line of it.
const SIGNS: [(&str, &str); 4] = [("␠", " "), ("␊", "\n"), ("␍", "\r"), ("␡", "\u{7f}")];

/// The folder `$`.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let profiles = "[default]\npartner_id = \"023\"\n[live]\nenvironment = \"production\"\n";
    for (name, content) in [
        ("binary", &b"canary\x00\xff"[..]),
        ("lines", b"canary\n\n"),
        ("empty", b""),
        ("key", b"canary"),
        ("endless", "\n".repeat((1 << 20) + 1).as_bytes()),
        ("scenario.toml", b"seed = 1\ncanary = 2\n"),
        ("profiles.toml", profiles.as_bytes()),
        ("odd.toml", b"[default]\n[odd]\n\nenviroment = \"canary\"\n"),
        ("unquoted.toml", b"[default]\npartner_id = 023\n"),
        ("key.toml", b"[default]\napi_key = \"canary\"\n"),
        ("places.toml", b"[default]\nenvironment = \"Production\"\nbase_url = \"http://127.0.0.1:1/v1\"\n"),
        ("bare.toml", b"partner_id = \"canary\"\n"),
    ] {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

/// The command of a row of the table. A key from elsewhere would be a second one beside a file's.
fn command(line: &str, folder: &str) -> Run {
    let whole = line.replacen('&', STATUS, 1).replace('$', folder);
    let word = |word: &str| SIGNS.iter().fold(word.to_owned(), |word, (sign, is)| word.replace(sign, is));
    let words: Vec<String> = whole.split_whitespace().map(word).collect();
    let (variables, arguments) = words.split_at(words.iter().take_while(|word| word.starts_with("SMILEID_")).count());
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut run = Run::new(&arguments).env("SMILEID_PARTNER_ID", "023");
    if !whole.contains("--api-key-file") && !whole.contains("API_KEY_FILE=") {
        run = run.env("SMILEID_API_KEY", "canary-canary-canary");
    }
    variables.iter().fold(run, |run, variable| {
        let (name, value) = variable.split_once('=').unwrap();
        run.env(name, value)
    })
}

#[test]
fn each_mistake_has_its_exit_and_one_line_on_what_to_type() {
    let folder = folder();
    let folder = folder.path().to_str().unwrap();
    let rows: Vec<&str> = MISTAKES.lines().filter(|row| !row.starts_with('#')).collect();
    assert!(rows.len() >= 180);
    for row in rows {
        let [line, exit, words] = row.split(" | ").collect::<Vec<_>>()[..] else { panic!("{row}") };
        let exit: i32 = exit.parse().unwrap();
        let ran = command(line, folder).run();
        assert_eq!((ran.code, ran.err.lines().count()), (exit, 1), "{line}: {}", ran.err);
        assert!(ran.err.starts_with("smileid: ") && ran.err.contains(words), "{line}: {}", ran.err);
        let json = command(line, folder).args(&["--output", "json"]).run();
        let error: serde_json::Value = serde_json::from_str(&json.err).unwrap();
        let kind = if exit == 4 { "credentials" } else { "invalid_input" };
        assert_eq!((json.code, error["error"]["kind"].as_str()), (exit, Some(kind)), "{line}: {}", json.err);
        for said in [ran.out, ran.err, json.out, json.err] {
            assert!(!said.contains("canary") && !said.contains('\x1b'), "{line}: {said}");
        }
    }
    let long = "x".repeat(1025);
    let ran = Run::new(&["status", "--user-id", &long, "--job-id", "j", "--output", "json"]).run();
    assert_eq!(ran.failure(), ("invalid_input".to_owned(), 2));
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
