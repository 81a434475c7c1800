//! Gets the official clients and what checks the sandbox from their registries, each into a scratch place of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::report::Stop;
use crate::shell;

/// The system's Python.
pub(super) const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };

/// A Python of its own with one package in it; the path of its interpreter's folder.
pub(crate) fn python(place: &Path, name: &str, package: &str) -> Result<PathBuf, Stop> {
    let home = place.join(name);
    let programs = home.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let done = home.join("installed");
    if done.is_file() {
        return Ok(programs);
    }
    let mut make = Command::new(PYTHON);
    shell::run(make.args(["-m", "venv"]).arg(&home)).map_err(|_| missing("python3 with venv"))?;
    let mut install = Command::new(programs.join("python"));
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]);
    shell::run(&mut install).map_err(|_| missing(package))?;
    mark(&done)?;
    Ok(programs)
}

/// A folder with one package of npm's in it.
pub(crate) fn node(place: &Path, name: &str, package: &str) -> Result<PathBuf, Stop> {
    shell::capture(Command::new("node").arg("--version")).map_err(|_| missing("node"))?;
    let home = place.join(name);
    let done = home.join("installed");
    if done.is_file() {
        return Ok(home);
    }
    std::fs::create_dir_all(&home).map_err(|error| Stop::Failed(format!("{}: {error}", home.display())))?;
    let mut install = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    install
        .current_dir(&home)
        .args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", "."])
        .arg(package);
    shell::run(&mut install).map_err(|_| missing(package))?;
    mark(&done)?;
    Ok(home)
}

/// Chromium and its driver, from the system's packages where this user may install them.
pub(super) fn chromium() -> Result<(), Stop> {
    let there = |name: &str| shell::capture(Command::new(name).arg("--version")).is_ok();
    let has_browser = || ["chromium", "google-chrome", "chrome"].into_iter().any(there);
    if has_browser() && there("chromedriver") {
        return Ok(());
    }
    let is_root = shell::capture(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if is_root {
        let mut list = Command::new("apt-get");
        let mut install = Command::new("apt-get");
        install.args(["install", "--yes", "--quiet=2", "--no-install-recommends", "chromium", "chromium-driver"]);
        install.env("DEBIAN_FRONTEND", "noninteractive");
        // Whatever fails of these is told by the browser's absence.
        let _installed = shell::run(list.args(["update", "--quiet=2"])).and_then(|_| shell::run(&mut install));
    }
    if has_browser() && there("chromedriver") { Ok(()) } else { Err(missing("chromium with chromedriver")) }
}

/// Notes that an installation came to its end, so that one that was broken off is made again.
fn mark(done: &Path) -> Result<(), Stop> {
    std::fs::write(done, "").map_err(|error| Stop::Failed(format!("{}: {error}", done.display())))
}

fn missing(what: &str) -> Stop {
    Stop::Skipped(format!("{what} cannot be had here"))
}
