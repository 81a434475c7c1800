//! `cargo xtask bench`: us and the peers in the same run. What is measured is in `bench/`, with lock files of its own so that the
//! peers never enter the product's; this task builds, runs and, on request, writes the page.

mod build;
mod instructions;
mod official;
mod page;
mod peers;
mod plot;
mod start;

use std::path::Path;

use crate::report::{Report, Stop};
use crate::{shell, workspace};

/// Every bench, in the order they run.
const BENCHES: [&str; 6] = ["json", "sign", "call", "wait", "build", "start"];

/// Where the benches of signing, calls and waits are.
const CALLS: &str = "bench/calls/Cargo.toml";

#[derive(Debug, Default, PartialEq, Eq)]
struct Arguments {
    /// One bench, or none for all.
    name: Option<&'static str>,
    quick: bool,
    no_run: bool,
    record: bool,
}

impl Arguments {
    fn wants(&self, name: &str) -> bool {
        self.name.is_none_or(|only| only == name)
    }
}

pub(crate) fn run(rest: &[String], report: &mut Report) -> Result<(), String> {
    let arguments = read(rest)?;
    let root = workspace::root();
    let mut tables = Vec::new();
    for name in BENCHES.into_iter().filter(|name| arguments.wants(name)) {
        report.step(&format!("bench {name}"), || {
            let text = bench(&root, name, &arguments)?;
            tables.push((name, text));
            Ok(String::new())
        });
    }
    if arguments.record {
        report.step("docs/benchmarks.md", || page::write(&root, &tables));
    }
    Ok(())
}

/// Builds one bench, and runs it unless told otherwise: what it printed.
fn bench(root: &Path, name: &str, arguments: &Arguments) -> Result<String, Stop> {
    match name {
        "json" => peers::json(root, arguments),
        "build" | "start" if arguments.no_run => Ok(String::new()),
        "start" => start::measure(root, arguments.quick),
        "build" => build::measure(root),
        calls => {
            let fixed = ["build", "--release", "--locked", "--manifest-path", CALLS];
            shell::run(&mut shell::cargo(root, &fixed))?;
            if arguments.no_run {
                return Ok(String::new());
            }
            let mut command =
                shell::cargo(root, &["run", "--release", "--locked", "--manifest-path", CALLS, "--", calls]);
            command.args(arguments.quick.then_some("--quick").filter(|_| calls != "sign"));
            let mut printed = shell::run_keeping(&mut command)?;
            if let Some(plan) = instructions::of_calls(root, calls) {
                printed += &instructions::table(&plan)?;
            }
            if calls == "call" {
                printed += &official::beside(root, &printed)?;
            }
            Ok(printed)
        }
    }
}

fn read(rest: &[String]) -> Result<Arguments, String> {
    let mut arguments = Arguments::default();
    for argument in rest {
        match argument.as_str() {
            "--quick" => arguments.quick = true,
            "--no-run" => arguments.no_run = true,
            "--record" => arguments.record = true,
            option if option.starts_with('-') => return Err(format!("`bench` has no option `{option}`")),
            name => {
                let known = BENCHES.into_iter().find(|known| *known == name);
                let known = known.ok_or_else(|| format!("no bench `{name}`; there is {}", BENCHES.join(", ")))?;
                if arguments.name.replace(known).is_some() {
                    return Err("`bench` takes one name, or none for all".to_owned());
                }
            }
        }
    }
    if arguments.record && (arguments.quick || arguments.no_run) {
        return Err("`--record` is for whole runs: without --quick and --no-run".to_owned());
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
    fn arguments_come_in_any_order() {
        let both = Arguments { name: Some("json"), no_run: true, ..Arguments::default() };
        assert_eq!(read(&words("--no-run json")), Ok(both));
        let all = read(&words("--quick")).unwrap();
        assert!(all.quick && BENCHES.iter().all(|name| all.wants(name)));
        assert!(!read(&words("sign")).unwrap().wants("json"));
    }

    #[test]
    fn mistakes_are_told() {
        for mistake in ["xml", "--fast", "json json", "--record --quick", "json --record --no-run"] {
            assert!(read(&words(mistake)).is_err(), "{mistake}");
        }
    }
}
