//! The feature powerset: each published crate checked alone under each set of its features, so that the workspace's
//! union of features hides nothing. It runs no test.

use std::path::Path;

use crate::report::{Report, Step, Stop};
use crate::shell;
use crate::workspace::{self, Package};

/// A crate with more features is checked with none, each, each pair and all: 2^n no longer pays.
const WHOLE_POWERSET_UP_TO: usize = 4;

pub(crate) fn steps(root: &Path, report: &mut Report) {
    match workspace::packages(root) {
        Err(stop) => report.step("features", || Err(stop)),
        Ok(packages) => {
            for package in packages.iter().filter(|package| package.folder.starts_with("crates/")) {
                report.step(&format!("features: {}", package.name), || check(root, package));
            }
        }
    }
}

fn check(root: &Path, package: &Package) -> Step {
    let sets = sets(&package.features);
    let mut failed = Vec::new();
    for set in &sets {
        let features = set.join(",");
        let fixed = ["check", "--locked", "--package", &package.name, "--no-default-features"];
        let mut command = shell::cargo(root, &fixed);
        if !set.is_empty() {
            command.args(["--features", &features]);
        }
        if shell::run(&mut command).is_err() {
            failed.push(if set.is_empty() { "no features".to_owned() } else { features });
        }
    }
    if failed.is_empty() { Ok(format!("{} sets", sets.len())) } else { Err(Stop::Failed(failed.join(" | "))) }
}

/// The sets to check, the empty one first.
fn sets(features: &[String]) -> Vec<Vec<&str>> {
    let names: Vec<&str> = features.iter().map(String::as_str).collect();
    let mut sets: Vec<Vec<&str>> = vec![Vec::new()];
    for name in &names {
        let with_it: Vec<Vec<&str>> = sets.iter().map(|set| set.iter().copied().chain([*name]).collect()).collect();
        let worth_it = |set: &Vec<&str>| names.len() <= WHOLE_POWERSET_UP_TO || set.len() <= 2;
        sets.extend(with_it.into_iter().filter(worth_it));
    }
    if !sets.contains(&names) {
        sets.push(names);
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(count: usize) -> Vec<String> {
        (0..count).map(|index| format!("f{index}")).collect()
    }

    #[test]
    fn few_features_give_the_whole_powerset() {
        assert_eq!(sets(&[]), [Vec::<&str>::new()]);
        assert_eq!(sets(&names(2)), [vec![], vec!["f0"], vec!["f1"], vec!["f0", "f1"]]);
        assert_eq!(sets(&names(4)).len(), 16);
    }

    #[test]
    fn many_features_give_none_each_pairs_and_all() {
        let names = names(6);
        let sets = sets(&names);
        assert_eq!(sets.len(), 1 + 6 + 15 + 1);
        assert_eq!(sets.last().map(Vec::len), Some(6));
    }
}
