//! `cargo xtask portable`: clippy over the workspace as Windows and macOS would compile it, from any host. Nothing is linked or run: that
//! is done where those systems are (`.github/workflows/ci.yml`).

use std::env;
use std::fs;
use std::path::Path;

use crate::report::{Report, Step, Stop};
use crate::{shell, tools};

const TARGETS: [&str; 2] = ["x86_64-pc-windows-gnu", "aarch64-apple-darwin"];

/// The task's word that has this program stand in for a C compiler and an archiver.
pub(crate) const STAND_IN: &str = "stand-in-for-cc";

pub(crate) fn run(rest: &[String], report: &mut Report) -> Result<(), String> {
    crate::no_arguments("portable", rest)?;
    steps(&crate::workspace::root(), report);
    Ok(())
}

pub(crate) fn steps(root: &Path, report: &mut Report) {
    for target in TARGETS {
        report.step(&format!("portable: {target}"), || clippy(root, target));
    }
}

fn clippy(root: &Path, target: &str) -> Step {
    tools::component("clippy")?;
    tools::target(target)?;
    let failed = |what: &str| Stop::Failed(format!("this program's path {what}"));
    let this = env::current_exe().map_err(|_| failed("is unknown"))?;
    // The `cc` crate splits what it is told at spaces.
    let this = this.to_str().filter(|path| !path.contains(' ')).ok_or_else(|| failed("has a space in it"))?;
    let stand_in = format!("{this} {STAND_IN}");
    let variable = |tool: &str| format!("{tool}_{}", target.replace('-', "_"));
    let fixed = ["clippy", "--workspace", "--all-targets", "--all-features", "--locked", "--target", target];
    // A folder of its own: what the stand-in leaves is nothing to link with.
    let folder = ["--target-dir", "target/portable", "--", "-D", "warnings"];
    shell::run(shell::cargo(root, &fixed).args(folder).envs([(variable("CC"), &stand_in), (variable("AR"), &stand_in)]))
}

/// Stands in for the C compiler of another system, which few hosts have: `ring` builds C and assembly even where only Rust is checked. It
/// writes an empty file where an object or an archive is expected, and nothing that could be linked.
///
/// # Errors
/// Where a file cannot be written.
pub(crate) fn stand_in(arguments: &[String]) -> Result<(), String> {
    let object = arguments.iter().skip_while(|argument| *argument != "-o").nth(1);
    let archive = || arguments.iter().find(|argument| Path::new(argument).extension().is_some_and(|end| end == "a"));
    match object.or_else(archive) {
        Some(output) => fs::write(output, "").map_err(|error| format!("{output}: {error}")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stand_in_leaves_an_empty_file_where_one_is_expected() {
        let folder = env::temp_dir().join(format!("smileid-stand-in-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
        let words = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        stand_in(&words(&["-O3", "-o", &path("x.o"), "-c", "x.c"])).unwrap();
        stand_in(&words(&["cq", &path("libx.a"), &path("x.o")])).unwrap();
        stand_in(&words(&["--version"])).unwrap();
        let mut left: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["libx.a", "x.o"]);
        assert!(stand_in(&words(&["-o", &path("no/folder/x.o")])).is_err());
        fs::remove_dir_all(folder).unwrap();
    }
}
