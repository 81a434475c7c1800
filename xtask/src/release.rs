//! `cargo xtask release --dry-run`: every published crate packaged, and the packages tested as their users get them. It publishes nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::report::{Report, Step, Stop};
use crate::workspace::{self, Package};
use crate::{gates, shell};

/// Where the packages are unpacked and tested, as a workspace of their own.
const UNPACKED: &str = "target/release-check";

/// What every package must hold besides its sources.
const IN_EVERY_PACKAGE: [&str; 3] = ["LICENSE-APACHE", "LICENSE-MIT", "README.md"];

pub(crate) fn run(rest: &[String], report: &mut Report) -> Result<(), String> {
    match rest {
        [dry_run] if dry_run == "--dry-run" => {}
        _ => return Err("`release` takes --dry-run and nothing else: publishing is the release workflow's".to_owned()),
    }
    let root = workspace::root();
    report.step("release: clean tree", || clean(&root));
    report.step("release: documented", || documented(&root));
    report.step("release: schemas", || frozen(&root));
    report.step("release: packages", || package(&root));
    report.step("release: licences and READMEs", || whole(&root));
    report.step("release: the packages' own tests", || tested(&root));
    Ok(())
}

/// A package is made of what is committed: anything else would not be what its tag says.
fn clean(root: &Path) -> Step {
    let status = shell::capture(Command::new("git").current_dir(root).args(["status", "--porcelain"]));
    match status.map_err(Stop::Failed)?.lines().count() {
        0 => Ok(String::new()),
        changed => Err(Stop::Failed(format!("{changed} files are changed or not tracked: commit or remove them"))),
    }
}

/// What is published is what later versions are held to: `docs/schema/frozen` holds the schemas as they are released.
fn frozen(root: &Path) -> Step {
    let folder = root.join("docs/schema");
    let failed = |error: std::io::Error| Stop::Failed(format!("docs/schema: {error}"));
    let mut number = 0;
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        if !name.to_string_lossy().ends_with(".schema.json") {
            continue;
        }
        let published = fs::read(folder.join(&name)).map_err(failed)?;
        if fs::read(folder.join("frozen").join(&name)).ok() != Some(published) {
            let name = name.to_string_lossy();
            return Err(Stop::Failed(format!(
                "docs/schema/frozen/{name} is not what is released: copy docs/schema/{name} there"
            )));
        }
        number += 1;
    }
    Ok(format!("{number} schemas"))
}

fn documented(root: &Path) -> Step {
    let mut command = shell::cargo(root, &["doc", "--all-features", "--no-deps", "--locked"]);
    for package in published(root)? {
        command.args(["--package", &package.name]);
    }
    shell::run(command.env("RUSTDOCFLAGS", "-D warnings -D missing_docs"))
}

/// Packages and builds each crate against the packages of the others.
fn package(root: &Path) -> Step {
    let mut command = shell::cargo(root, &["package", "--locked"]);
    for package in published(root)? {
        command.args(["--package", &package.name]);
    }
    shell::run(&mut command)
}

fn whole(root: &Path) -> Step {
    let mut missing = Vec::new();
    for package in published(root)? {
        let folder = packaged(root, &package)?;
        let absent = IN_EVERY_PACKAGE.into_iter().filter(|name| !folder.join(name).is_file());
        missing.extend(absent.map(|name| format!("{}: {name}", package.name)));
    }
    if missing.is_empty() { Ok(String::new()) } else { Err(Stop::Failed(format!("missing: {}", missing.join(", ")))) }
}

/// The unpacked packages as one workspace: their tests see what a user gets, and nothing else of the repository.
fn tested(root: &Path) -> Step {
    let failed = |error: std::io::Error| Stop::Failed(format!("{UNPACKED}: {error}"));
    let workspace = root.join(UNPACKED);
    if workspace.is_dir() {
        fs::remove_dir_all(&workspace).map_err(failed)?;
    }
    fs::create_dir_all(&workspace).map_err(failed)?;
    let mut manifest = String::from(
        "[workspace]\nresolver = \"3\"\nmembers = [\"*-*\"]\nexclude = [\"target\"]\n\n[patch.crates-io]\n",
    );
    let packages = published(root)?;
    for package in &packages {
        let folder = packaged(root, package)?;
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        gates::copy_folder(&folder, &workspace.join(&name)).map_err(failed)?;
        manifest += &[package.name.as_str(), " = { path = \"", &name, "\" }\n"].concat();
    }
    fs::write(workspace.join("Cargo.toml"), manifest).map_err(failed)?;
    fs::copy(root.join("Cargo.lock"), workspace.join("Cargo.lock")).map_err(failed)?;
    let mut command = shell::cargo(&workspace, &["test", "--workspace", "--all-features", "--no-fail-fast"]);
    shell::run(command.arg("--target-dir").arg(root.join("target/release-check-build")))?;
    Ok(format!("{} packages", packages.len()))
}

fn published(root: &Path) -> Result<Vec<Package>, Stop> {
    Ok(workspace::packages(root)?.into_iter().filter(|package| package.folder.starts_with("crates/")).collect())
}

/// Where `cargo package` unpacked the package to build it.
fn packaged(root: &Path, package: &Package) -> Result<std::path::PathBuf, Stop> {
    let folder = root.join(format!("target/package/{}-{}", package.name, package.version));
    if folder.is_dir() { Ok(folder) } else { Err(Stop::Failed(format!("{} was not packaged", package.name))) }
}
