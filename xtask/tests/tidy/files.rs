//! Rules about files as such: head lines, lengths, the fuzz targets' corpora, and words that belong to one machine.

use std::collections::BTreeSet;
use std::process::Command;

use super::{File, made_up, none, repository};

/// A longer file has more than one reason to change.
const MAX_LINES: usize = 400;

/// The one file with a test that is run only by hand, since it asks the service with a person's key: one test, with its reason.
const LIVE: &str = "tests/v3/live.rs";

/// Parts of paths and of names that no file contains, put together here so that this file passes.
const UNWANTED: [&str; 9] = [
    concat!("/", "work/"),
    concat!("/", "root/"),
    concat!("/", "farm/"),
    concat!("/", "home/"),
    concat!("/", "tmp/"),
    concat!(".", "library"),
    concat!("sub", "agent"),
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
];

#[test]
fn every_source_says_what_it_is_and_is_short() {
    none(&sources(&repository()));
    let long = format!("//! A.\n{}", "\n".repeat(MAX_LINES));
    for wrong in ["", "//!\n", "// A.\n", "\n//! A.\n", "fn a() {}\n", "//! A.\n#[ignore]\n", &long] {
        assert_eq!(sources(&made_up(&[("a.rs", wrong)])).len(), 1, "{wrong:?}");
    }
    none(&sources(&made_up(&[("a.rs", "//! A.\n"), ("a.txt", &long)])));
    none(&sources(&made_up(&[(LIVE, "//! A.\n#[ignore = \"why\"]\n")])));
    for wrong in ["//! A.\n#[ignore]\n", "//! A.\n#[ignore = \"why\"]\n#[ignore = \"why\"]\n"] {
        assert_eq!(sources(&made_up(&[(LIVE, wrong)])).len(), 1, "{wrong:?}");
    }
    assert_eq!(sources(&made_up(&[("a.rs", "//! A.\n#[ignore = \"why\"]\n")])).len(), 1);
}

fn sources(files: &[File]) -> Vec<String> {
    let mut findings = Vec::new();
    for File { path, text } in files.iter().filter(|file| file.path.ends_with(".rs")) {
        let head = text.lines().next().and_then(|line| line.strip_prefix("//!"));
        if head.is_none_or(|text| text.trim().is_empty()) {
            findings.push(format!("{path}: the first line is not a `//!` line that says what the file is"));
        }
        let ignored = text.lines().filter(|line| line.trim_start().starts_with("#[ignore")).count();
        let reasons = text.lines().filter(|line| line.trim_start().starts_with("#[ignore = \"")).count();
        let allowed = usize::from(path == LIVE && reasons == 1);
        if ignored > allowed {
            findings.push(format!("{path}: a test that is switched off"));
        }
        let lines = text.lines().count();
        if lines > MAX_LINES {
            findings.push(format!("{path}: {lines} lines, at most {MAX_LINES}: split it"));
        }
    }
    findings
}

#[test]
fn every_fuzz_target_has_inputs() {
    let files = repository();
    let targets = files.iter().filter_map(|file| file.path.strip_prefix("fuzz/fuzz_targets/")?.strip_suffix(".rs"));
    let bare = targets.filter(|name| !files.iter().any(|file| file.path.starts_with(&format!("fuzz/corpus/{name}/"))));
    none(&bare.map(str::to_owned).collect::<Vec<_>>());
}

#[test]
fn every_test_that_a_check_skips_exists() {
    none(&skipped(&repository()));
    let script = ("ci/a.sh", "known=(\n    --skip a_test\n)\ncargo test -- --skip another");
    none(&skipped(&made_up(&[script, ("a.rs", "fn a_test() {}\nfn another() {}")])));
    for rest in ["fn a_test() {}", "fn a_test() {}\nfn another_one() {}", "fn a_test_more() {}\nfn another() {}"] {
        assert_eq!(skipped(&made_up(&[script, ("a.rs", rest)])).len(), 1, "{rest}");
    }
}

fn skipped(files: &[File]) -> Vec<String> {
    let is_test = |name: &str| files.iter().any(|file| file.text.contains(&format!("fn {name}()")));
    let mut findings = Vec::new();
    for File { path, text } in files.iter().filter(|file| file.path.starts_with("ci/")) {
        let words: Vec<&str> = text.split_whitespace().collect();
        let names = words.windows(2).filter(|pair| pair[0] == "--skip").map(|pair| pair[1]);
        findings.extend(names.filter(|name| !is_test(name)).map(|name| format!("{path}: no test is called {name}")));
    }
    findings
}

#[test]
fn no_file_names_a_place_on_one_machine() {
    none(&words(&repository()));
    for word in UNWANTED {
        assert_eq!(words(&made_up(&[("a.md", &format!("a `{word}b`"))])).len(), 1, "{word}");
    }
    none(&words(&made_up(&[
        ("a.md", &format!("https://a.example{0} src{0}", UNWANTED[0])),
        ("Cargo.lock", UNWANTED[5]),
    ])));
}

fn words(files: &[File]) -> Vec<String> {
    let mut findings = Vec::new();
    for File { path, text } in files.iter().filter(|file| !file.path.ends_with(".lock")) {
        for (line, number) in text.lines().zip(1..) {
            let found = UNWANTED.iter().filter(|word| names(line, word));
            findings.extend(found.map(|word| format!("{path}:{number}: `{word}`")));
        }
    }
    findings
}

/// Whether a line contains the word; a path only from its start, so that a part of a URL or of a longer path passes.
fn names(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        !(word.starts_with('/') && before.is_some_and(|before| before.is_alphanumeric() || ".-_}".contains(before)))
    })
}

/// How many crates core's default features bring at most, build tools included.
const MOST_CRATES: usize = 35;

#[test]
fn core_brings_few_crates_and_a_stack_over_it_brings_no_other() {
    let core = tree("smileid-core");
    assert!(core.len() <= MOST_CRATES, "{} crates: {core:?}", core.len());
    for package in ["smileid-core", "own-stack"] {
        let brought = tree(package);
        let unwanted = ["reqwest", "ureq", "tokio", "hyper", "rustls"].map(|name| brought.contains(name));
        assert_eq!(unwanted, [false; 5], "{package}: {brought:?}");
    }
}

/// The names of the crates that a package brings.
fn tree(package: &str) -> BTreeSet<String> {
    let mut command = Command::new("cargo");
    command.args(["tree", "--locked", "--package", package, "--edges", "normal,build", "--prefix", "none"]);
    let text = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let names: BTreeSet<String> = text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect();
    assert!(names.contains(package), "cargo lists no crates");
    names
}
