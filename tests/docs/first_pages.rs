//! The pages that people read first stay short: the README, and the first call with its lines and names counted.

use std::collections::BTreeSet;

const README: &str = include_str!("../../README.md");
const FIRST_CALL: &str = include_str!("../../docs/guide/first-call.md");

/// The programs of a page: its Rust blocks.
fn programs(page: &str) -> Vec<&str> {
    let blocks = page.split("```rust").skip(1);
    blocks.filter_map(|block| block.split_once('\n')?.1.split_once("```")).map(|(program, _)| program).collect()
}

/// The names of this SDK that a program uses, however it spells their paths.
fn names(program: &str) -> BTreeSet<&str> {
    let words = program.split(|c: char| !c.is_alphanumeric() && c != '_');
    words
        .filter(|word| ["Client", "Error", "JobStatusQuery", "WaitPolicy", "Verdict", "Answer"].contains(word))
        .collect()
}

#[test]
fn first_call_takes_eight_lines_and_three_names() {
    let programs = programs(FIRST_CALL);
    assert_eq!(programs.len(), 2, "blocking and async");
    for program in programs {
        assert!(program.lines().count() <= 8, "{program}");
        assert!(program.contains("smileid::") && names(program).len() <= 3, "{program}");
        let imported =
            program.lines().filter(|line| line.starts_with("use ")).flat_map(|line| line.matches(',')).count() + 1;
        assert!(imported <= 3, "{program}");
    }
}

#[test]
fn readme_fits_on_two_screens() {
    assert!(README.lines().count() <= 90, "{} lines", README.lines().count());
    for command in ["cargo run --bin smileid -- demo", "cargo xtask test"] {
        assert!(README.contains(command), "{command}");
    }
    assert!(programs(README).iter().all(|program| program.lines().count() <= 12));
}
