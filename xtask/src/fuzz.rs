//! `cargo xtask fuzz`: the fuzz targets, each for a time. They are built by plain cargo with the flags that cargo-fuzz gives, on stable and
//! without a sanitizer: no code here is unsafe, so one would find nothing. New inputs go to a scratch corpus under `fuzz/target`, so that a
//! run leaves the committed corpus as it was; an input that makes a target fail goes to `fuzz/artifacts`.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::report::{Report, Step, Stop};
use crate::shell;

const DEFAULT_SECONDS: u32 = 20;

/// An input that takes longer is a finding: the readers are linear and their bodies bounded.
const SECONDS_FOR_ONE_INPUT: u32 = 10;

/// Coverage for libFuzzer, and the checks that a release build leaves out.
const FLAGS: &str = "--cfg fuzzing -C passes=sancov-module -C llvm-args=-sanitizer-coverage-level=4 \
    -C llvm-args=-sanitizer-coverage-inline-8bit-counters -C llvm-args=-sanitizer-coverage-pc-table \
    -C llvm-args=-sanitizer-coverage-trace-compares -C llvm-args=-simplifycfg-branch-fold-threshold=0 \
    -C debug-assertions -C overflow-checks";

pub(crate) fn run(rest: &[String], root: &Path, report: &mut Report) -> Result<(), String> {
    let (asked, seconds) = read(rest)?;
    let known = targets(root).unwrap_or_default();
    if let Some(unknown) = asked.iter().find(|target| !known.contains(target)) {
        return Err(format!("no fuzz target `{unknown}`; there are {}", known.join(", ")));
    }
    steps(root, &asked, seconds, report);
    Ok(())
}

/// Builds the named targets, or all of them, and runs each.
pub(crate) fn steps(root: &Path, asked: &[String], seconds: u32, report: &mut Report) {
    let known = match targets(root) {
        Ok(known) => known,
        Err(error) => return report.step("fuzz", || Err(Stop::Failed(format!("fuzz/fuzz_targets: {error}")))),
    };
    let asked = if asked.is_empty() { known } else { asked.to_vec() };
    report.step("fuzz: build", || build(root, &asked));
    for target in &asked {
        report.step(&format!("fuzz: {target}"), || fuzz(root, target, seconds));
    }
}

fn build(root: &Path, asked: &[String]) -> Step {
    // With `--target`, the flags are not for build scripts. `--locked`: the lock file follows the product's dependencies.
    let fixed = ["build", "--release", "--locked", "--target", "host-tuple", "--manifest-path", "fuzz/Cargo.toml"];
    let mut command = shell::cargo(root, &fixed);
    // The other targets can do without what this one brings.
    command.args(asked.iter().all(|target| target != "image_link").then_some("--no-default-features"));
    command.args(asked.iter().flat_map(|target| ["--bin", target]));
    shell::run(command.args(["--target-dir", "fuzz/target"]).env("RUSTFLAGS", FLAGS))
}

fn fuzz(root: &Path, target: &str, seconds: u32) -> Step {
    let program = fs::read_dir(root.join("fuzz/target")).into_iter().flatten().flatten();
    let mut program = program.map(|folder| folder.path().join("release").join(target)).filter(|path| path.is_file());
    let program = program.next().ok_or_else(|| Stop::Failed(format!("`{target}` was not built")))?;
    let scratch = format!("fuzz/target/corpus/{target}");
    let artifacts = format!("fuzz/artifacts/{target}/");
    for folder in [&scratch, &artifacts] {
        fs::create_dir_all(root.join(folder)).map_err(|error| Stop::Failed(format!("{folder}: {error}")))?;
    }
    let mut command = Command::new(program);
    // libFuzzer writes to the first folder and only reads the others.
    let folders = [scratch, format!("fuzz/corpus/{target}"), format!("fuzz/regressions/{target}")];
    command.current_dir(root).args(folders.iter().filter(|folder| root.join(folder).is_dir()));
    command.args(["-print_final_stats=1".to_owned(), "-dict=fuzz/json.dict".to_owned()]);
    command.args([format!("-artifact_prefix={artifacts}"), format!("-max_total_time={seconds}")]);
    command.arg(format!("-timeout={SECONDS_FOR_ONE_INPUT}"));
    let mut figure = String::new();
    let ended = shell::run_reading(&mut command, |line| {
        if let Some(count) = line.strip_prefix("stat::number_of_executed_units:") {
            figure = format!("{} executions", count.trim());
        }
    })?;
    if ended.success() { Ok(figure) } else { Err(Stop::Failed(format!("`{target}` ended with {ended}"))) }
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

/// The targets asked for, and how many seconds each is to run.
fn read(rest: &[String]) -> Result<(Vec<String>, u32), String> {
    let (mut asked, mut seconds) = (Vec::new(), DEFAULT_SECONDS);
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        if word == "--seconds" {
            let number = words.next().and_then(|text| text.parse().ok()).filter(|number| *number > 0);
            seconds = number.ok_or("`--seconds` needs a whole number from 1")?;
        } else if word.starts_with('-') {
            return Err(format!("`fuzz` has no option `{word}`"));
        } else {
            asked.push(word.clone());
        }
    }
    Ok((asked, seconds))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn seconds_and_targets_come_in_any_order() {
        let read = |text: &str| read(&text.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(read(""), Ok((Vec::new(), super::DEFAULT_SECONDS)));
        assert_eq!(read("--seconds 5 json"), read("json --seconds 5"));
        assert_eq!(read("json reply"), Ok((vec!["json".to_owned(), "reply".to_owned()], super::DEFAULT_SECONDS)));
        for mistake in ["--seconds", "--seconds 0", "--seconds -1", "--seconds x", "--second 5"] {
            assert!(read(mistake).is_err(), "{mistake}");
        }
    }
}
