//! What a dependency is judged by: licences and sources, unused crates, the oldest versions it claims to take, its API and its
//! stability. Each tool comes from the registry where the machine lacks it.

use std::fs;
use std::path::Path;

use crate::report::{Report, Step, Stop};
use crate::{api, shell, tools, workspace};

/// Where the copy of the tree with the oldest versions is built.
const OLDEST: &str = "target/oldest";

/// One text of cargo-deny's when the list of advisories cannot be fetched, and one of git's.
const NOT_FETCHED: [&str; 3] = ["failed to fetch", "unable to fetch", "Could not resolve host"];

pub(crate) fn steps(root: &Path, report: &mut Report) {
    report.step("deny: licences, sources, bans", || deny(root));
    report.step("deny: advisories", || advisories(root));
    report.step("unused dependencies", || unused(root));
    report.step("oldest versions", || oldest_versions(root));
    report.step("public API", || api::lists(root, false));
    report.step("semver", || semver(root));
}

fn deny(root: &Path) -> Step {
    tools::installed(root, "cargo-deny", &["deny", "--version"])?;
    shell::run(&mut shell::cargo(
        root,
        &["deny", "--all-features", "--offline", "check", "licenses", "sources", "bans"],
    ))
}

/// The list of advisories is a repository of its own, which cannot be had everywhere.
fn advisories(root: &Path) -> Step {
    tools::installed(root, "cargo-deny", &["deny", "--version"])?;
    match shell::capture(&mut shell::cargo(root, &["deny", "--all-features", "check", "advisories"])) {
        Ok(_) => Ok(String::new()),
        Err(said) if NOT_FETCHED.iter().any(|text| said.contains(text)) => {
            Err(Stop::Skipped("the list of advisories cannot be had here".to_owned()))
        }
        Err(said) => Err(Stop::Failed(said)),
    }
}

fn unused(root: &Path) -> Step {
    tools::installed(root, "cargo-machete", &["machete", "--version"])?;
    let mut command = shell::cargo(root, &["machete", "crates", "tests", "xtask", "fuzz", "examples"]);
    // Where it is set, as in whatever `cargo run` starts, cargo-machete takes its own name for a folder.
    shell::run(command.env_remove("CARGO_PKG_NAME"))
}

/// The published crates with the oldest versions that their manifests take, in a copy, so that the lock file stays.
fn oldest_versions(root: &Path) -> Step {
    tools::toolchain(tools::NIGHTLY)?;
    copy_tracked(root, &root.join(OLDEST))?;
    let copy = root.join(OLDEST);
    let resolve = ["update", "-Z", "direct-minimal-versions"];
    shell::run(&mut shell::cargo_of(tools::NIGHTLY, &copy, &resolve))?;
    let mut command = shell::cargo(&copy, &["check", "--locked", "--all-features"]);
    for package in workspace::packages(root)?.iter().filter(|package| package.folder.starts_with("crates/")) {
        command.args(["--package", &package.name]);
    }
    shell::run(command.arg("--target-dir").arg(root.join("target/oldest-build")))
}

/// The API against the latest release's, by the tags of this repository.
fn semver(root: &Path) -> Step {
    let tags = shell::capture(std::process::Command::new("git").current_dir(root).args(["tag", "--list", "v*"]));
    let tags = tags.map_err(|said| Stop::Skipped(format!("git does not list the tags: {said}")))?;
    let Some(latest) = tags.lines().last() else {
        return Err(Stop::Skipped("there is no release to compare with yet".to_owned()));
    };
    tools::installed(root, "cargo-semver-checks", &["semver-checks", "--version"])?;
    shell::run(&mut shell::cargo(root, &["semver-checks", "--workspace", "--all-features", "--baseline-rev", latest]))
}

/// Copies every file that git tracks.
pub(crate) fn copy_tracked(root: &Path, to: &Path) -> Result<(), Stop> {
    let failed = |error: &dyn core::fmt::Display| Stop::Failed(format!("copying the tree: {error}"));
    let listed = shell::capture(std::process::Command::new("git").current_dir(root).args(["ls-files"]));
    for path in listed.map_err(|said| failed(&said))?.lines() {
        let (from, to) = (root.join(path), to.join(path));
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).map_err(|e| failed(&e))?;
        }
        // A file that was removed and not yet committed is left out.
        if from.is_file() {
            fs::copy(&from, &to).map_err(|e| failed(&e))?;
        }
    }
    Ok(())
}

/// Copies a folder and all that is in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
