//! Words that do not belong in the product: absolute paths of one machine, and a workplace's own names. Lock files are
//! left out, their texts are cargo's.

use super::Finding;
use super::tree::Tree;

const RULE: &str = "words";

/// Put together here so that this file does not find itself.
const UNWANTED: [(&str, &str); 7] = [
    (concat!("/", "work/"), PATH),
    (concat!("/", "root/"), PATH),
    (concat!("/", "farm/"), PATH),
    (concat!("/", "home/"), PATH),
    (concat!("/", "tmp/"), PATH),
    (concat!(".", "library"), WORKPLACE),
    (concat!("sub", "agent"), WORKPLACE),
];
const PATH: &str = "is a path on one machine";
const WORKPLACE: &str = "is a workplace's word";

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    for file in tree.files.iter().filter(|file| !file.path.ends_with("Cargo.lock")) {
        for (text, line) in file.text.lines().zip(1..) {
            for (word, why) in UNWANTED.iter().filter(|(word, _)| names(text, word)) {
                findings.push(Finding::new(&file.path, line, RULE, format!("`{word}` {why}")));
            }
        }
    }
}

/// Whether the word stands in the text; a path only where it begins, so that an URL's or a longer path's part is free.
fn names(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        !(word.starts_with('/') && before.is_some_and(|before| before.is_alphanumeric() || ".-_}".contains(before)))
    })
}

#[cfg(test)]
mod tests {
    use super::super::found;
    use super::*;

    #[test]
    fn each_word_is_told_in_any_text_file() {
        for (word, _) in UNWANTED {
            for path in ["README.md", "a.rs", ".ci/run", "tests/wire/ok/a.json"] {
                assert_eq!(found(check, &[(path, &format!("a\nb `{word}c`\n"))]).len(), 1, "{word} in {path}");
            }
        }
    }

    #[test]
    fn a_part_of_a_longer_path_is_free() {
        let text = format!("https://example.com{word} src{word} ../a{word}", word = UNWANTED[0].0);
        assert!(found(check, &[("a.md", &text)]).is_empty());
        assert!(found(check, &[("Cargo.lock", UNWANTED[5].0)]).is_empty());
    }
}
