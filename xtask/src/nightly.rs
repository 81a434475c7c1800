//! `cargo xtask nightly`: what the gate leaves out because it takes longer, or needs tools that few machines have. Each step is a script
//! in `ci/`, whose first line says what it does; it installs what it lacks, or ends as skipped and says why.

use std::path::Path;
use std::process::Command;

use crate::report::{Report, Step, Stop};
use crate::{examples, guides, no_std, peers, picture, shell};

/// The scripts, in the order they run: `ci/NAME.sh`.
const SCRIPTS: [&str; 18] = [
    "powerset",
    "msrv",
    "minimal-versions",
    "deny",
    "advisories",
    "semver",
    "public-api",
    "release",
    "links",
    "miri",
    "fuzz",
    "s390x",
    "i686",
    "windows",
    "soak",
    "coverage",
    "bench-compiles",
    "mutants",
];

/// The exit by which a script says that it was skipped.
const SKIPPED: i32 = 77;

/// A group of steps: its name, and what runs it.
type Group = (&'static str, fn(&Path, &mut Report));

const GROUPS: [Group; 5] = [
    ("guides", |root, report| {
        report.step("guides", || guides::quick(root));
        report.step("guides: first call", || guides::first_call(root));
    }),
    ("picture", |root, report| report.step("picture", || picture::checked(root))),
    ("examples", examples::all),
    ("peers", peers::all),
    ("no-std", no_std::steps),
];

pub(crate) fn run(rest: &[String], root: &Path, report: &mut Report) -> Result<(), String> {
    let names = || GROUPS.iter().map(|(name, _)| *name).chain(SCRIPTS);
    if let Some(unknown) = rest.iter().find(|asked| !names().any(|name| name == *asked)) {
        return Err(format!("`nightly` has no step `{unknown}`; there are {}", names().collect::<Vec<_>>().join(", ")));
    }
    let wanted = |name: &str| rest.is_empty() || rest.iter().any(|asked| asked == name);
    for (_, steps) in GROUPS.iter().filter(|(name, _)| wanted(name)) {
        steps(root, report);
    }
    for name in SCRIPTS.into_iter().filter(|name| wanted(name)) {
        report.step(name, || script(root, name));
    }
    Ok(())
}

fn script(root: &Path, name: &str) -> Step {
    let mut reason = String::new();
    let mut command = Command::new("bash");
    let ended = shell::run_reading(command.current_dir(root).arg(format!("ci/{name}.sh")), |line| {
        if let Some(why) = line.strip_prefix("SKIPPED: ") {
            why.clone_into(&mut reason);
        }
    });
    match ended {
        Ok(status) if status.code() == Some(SKIPPED) => Err(Stop::Skipped(reason)),
        Ok(status) if status.success() => Ok(String::new()),
        Ok(status) => Err(Stop::Failed(format!("ci/{name}.sh ended with {status}"))),
        Err(stop) => Err(stop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_is_a_step_and_every_step_a_script() {
        let files = std::fs::read_dir(crate::workspace::root().join("ci")).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut scripts: Vec<String> = names.filter_map(|name| Some(name.strip_suffix(".sh")?.to_owned())).collect();
        scripts.retain(|name| name != "lib");
        scripts.sort();
        let mut steps = SCRIPTS.to_vec();
        steps.sort_unstable();
        assert_eq!(scripts, steps);
    }
}
