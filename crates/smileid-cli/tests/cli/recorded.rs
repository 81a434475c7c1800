//! What every command says, recorded: each file under `recorded` is run and must say the same again, in text and in JSON, and the JSON
//! must be of its published schema. `SMILEID_BLESS=1` records anew.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use crate::record::{Recording, Said, schema};

/// As many recordings are run at a time: they wait for processes, and now and then for a clock.
const AT_A_TIME: usize = 4;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn recordings() -> Vec<Recording> {
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recorded"))
        .iter()
        .map(|path| Recording::read(path))
        .collect()
}

#[test]
fn every_command_says_what_is_recorded() {
    let bless = std::env::var_os("SMILEID_BLESS").is_some();
    let recordings = recordings();
    let (next, wrong, said) = (Mutex::new(recordings.iter()), Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                loop {
                    let Some(recording) = next.lock().unwrap().next() else { return };
                    let (now, all) = recording.run();
                    said.lock().unwrap().extend(all);
                    let Some(difference) = recording.difference(&now) else { continue };
                    if bless {
                        std::fs::write(&recording.path, now).unwrap();
                    } else {
                        wrong.lock().unwrap().push(difference);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}\nSMILEID_BLESS=1 records anew", wrong.join("\n"));
    let said = said.into_inner().unwrap();
    failures_stay_failures(&said);
    every_command_is_among(&said);
    what_is_said_is_of_its_schema(&said);
    every_kind_has_its_exit(&said);
    nobody_is_shown(&said);
}

/// What is recorded anew under `failures` is still a failure with nothing on standard output: no forged reply becomes an approval.
fn failures_stay_failures(all: &[Said]) {
    let (mut failures, mut forged) = (0, 0);
    for said in all.iter().filter(|said| said.path.parent().unwrap().ends_with("failures")) {
        let place = said.path.display();
        assert!(said.exit != 0 && said.out.is_empty() && !said.err.is_empty(), "{place}: {} {}", said.exit, said.out);
        failures += 1;
        if said.path.ends_with("forged.txt") {
            assert_eq!(said.exit, 5, "{place}: {}", said.err);
            forged += 1;
        }
    }
    assert!(failures > 100 && forged > 15, "{failures} {forged}");
}

/// The contract's table of kinds and exits. TLS, an interruption and a fault of ours are no recordings: other tests have them.
const EXITS: [(&str, i32); 15] = [
    ("invalid_input", 2),
    ("request", 1),
    ("disabled", 1),
    ("redirected", 1),
    ("credentials", 4),
    ("unproven", 5),
    ("signature", 5),
    ("replay", 5),
    ("mismatch", 5),
    ("transport", 6),
    ("server", 6),
    ("throttled", 7),
    ("deadline", 8),
    ("malformed", 9),
    ("not_found", 10),
];

/// Failures say their kind, in one line, and end with the exit of that kind; each kind is among them, in text and in JSON.
fn every_kind_has_its_exit(all: &[Said]) {
    let mut seen = BTreeSet::new();
    for said in all.iter().filter(|said| !matches!(said.exit, 0 | 3) && !said.err.is_empty()) {
        let json = said.command.contains("--output json");
        let begins = |kind: &str| {
            let head = if json { format!("{{\"error\":{{\"kind\":\"{kind}\",") } else { format!("smileid: {kind}: ") };
            said.err.starts_with(&head)
        };
        let known = EXITS.iter().find(|(kind, _)| begins(kind));
        assert_eq!(known.map(|(_, exit)| *exit), Some(said.exit), "{}: {}", said.command, said.err);
        assert_eq!(said.err.lines().count(), 1, "{}: {}", said.command, said.err);
        seen.extend(known.map(|(kind, _)| (*kind, json)));
    }
    for (kind, _) in EXITS {
        assert!(seen.contains(&(kind, false)) && seen.contains(&(kind, true)), "no recording of {kind}");
    }
}

/// The cases plant this word where people's data, links and texts of a service stand: only the reply of an answer in JSON may hold it.
fn nobody_is_shown(all: &[Said]) {
    for said in all {
        let reply = said.out.starts_with("{\"state\":");
        assert!(reply || !said.out.contains("canary"), "{}: {}", said.command, said.out);
        assert!(!said.err.contains("canary"), "{}: {}", said.command, said.err);
        assert!(!said.out.contains('\x1b') && !said.err.contains('\x1b'), "{}: an escape", said.command);
    }
}

fn what_is_said_is_of_its_schema(all: &[Said]) {
    if !schema::folder().is_dir() {
        return println!("left out: a package of this crate alone has no schemas");
    }
    let judge = schema::Judge::new();
    let mut heard = schema::Words::new();
    for said in all {
        let wrong = judge.of(said, &mut heard);
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
    let silent: Vec<_> = judge.words().into_iter().filter(|word| !heard.contains(word) && !unheard(word)).collect();
    assert!(silent.is_empty(), "words of the schemas that no recording has: {silent:?}");
}

/// What no recording can say: kinds that other tests bring about, the legacy scheme's service, repairs of a level that replies are not
/// read at, sources that no code of that table has, and words of `images`, which its own tests have.
fn unheard((place, word): &(String, String)) -> bool {
    match place.as_str() {
        "error/error/kind" => matches!(word.as_str(), "tls" | "internal" | "cancelled"),
        "answer/proof" | "jobs-row/proof" => word == "sec_key",
        "answer/repairs/kind" => {
            matches!(word.as_str(), "comment" | "lone_surrogate" | "raw_white_space" | "duplicate_key")
        }
        // Two need the signature of a request, or of the old key, and one https. `integer` needs another signature than the fixture's.
        "v3-webhook/reason" => matches!(word.as_str(), "unreadable_time" | "reflected"),
        "v3-webhook/key" => word == "previous",
        "v3-webhook/partner_form" => word == "integer",
        "v3-answer/origin" => matches!(word.as_str(), "channel" | "signed"),
        "v3-answer/status" => word == "not_found",
        "jobs-row/verdict" => word != "approved",
        "jobs-run/ended" => word == "interrupted",
        "codes/codes/source" | "codes/codes/confidence" | "codes/result_codes/source" => true,
        place => place.starts_with("images/"),
    }
}

/// Every command has its recordings: as text, as JSON, and of its help.
fn every_command_is_among(all: &[Said]) {
    let help = crate::common::Run::new(&["--help"]).run().out;
    let list = help.split_once("Commands:\n").unwrap().1.split("\n\n").next().unwrap();
    for command in list.lines().map(|line| line.split_whitespace().next().unwrap()) {
        let of = |json: bool, help: bool| {
            all.iter().filter(move |said| {
                let words: Vec<&str> = said.command.split_whitespace().collect();
                words.get(1) == Some(&command)
                    && said.command.contains("--output json") == json
                    && words.contains(&"--help") == help
            })
        };
        if command == "help" {
            assert!(of(false, false).count() > 0, "no recording of {command}");
            continue;
        }
        for (json, help) in [(false, false), (true, false), (false, true)] {
            assert!(of(json, help).count() > 0, "no recording of {command} (json {json}, help {help})");
        }
    }
}
