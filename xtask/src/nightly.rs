//! `cargo xtask nightly`: what the gate leaves out because it takes longer, or needs tools that few machines have. Each step is a script
//! in `ci/`, whose first line says what it does; it installs what it lacks, or ends as skipped and says why.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::report::{Report, Step, Stop};
use crate::shell;

/// The steps, in the order they run: `ci/NAME.sh`.
const STEPS: [&str; 27] = [
    "powerset", "all-features", "msrv", "minimal-versions", "deny", "advisories", "semver", "public-api", "release",
    "links", "guides", "first-call", "picture", "examples", "interop", "openapi", "page", "bench-compiles", "miri",
    "s390x", "i686", "windows", "fuzz", "postgres", "soak", "coverage", "mutants",
];

/// The exit by which a script says that it was skipped.
const SKIPPED: i32 = 77;

pub(crate) fn run(rest: &[String], root: &Path, report: &mut Report) -> Result<(), String> {
    if let Some(unknown) = rest.iter().find(|asked| !STEPS.contains(&asked.as_str())) {
        return Err(format!("`nightly` has no step `{unknown}`; there are {}", STEPS.join(", ")));
    }
    for name in STEPS.into_iter().filter(|name| rest.is_empty() || rest.iter().any(|asked| asked == name)) {
        report.step(name, || script(root, name));
    }
    Ok(())
}

/// Each step with its script's first line.
pub(crate) fn help(root: &Path) -> String {
    let line = |name: &&str| {
        let script = fs::read_to_string(root.join(format!("ci/{name}.sh"))).unwrap_or_default();
        format!("    {name:17}{}", script.lines().next().unwrap_or_default().trim_start_matches("# "))
    };
    STEPS.iter().map(line).collect::<Vec<_>>().join("\n")
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
        let files = fs::read_dir(crate::root().join("ci")).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut scripts: Vec<String> = names.filter_map(|name| Some(name.strip_suffix(".sh")?.to_owned())).collect();
        scripts.retain(|name| name != "lib");
        scripts.sort();
        let mut steps = STEPS.to_vec();
        steps.sort_unstable();
        assert_eq!(scripts, steps);
    }

    #[test]
    fn the_workflow_has_the_same_steps() {
        let workflow = fs::read_to_string(crate::root().join(".github/workflows/nightly.yml")).unwrap();
        let (_, rest) = workflow.split_once("step: [").unwrap();
        let steps: Vec<&str> = rest.split_once(']').unwrap().0.split(',').map(str::trim).collect();
        // There each fuzz target is a separate job.
        assert_eq!(steps, STEPS.into_iter().filter(|name| *name != "fuzz").collect::<Vec<_>>());
    }
}
