//! `cargo xtask fuzz`: the fuzz targets, each for a time. New inputs go to a scratch corpus under `fuzz/target`, so
//! that a run leaves the committed corpus as it was; what makes a target fail goes to `fuzz/artifacts`.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::report::{Report, Step, Stop};
use crate::{shell, tools, workspace};

const DEFAULT_SECONDS: u32 = 20;

/// An input that takes longer is a finding: the readers are linear and their bodies bounded.
const SECONDS_FOR_ONE_INPUT: u32 = 10;

#[derive(Debug, PartialEq, Eq)]
struct Arguments {
    target: Option<String>,
    seconds: u32,
}

pub(crate) fn run(rest: &[String], report: &mut Report) -> Result<(), String> {
    let Arguments { target, seconds } = read(rest)?;
    let root = workspace::root();
    if let Some(target) = &target {
        let known = targets(&root).unwrap_or_default();
        if !known.contains(target) {
            return Err(format!("no fuzz target `{target}`; there is {}", known.join(", ")));
        }
    }
    steps(&root, target.as_deref(), seconds, report);
    Ok(())
}

/// One step for each target, or for the one named.
pub(crate) fn steps(root: &Path, only: Option<&str>, seconds: u32, report: &mut Report) {
    let targets = match targets(root) {
        Ok(targets) if !targets.is_empty() => targets,
        Ok(_) => {
            return report.step("fuzz", || Err(Stop::Failed("there is no target in fuzz/fuzz_targets".to_owned())));
        }
        Err(error) => return report.step("fuzz", || Err(Stop::Failed(format!("fuzz/fuzz_targets: {error}")))),
    };
    for target in targets.iter().filter(|target| only.is_none_or(|only| only == *target)) {
        report.step(&format!("fuzz: {target}"), || fuzz(root, target, seconds));
    }
}

/// For CI: the fuzzer's lock file follows the product's dependencies.
pub(crate) fn lock_is_current(root: &Path) -> Step {
    let fixed = ["metadata", "--locked", "--format-version", "1", "--manifest-path", "fuzz/Cargo.toml"];
    let stale = "fuzz/Cargo.lock lags behind the manifests: run `cargo xtask fuzz` and commit it";
    let told = |error| Stop::Failed(format!("{stale}\n{error}"));
    shell::capture(&mut shell::cargo(root, &fixed)).map(|_| String::new()).map_err(told)
}

fn fuzz(root: &Path, target: &str, seconds: u32) -> Step {
    tools::cargo_fuzz(root)?;
    let scratch = format!("fuzz/target/corpus/{target}");
    fs::create_dir_all(root.join(&scratch)).map_err(|error| Stop::Failed(format!("{scratch}: {error}")))?;
    let mut command = command(root, target, &scratch);
    command.args([format!("-max_total_time={seconds}"), format!("-timeout={SECONDS_FOR_ONE_INPUT}")]);
    let mut figures = Figures::default();
    shell::run_reading(&mut command, |line| figures.read(line))?;
    Ok(figures.shown())
}

/// The target's run over its corpora, up to libFuzzer's own options.
fn command(root: &Path, target: &str, scratch: &str) -> Command {
    // No sanitizer: no code here is unsafe, so it would find nothing, it halves the rate, and it asks for nightly.
    let mut command = shell::cargo(root, &["fuzz", "run", "--sanitizer", "none", target]);
    // libFuzzer writes to the first folder and only reads the others.
    let folders = [scratch.to_owned(), format!("fuzz/corpus/{target}"), format!("fuzz/regressions/{target}")];
    command.args(folders.iter().filter(|folder| root.join(folder).is_dir()));
    command.args(["--", "-print_final_stats=1", "-dict=fuzz/json.dict"]);
    command
}

/// What libFuzzer tells of a run in its last lines.
#[derive(Debug, Default)]
struct Figures {
    executions: String,
    rate: String,
    corpus: String,
}

impl Figures {
    fn read(&mut self, line: &str) {
        if let Some(executions) = line.strip_prefix("stat::number_of_executed_units:") {
            executions.trim().clone_into(&mut self.executions);
        } else if let Some(rate) = line.strip_prefix("stat::average_exec_per_sec:") {
            rate.trim().clone_into(&mut self.rate);
        } else if let Some((_, corpus)) = line.split_once(" corp: ") {
            corpus.split(' ').next().unwrap_or_default().clone_into(&mut self.corpus);
        }
    }

    fn shown(&self) -> String {
        let Self { executions, rate, corpus } = self;
        format!("{executions} executions, {rate}/s, corpus {corpus}")
    }
}

/// The targets' names in alphabetical order: one file each.
fn targets(root: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root.join("fuzz/fuzz_targets"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".rs").map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

fn read(rest: &[String]) -> Result<Arguments, String> {
    let mut arguments = Arguments { target: None, seconds: DEFAULT_SECONDS };
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        if word == "--seconds" {
            let text = words.next().ok_or("`--seconds` needs a number")?;
            let number = text.parse().ok().filter(|seconds| *seconds > 0);
            arguments.seconds =
                number.ok_or_else(|| format!("`--seconds` needs a whole number from 1, got `{text}`"))?;
        } else if word.starts_with('-') {
            return Err(format!("`fuzz` has no option `{word}`"));
        } else if arguments.target.replace(word.clone()).is_some() {
            return Err("`fuzz` takes one target, or none for all".to_owned());
        }
    }
    Ok(arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn arguments_have_defaults_and_any_order() {
        assert_eq!(read(&[]), Ok(Arguments { target: None, seconds: DEFAULT_SECONDS }));
        let both = Arguments { target: Some("json".to_owned()), seconds: 5 };
        assert_eq!(read(&words("--seconds 5 json")).as_ref(), Ok(&both));
        assert_eq!(read(&words("json --seconds 5")).as_ref(), Ok(&both));
    }

    #[test]
    fn figures_are_libfuzzers_last() {
        let mut figures = Figures::default();
        for line in [
            "#2\tINITED cov: 10 ft: 11 corp: 1/1b exec/s: 0 rss: 30Mb",
            "#900\tDONE   cov: 12 ft: 13 corp: 7/91b lim: 4 exec/s: 450 rss: 30Mb",
            "stat::number_of_executed_units: 900",
            "stat::average_exec_per_sec:     450",
        ] {
            figures.read(line);
        }
        assert_eq!(figures.shown(), "900 executions, 450/s, corpus 7/91b");
    }

    #[test]
    fn mistakes_are_told() {
        for mistake in ["--seconds", "--seconds 0", "--seconds -1", "--seconds x", "--second 5", "json reply"] {
            assert!(read(&words(mistake)).is_err(), "{mistake}");
        }
    }
}
