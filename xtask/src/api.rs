//! `cargo xtask api`: the public API of every published library as a list in `docs/api/`, so that a change of it is seen in review.

use std::fs;
use std::path::Path;

use crate::report::{Report, Step, Stop};
use crate::workspace::{self, Package};
use crate::{shell, tools};

const FOLDER: &str = "docs/api";

pub(crate) fn run(rest: &[String], report: &mut Report) -> Result<(), String> {
    let bless = match rest {
        [] => false,
        [bless] if bless == "--bless" => true,
        _ => return Err("`api` takes --bless, to write the lists anew, or nothing".to_owned()),
    };
    let root = workspace::root();
    report.step("public API", || lists(&root, bless));
    Ok(())
}

/// Compares each list with the one that is committed, or writes it.
pub(crate) fn lists(root: &Path, bless: bool) -> Step {
    tools::toolchain(tools::NIGHTLY)?;
    tools::installed(root, "cargo-public-api", &["public-api", "--version"])?;
    let compiler =
        shell::capture(std::process::Command::new("rustup").args(["run", tools::NIGHTLY, "rustc", "--version"]));
    let head = format!("# {}", compiler.unwrap_or_default());
    let failed = |error: std::io::Error| Stop::Failed(format!("{FOLDER}: {error}"));
    fs::create_dir_all(root.join(FOLDER)).map_err(failed)?;
    let (mut changed, mut items) = (Vec::new(), 0);
    for package in workspace::packages(root)?.iter().filter(|package| is_library(root, package)) {
        let list = list(root, package)?;
        items += list.lines().count();
        let path = root.join(FOLDER).join(format!("{}.txt", package.name));
        let committed = fs::read_to_string(&path).unwrap_or_default();
        let (old_head, old_list) = committed.split_once('\n').unwrap_or_default();
        if bless {
            fs::write(&path, format!("{}\n{list}", head.trim())).map_err(failed)?;
        } else if old_list != list {
            show(&package.name, old_list, &list);
            // Another compiler spells some items in other words.
            if old_head == head.trim() {
                changed.push(package.name.clone());
            }
        }
    }
    if changed.is_empty() {
        return Ok(format!("{items} items"));
    }
    let changed = changed.join(", ");
    Err(Stop::Failed(format!("changed: {changed}; where it is meant, run `cargo xtask api --bless` and commit")))
}

fn is_library(root: &Path, package: &Package) -> bool {
    package.folder.starts_with("crates/") && root.join(&package.folder).join("src/lib.rs").is_file()
}

/// Without the traits that every type has and those that derive gives.
fn list(root: &Path, package: &Package) -> Result<String, Stop> {
    let fixed = ["public-api", "--all-features", "-sss", "--package", &package.name];
    shell::capture(&mut shell::cargo_of(tools::NIGHTLY, root, &fixed))
        .map_err(|said| Stop::Skipped(format!("cargo-public-api does not get on with this nightly: {}", last(&said))))
}

fn last(said: &str) -> &str {
    said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default()
}

/// Prints what went and what came.
fn show(name: &str, old: &str, new: &str) {
    println!("{name}:");
    for gone in old.lines().filter(|line| !new.lines().any(|other| other == *line)) {
        println!("- {gone}");
    }
    for come in new.lines().filter(|line| !old.lines().any(|other| other == *line)) {
        println!("+ {come}");
    }
}
