//! Each `allow` and `expect` of a lint says why. Which lints may be allowed is the reviewer's question.

use super::Finding;
use super::lexer::{Token, group_length};
use super::tree::Tree;

const RULE: &str = "attributes";

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    for file in tree.rust() {
        for token in unreasoned(&file.tokens()) {
            let message = format!("`{}` without a reason", token.text);
            findings.push(Finding::new(&file.path, token.line, RULE, message));
        }
    }
}

fn unreasoned<'s>(tokens: &[Token<'s>]) -> Vec<Token<'s>> {
    let mut found = Vec::new();
    for index in 0..tokens.len() {
        let attribute = match tokens.get(index..) {
            Some([hash, behind @ ..]) if hash.is_mark('#') => match behind {
                [bang, behind @ ..] if bang.is_mark('!') => behind,
                behind => behind,
            },
            _ => continue,
        };
        if attribute.first().is_some_and(|open| open.is_mark('[')) {
            let attribute = attribute.get(..group_length(attribute)).unwrap_or_default();
            found.extend((0..attribute.len()).filter_map(|at| level_without_reason(attribute.get(at..)?)));
        }
    }
    found
}

/// The `allow(…)` or `expect(…)` at the front, where its parentheses hold no `reason =`.
fn level_without_reason<'s>(tokens: &[Token<'s>]) -> Option<Token<'s>> {
    let (word, group) = tokens.split_first()?;
    let is_level = (word.is_word("allow") || word.is_word("expect")) && group.first()?.is_mark('(');
    let inside = group.get(..group_length(group))?;
    let reasoned =
        inside.windows(2).any(|two| matches!(two, [name, mark] if name.is_word("reason") && mark.is_mark('=')));
    (is_level && !reasoned).then_some(*word)
}

#[cfg(test)]
mod tests {
    use super::super::found;
    use super::*;

    #[test]
    fn a_reason_is_asked_for_wherever_the_attribute_stands() {
        for text in [
            "#[allow(unused)]",
            "#![allow(unused)]",
            "#[expect(clippy::a, clippy::b)]",
            "#[cfg_attr(test, allow(unused))]",
            "#[allow(\n    unused,\n)]",
        ] {
            assert_eq!(found(check, &[("a.rs", text)]).len(), 1, "{text}");
        }
    }

    #[test]
    fn a_reasoned_one_and_what_only_looks_like_one_pass() {
        for text in [
            "#[allow(unused, reason = \"shown\")]",
            "#![expect(clippy::a, reason = \"b\")]",
            "#[cfg_attr(test, allow(unused, reason = \"c\"))]",
            "fn a() { b.expect(\"c\"); allow(d) } // #[allow(e)]",
            "#[doc = \"#[allow(unused)]\"] fn a() {}",
        ] {
            assert!(found(check, &[("a.rs", text)]).is_empty(), "{text}");
        }
    }
}
