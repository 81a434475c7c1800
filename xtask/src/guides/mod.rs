//! `cargo xtask guides`: the pages of documentation, followed literally. What is typed on them is typed, and must come to what is shown.
//!
//! Two notes on a page, as comments above a block, are for this: `not run: REASON`, and `run: COMMAND`, which is typed and not shown.
//! `guide: NAME` marks the steps of the first call, which `first_call.rs` takes from an empty folder to a verified answer.

mod address;
mod blocks;
mod first_call;
mod pages;
mod served;
mod terminal;

use core::time::Duration;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) use self::served::Served;
use crate::report::{Report, Step, Stop};
use crate::{shell, workspace};

/// How long anything may take that builds.
const LONG: Duration = Duration::from_secs(15 * 60);

pub(crate) fn run(rest: &[String], report: &mut Report) -> Result<(), String> {
    let root = workspace::root();
    match rest {
        [] => {
            report.step("guides", || quick(&root));
            report.step("guides: first call", || first_call(&root));
        }
        [quick_only] if quick_only == "--quick" => report.step("guides", || quick(&root)),
        [other, ..] => return Err(format!("`guides` takes --quick, or nothing, got `{other}`")),
    }
    Ok(())
}

/// All pages but the steps of the first call, which builds anew what a newcomer builds.
pub(crate) fn quick(root: &Path) -> Step {
    has_shell()?;
    let program = program(root)?;
    let programs = program.parent().unwrap_or(root);
    let doctests = fs::read_to_string(root.join(pages::DOCTESTS)).map_err(|error| failed(pages::DOCTESTS, &error))?;
    let (mut tried, mut wrong) = (0, Vec::new());
    let pages = listed(root)?;
    for path in &pages {
        let page = fs::read_to_string(root.join(path)).map_err(|error| failed(path, &error))?;
        match pages::try_page(path, &page, &doctests, programs) {
            Ok(blocks) => tried += blocks,
            Err(what) => wrong.extend(what),
        }
    }
    for what in &wrong {
        println!("{what}");
    }
    match wrong.len() {
        0 => Ok(format!("{tried} blocks of {} pages", pages.len())),
        many => Err(Stop::Failed(format!("{many} blocks are not as they say"))),
    }
}

/// The first call, blocking and async.
pub(crate) fn first_call(root: &Path) -> Step {
    has_shell()?;
    first_call::all(root)
}

/// Every page for users of the project: the front page, `docs/`, the crates' READMEs.
fn listed(root: &Path) -> Result<Vec<String>, Stop> {
    let patterns = ["ls-files", "--cached", "--others", "--exclude-standard", "README.md", "docs/*.md", "crates/*.md"];
    let listed = shell::capture(Command::new("git").current_dir(root).args(patterns));
    let mut pages: Vec<String> = listed.map_err(Stop::Failed)?.lines().map(str::to_owned).collect();
    // One that was removed and not yet committed is listed still.
    pages.retain(|path| root.join(path).is_file());
    pages.sort();
    Ok(pages)
}

/// The command as the tests have it: built with the same features, so that nothing is built twice.
pub(crate) fn program(root: &Path) -> Result<PathBuf, Stop> {
    // Any one test of the command's does.
    let test = ["test", "--workspace", "--all-features", "--locked", "--no-run", "--test", "usage"];
    let mut command = shell::cargo(root, &test);
    let told = shell::capture(command.args(["--quiet", "--message-format", "json"])).map_err(Stop::Failed)?;
    let messages = told.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let is_command = |message: &serde_json::Value| {
        message.pointer("/target/name").is_some_and(|name| name == "smileid")
            && message.pointer("/target/kind/0").is_some_and(|kind| kind == "bin")
    };
    let built =
        messages.filter(is_command).find_map(|message| Some(PathBuf::from(message.get("executable")?.as_str()?)));
    built.ok_or_else(|| Stop::Failed("cargo did not tell where `smileid` is".to_owned()))
}

/// The pages are for a shell of Unix, with its paths and its way to end what was started.
fn has_shell() -> Result<(), Stop> {
    if !cfg!(unix) {
        return Err(Stop::Skipped("the pages are typed into a shell of Unix".to_owned()));
    }
    let shell = shell::capture(Command::new("sh").args(["-c", "true"]));
    shell.map(|_| ()).map_err(|_| Stop::Skipped("sh cannot be had here".to_owned()))
}

fn failed(what: &str, error: &dyn core::fmt::Display) -> Stop {
    Stop::Failed(format!("{what}: {error}"))
}

/// A folder of one page's own, outside of the repository: within it, a new project would be taken for a part of it.
struct Folder {
    path: PathBuf,
}

impl Folder {
    fn make(name: &str) -> Result<Self, String> {
        let path = std::env::temp_dir().join(format!("smileid-guide-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).map_err(|error| format!("{name}: {error}"))?;
        Ok(Self { path })
    }

    fn write(&self, name: &str, text: &str) -> Result<(), String> {
        let path = self.path.join(name);
        let folders = path.parent().map_or(Ok(()), fs::create_dir_all);
        folders.and_then(|()| fs::write(&path, text)).map_err(|error| format!("{name}: {error}"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is the system's to clear.
        let _gone = fs::remove_dir_all(&self.path);
    }
}
