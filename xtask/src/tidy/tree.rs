//! The repository's files as the rules see them. It knows which folders are not sources, and no rule.

use std::path::Path;
use std::{fs, io};

use super::lexer::{self, Token};

/// What a build or a tool makes, and what git keeps for itself.
const NOT_SOURCES: [&str; 6] = [".git", "target", "artifacts", "coverage", "mutants.out", "mutants.out.old"];

/// A file, its text empty where it is none; `path` is from the root, with `/` between the parts.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
}

/// All files, in the order of their paths.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) files: Vec<File>,
}

impl Tree {
    pub(super) fn read(root: &Path) -> io::Result<Self> {
        let mut files = Vec::new();
        walk(root, "", &mut files)?;
        Ok(Self::sorted(files))
    }

    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let file = |&(path, text): &(&str, &str)| File { path: path.to_owned(), text: text.to_owned() };
        Self::sorted(files.iter().map(file).collect())
    }

    pub(super) fn get(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The Rust sources.
    pub(super) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| Path::new(&file.path).extension().is_some_and(|extension| extension == "rs"))
    }

    fn sorted(mut files: Vec<File>) -> Self {
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Self { files }
    }
}

impl File {
    /// The crate under `crates/` whose `src/` holds the file, and the path below that `src/`.
    pub(super) fn in_crate(&self) -> Option<(&str, &str)> {
        let (krate, rest) = self.path.strip_prefix("crates/")?.split_once('/')?;
        Some((krate, rest.strip_prefix("src/")?))
    }

    /// Whether the whole file is for tests.
    pub(super) fn is_test(&self) -> bool {
        let (folders, name) = self.path.rsplit_once('/').unwrap_or(("", &self.path));
        name == "tests.rs"
            || name.ends_with("_tests.rs")
            || folders.split('/').any(|folder| folder == "tests" || folder == "benches" || folder.ends_with("_tests"))
    }

    /// The tokens of a Rust source, tests included, comments not.
    pub(super) fn tokens(&self) -> Vec<Token<'_>> {
        lexer::tokens(&self.text)
    }

    /// The tokens of what is built without `cfg(test)`.
    pub(super) fn product_tokens(&self) -> Vec<Token<'_>> {
        if self.is_test() { Vec::new() } else { lexer::without_tests(&self.tokens()) }
    }
}

fn walk(folder: &Path, prefix: &str, files: &mut Vec<File>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        let kind = entry.file_type()?;
        if NOT_SOURCES.contains(&name.as_str()) {
            continue;
        }
        if kind.is_dir() {
            walk(&entry.path(), &path, files)?;
        } else if kind.is_file() {
            // A file that is not text is no source (a fuzzer's input, an image): it is there, and has nothing to read.
            let text = String::from_utf8(fs::read(entry.path())?).unwrap_or_default();
            files.push(File { path, text });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> File {
        File { path: path.to_owned(), text: String::new() }
    }

    #[test]
    fn a_file_knows_its_crate_and_whether_it_is_for_tests() {
        assert_eq!(file("crates/a/src/b/c.rs").in_crate(), Some(("a", "b/c.rs")));
        assert_eq!(file("crates/a/tests/b.rs").in_crate(), None);
        assert_eq!(file("xtask/src/main.rs").in_crate(), None);
        for path in ["tests/src/lib.rs", "crates/a/src/time_tests.rs", "crates/a/src/b/tests.rs", "crates/a/tests/b.rs"]
        {
            assert!(file(path).is_test(), "{path}");
        }
        for path in ["crates/a/src/test.rs", "crates/a/src/contests.rs", "xtask/src/test.rs"] {
            assert!(!file(path).is_test(), "{path}");
        }
    }

    #[test]
    fn the_real_tree_is_read_without_what_builds_make() {
        let tree = Tree::read(&crate::workspace::root()).unwrap();
        assert!(tree.get("Cargo.toml").is_some() && tree.get("xtask/src/tidy/tree.rs").is_some());
        assert!(!tree.files.iter().any(|file| file.path.contains("target/") || file.path.starts_with(".git/")));
    }
}
