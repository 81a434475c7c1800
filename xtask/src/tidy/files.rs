//! Rules about files as such: head lines, length, licences, the fuzz targets' corpora. It looks at no code.

use super::Finding;
use super::tree::Tree;

const RULE: &str = "files";

/// A longer file has more than one reason to change.
const MAX_LINES: usize = 400;

const LICENCES: [(&str, &str); 2] =
    [("LICENSE-APACHE", "Apache License"), ("LICENSE-MIT", "Permission is hereby granted")];

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    for file in tree.rust() {
        let head = file.text.lines().next().and_then(|line| line.strip_prefix("//!"));
        if head.is_none_or(|text| text.trim().is_empty()) {
            let message = "the first line is not a `//!` line that says what the file is";
            findings.push(Finding::new(&file.path, 1, RULE, message));
        }
        let lines = file.text.lines().count();
        if lines > MAX_LINES {
            let message = format!("{lines} lines, at most {MAX_LINES}: move the tests to a sibling file, or split it");
            findings.push(Finding::new(&file.path, MAX_LINES + 1, RULE, message));
        }
    }
    for (path, words) in LICENCES {
        if !tree.get(path).is_some_and(|file| file.text.contains(words)) {
            findings.push(Finding::new(path, 1, RULE, "the licence's text is missing"));
        }
    }
    corpora(tree, findings);
}

/// Each fuzz target has a committed corpus, which cargo-fuzz's own ignore file would hide.
fn corpora(tree: &Tree, findings: &mut Vec<Finding>) {
    for file in tree.rust() {
        let Some(target) = file.path.strip_prefix("fuzz/fuzz_targets/").and_then(|name| name.strip_suffix(".rs"))
        else {
            continue;
        };
        let corpus = format!("fuzz/corpus/{target}/");
        if !tree.files.iter().any(|file| file.path.starts_with(&corpus)) {
            findings.push(Finding::new(&file.path, 1, RULE, format!("the target has no inputs in {corpus}")));
        }
    }
    for path in [".gitignore", "fuzz/.gitignore"] {
        let lines = tree.get(path).into_iter().flat_map(|file| file.text.lines().zip(1..));
        for (_, line) in lines.filter(|(text, _)| text.contains("corpus")) {
            findings.push(Finding::new(path, line, RULE, "the corpora are committed, not ignored"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::found;
    use super::*;

    const LICENSED: [(&str, &str); 2] =
        [("LICENSE-APACHE", "Apache License\n"), ("LICENSE-MIT", "MIT\nPermission is hereby granted, …\n")];

    fn with_licences(files: &[(&str, &str)]) -> Vec<String> {
        found(check, &[files, &LICENSED].concat())
    }

    #[test]
    fn a_head_line_is_asked_for() {
        assert!(with_licences(&[("a.rs", "//! A.\nfn a() {}\n")]).is_empty());
        for text in ["", "//!\n", "// A.\n", "\n//! A.\n", "fn a() {}\n"] {
            assert_eq!(with_licences(&[("a.rs", text)]).len(), 1, "{text:?}");
        }
    }

    #[test]
    fn length_is_bounded() {
        let at_most = format!("//! A.\n{}", "\n".repeat(MAX_LINES - 1));
        assert!(with_licences(&[("a.rs", &at_most)]).is_empty());
        let longer = format!("{at_most}\n");
        let expected = "a.rs:401 401 lines, at most 400: move the tests to a sibling file, or split it";
        assert_eq!(with_licences(&[("a.rs", &longer)]), [expected]);
        assert!(with_licences(&[("data.txt", &longer)]).is_empty());
    }

    #[test]
    fn both_licences_are_asked_for() {
        assert_eq!(found(check, &[]).len(), 2);
        assert_eq!(found(check, &[("LICENSE-MIT", ""), ("LICENSE-APACHE", "Apache License")]).len(), 1);
    }

    #[test]
    fn a_fuzz_target_needs_a_corpus_that_is_not_ignored() {
        let target = ("fuzz/fuzz_targets/json.rs", "//! J.\n");
        assert_eq!(with_licences(&[target]).len(), 1);
        assert!(with_licences(&[target, ("fuzz/corpus/json/empty", "")]).is_empty());
        let ignored = with_licences(&[("fuzz/.gitignore", "target\ncorpus\n")]);
        assert_eq!(ignored, ["fuzz/.gitignore:2 the corpora are committed, not ignored"]);
    }
}
