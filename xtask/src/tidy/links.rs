//! Links within the repository: what a Markdown file points at is there, and so is the heading behind the `#`. It asks no network.

use std::path::Path;

use super::Finding;
use super::tree::Tree;

const RULE: &str = "links";

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    let pages = tree.files.iter().filter(|file| is_page(&file.path) && !file.path.starts_with("docs/api/"));
    for file in pages {
        for (target, line) in targets(&file.text) {
            if let Some(message) = broken(tree, &file.path, target) {
                findings.push(Finding::new(&file.path, line, RULE, message));
            }
        }
    }
}

/// What is wrong with a link's target.
fn broken(tree: &Tree, page: &str, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, heading) = target.split_once('#').map_or((target, None), |(path, heading)| (path, Some(heading)));
    let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = if path.is_empty() { page.to_owned() } else { joined(folder, path)? };
    let is_folder = tree.files.iter().any(|file| file.path.starts_with(&format!("{}/", path.trim_end_matches('/'))));
    let Some(file) = tree.get(&path) else {
        return (!is_folder).then(|| format!("`{target}` leads to no file"));
    };
    let heading = heading?;
    let there = !is_page(&path) || anchors(&file.text).iter().any(|anchor| anchor == heading);
    (!there).then(|| format!("`{target}` leads to no heading of {path}"))
}

fn is_page(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "md")
}

/// A relative path as seen from the root; nothing where it leads out of the repository, which is none of this rule's.
fn joined(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The targets of a page's links and images, with their lines: `](TARGET)` outside of code.
fn targets(page: &str) -> Vec<(&str, usize)> {
    let mut found = Vec::new();
    for (text, line) in prose(page) {
        for piece in text.split('`').step_by(2).flat_map(|piece| piece.split("](").skip(1)) {
            if let Some((target, _)) = piece.split_once(')') {
                found.push((target.split(' ').next().unwrap_or(target), line));
            }
        }
    }
    found
}

/// The lines that are not within a fenced block.
fn prose(page: &str) -> impl Iterator<Item = (&str, usize)> {
    let mut fenced = false;
    page.lines().zip(1..).filter(move |(text, _)| {
        let fence = text.trim_start().starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    })
}

/// The anchors of a page's headings, made as GitHub makes them.
fn anchors(page: &str) -> Vec<String> {
    let mut anchors: Vec<String> = Vec::new();
    for (text, _) in prose(page) {
        let title = text.trim_start_matches('#');
        if title.len() == text.len() || !title.starts_with(' ') {
            continue;
        }
        let kept = title.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        let anchor: String = kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect();
        let before =
            anchors.iter().filter(|other| other.trim_end_matches(|c: char| c == '-' || c.is_ascii_digit()) == anchor);
        let number = before.count();
        anchors.push(if number == 0 { anchor } else { format!("{anchor}-{number}") });
    }
    anchors
}

#[cfg(test)]
mod tests {
    use super::super::found;
    use super::*;

    #[test]
    fn links_that_lead_nowhere_are_told() {
        let page = "# One\n\n[a](b.md) [b](../src/) ![c](c.png) [d](b.md#two-things) [e](#one) [`f`](b.md) [g](https://x.example/y)\n\
                    [h](gone.md) [i](b.md#gone) [j](#gone) [`k`](gone/) `[l](gone.md)`\n```text\n[m](gone.md)\n```\n[n](../../out.md)\n";
        let files =
            [("docs/a.md", page), ("docs/b.md", "# B\n## `Two` things!\n"), ("src/a.rs", ""), ("docs/c.png", "")];
        let expected = [
            "docs/a.md:4 `gone.md` leads to no file",
            "docs/a.md:4 `b.md#gone` leads to no heading of docs/b.md",
            "docs/a.md:4 `#gone` leads to no heading of docs/a.md",
            "docs/a.md:4 `gone/` leads to no file",
        ];
        assert_eq!(found(check, &files), expected);
    }

    #[test]
    fn anchors_are_made_as_on_github() {
        let page =
            "# What it is, and isn't\n## `sec_key` and TLS-roots\n## Twice\n### Twice\n```text\n# no\n```\n#no\n";
        assert_eq!(anchors(page), ["what-it-is-and-isnt", "sec_key-and-tls-roots", "twice", "twice-1"]);
    }
}
