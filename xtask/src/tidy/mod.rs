//! `cargo xtask tidy`: the house's rules that no compiler knows, each in a file with the tests that show it fires.
//! It reads the sources as text and builds nothing.

mod attributes;
mod drivers;
mod files;
mod layers;
mod leftovers;
mod lexer;
mod links;
mod names;
mod tree;
mod words;

use core::fmt;
use std::path::Path;

use crate::report::{Report, Step, Stop};
use crate::workspace;
use tree::Tree;

/// Each rule reads the whole tree and adds what it finds.
const RULES: [fn(&Tree, &mut Vec<Finding>); 8] = [
    files::check,
    layers::check,
    names::check,
    drivers::check,
    leftovers::check,
    attributes::check,
    words::check,
    links::check,
];

/// One place that breaks one rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    line: usize,
    rule: &'static str,
    message: String,
}

impl Finding {
    fn new(path: &str, line: usize, rule: &'static str, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, rule, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, rule, message } = self;
        write!(formatter, "{path}:{line}: {rule}: {message}")
    }
}

pub(crate) fn run(rest: &[String], report: &mut Report) -> Result<(), String> {
    crate::no_arguments("tidy", rest)?;
    report.step("tidy", || whole(&workspace::root()));
    Ok(())
}

/// All rules over the repository.
pub(crate) fn whole(root: &Path) -> Step {
    let tree = Tree::read(root).map_err(|error| Stop::Failed(format!("reading the repository: {error}")))?;
    let findings = find(&tree);
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => Ok(format!("{} files", tree.files.len())),
        1 => Err(Stop::Failed("1 finding".to_owned())),
        many => Err(Stop::Failed(format!("{many} findings"))),
    }
}

fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        rule(tree, &mut findings);
    }
    findings.sort();
    findings
}

/// For the rules' own tests: what one rule finds in the given files, as `path:line message`.
#[cfg(test)]
fn found(rule: fn(&Tree, &mut Vec<Finding>), files: &[(&str, &str)]) -> Vec<String> {
    let mut findings = Vec::new();
    rule(&Tree::of(files), &mut findings);
    findings.into_iter().map(|finding| format!("{}:{} {}", finding.path, finding.line, finding.message)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_findings_of_all_rules_come_in_the_order_of_the_files() {
        let tree = Tree::of(&[("b.rs", "fn b() {}\n"), ("a.rs", "//! A.\n#[allow(unused)]\nfn a() { dbg!(1); }\n")]);
        let shown: Vec<String> = find(&tree).iter().map(Finding::to_string).collect();
        let of_sources: Vec<&str> = shown.iter().map(String::as_str).filter(|line| line.contains(".rs:")).collect();
        let expected = [
            "a.rs:2: attributes: `allow` without a reason",
            "a.rs:3: leftovers: `dbg!` is for a moment's debugging",
            "b.rs:1: files: the first line is not a `//!` line that says what the file is",
        ];
        assert!(expected.iter().all(|line| of_sources.contains(line)), "{of_sources:#?}");
        assert_eq!(of_sources.iter().position(|line| line.starts_with("b.rs")), Some(2), "{of_sources:#?}");
    }
}
