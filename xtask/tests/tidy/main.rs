//! The house's rules that neither the compiler nor clippy knows, as tests over the repository's files. `cargo xtask tidy` runs only these.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::std_instead_of_core,
    clippy::std_instead_of_alloc,
    reason = "a test fails by a panic"
)]
#![allow(clippy::case_sensitive_file_extension_comparisons, reason = "the repository's own names are in small letters")]

mod drivers;
mod english;
mod files;
mod modules;
mod paths;

use std::fs;
use std::path::Path;
use std::process::Command;

/// A file that git knows or would add: its path from the root, and its text, which is empty if the file is no text.
struct File {
    path: String,
    text: String,
}

fn repository() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let listed = Command::new("git").current_dir(root).args(["ls-files", "-co", "--exclude-standard", "-z"]).output();
    let listed = String::from_utf8(listed.unwrap().stdout).unwrap();
    let read = |path: &str| Some(File { path: path.to_owned(), text: text(&fs::read(root.join(path)).ok()?) });
    let files: Vec<File> = listed.split_terminator('\0').filter_map(read).collect();
    assert!(files.iter().any(|file| file.path == "Cargo.toml"), "git lists no files");
    files
}

fn text(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).unwrap_or_default().to_owned()
}

/// Files made up for a test of a rule.
fn made_up(files: &[(&str, &str)]) -> Vec<File> {
    files.iter().map(|&(path, text)| File { path: path.to_owned(), text: text.to_owned() }).collect()
}

/// Fails with one line for each finding.
#[track_caller]
fn none(findings: &[String]) {
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}
