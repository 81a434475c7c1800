//! A small lexer of Rust: enough to tell code from comments, strings and tests. It is no parser and keeps no comment.

#[cfg(test)]
#[path = "lexer_tests.rs"]
mod lexer_tests;

/// What a token is, as far as a rule asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or keyword; a raw one without its `r#`.
    Word,
    /// Text, a character, a number or a lifetime: never a name.
    Literal,
    /// One character of punctuation.
    Mark,
}

/// A token with its line, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'s> {
    pub(super) kind: Kind,
    pub(super) text: &'s str,
    pub(super) line: usize,
}

impl Token<'_> {
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text == word
    }

    pub(super) fn is_mark(&self, mark: char) -> bool {
        self.kind == Kind::Mark && self.text.starts_with(mark)
    }
}

/// The tokens of a source, comments left out.
pub(super) fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (source, 1);
    while let Some(first) = rest.chars().next() {
        let (length, kind) = next(rest, first);
        let (taken, after) = rest.split_at(length);
        if let Some(kind) = kind {
            let text = if kind == Kind::Word { taken.strip_prefix("r#").unwrap_or(taken) } else { taken };
            tokens.push(Token { kind, text, line });
        }
        line += taken.matches('\n').count();
        rest = after;
    }
    tokens
}

/// The tokens without the items under `#[cfg(test)]` or `#[test]`.
pub(super) fn without_tests<'s>(tokens: &[Token<'s>]) -> Vec<Token<'s>> {
    let mut kept = Vec::new();
    let mut rest = tokens;
    while let Some((first, after)) = rest.split_first() {
        if first.is_mark('#') && after.first().is_some_and(|token| token.is_mark('!')) {
            let (attribute, behind) = after.split_at(1 + group_length(after.get(1..).unwrap_or_default()));
            if is_for_tests(attribute.get(1..).unwrap_or_default()) {
                return Vec::new();
            }
            kept.push(*first);
            kept.extend_from_slice(attribute);
            rest = behind;
        } else if first.is_mark('#') && after.first().is_some_and(|token| token.is_mark('[')) {
            let (attribute, behind) = after.split_at(group_length(after));
            if is_for_tests(attribute) {
                rest = after_item(behind);
            } else {
                kept.push(*first);
                kept.extend_from_slice(attribute);
                rest = behind;
            }
        } else {
            kept.push(*first);
            rest = after;
        }
    }
    kept
}

/// How many tokens the group takes that the first one opens, its closer included.
pub(super) fn group_length(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        if opens(token) {
            depth += 1;
        } else if closes(token) {
            depth = depth.saturating_sub(1);
        }
        if depth == 0 {
            return index + 1;
        }
    }
    tokens.len()
}

fn opens(token: &Token<'_>) -> bool {
    ['(', '[', '{'].into_iter().any(|mark| token.is_mark(mark))
}

fn closes(token: &Token<'_>) -> bool {
    [')', ']', '}'].into_iter().any(|mark| token.is_mark(mark))
}

/// `[test]` and an executor's `[x::test(…)]`, `[cfg(test)]` and `[cfg(all(test, …))]`.
fn is_for_tests(attribute: &[Token<'_>]) -> bool {
    let texts: Vec<&str> = attribute.iter().skip(1).map(|token| token.text).collect();
    let path = texts.split(|text| *text == "(" || *text == "]").next().unwrap_or_default();
    let configured = matches!(texts.as_slice(), ["cfg", "(", "test", ..] | ["cfg", "(", "all", "(", "test", ..]);
    path.last() == Some(&"test") || configured
}

/// What follows the item at the front: its own attributes, then up to a `;` or its closing brace.
fn after_item<'t, 's>(tokens: &'t [Token<'s>]) -> &'t [Token<'s>] {
    let mut rest = tokens;
    while let Some((first, after)) = rest.split_first() {
        if opens(first) {
            let (_, behind) = rest.split_at(group_length(rest));
            if first.is_mark('{') {
                return behind;
            }
            rest = behind;
        } else if first.is_mark(';') {
            return after;
        } else {
            rest = after;
        }
    }
    rest
}

/// The length in bytes of what stands at the front, and its kind; no kind for white space and comments.
fn next(rest: &str, first: char) -> (usize, Option<Kind>) {
    if first.is_whitespace() {
        return (length_while(rest, char::is_whitespace), None);
    }
    if rest.starts_with("//") {
        return (length_while(rest, |character| character != '\n'), None);
    }
    if rest.starts_with("/*") {
        return (block_comment(rest), None);
    }
    if let Some(length) = text(rest) {
        return (length, Some(Kind::Literal));
    }
    if first == '\'' {
        return (character_or_lifetime(rest), Some(Kind::Literal));
    }
    if first.is_ascii_digit() {
        return (number(rest), Some(Kind::Literal));
    }
    if is_name(first) {
        let prefix = if rest.strip_prefix("r#").is_some_and(|name| name.starts_with(is_name)) { 2 } else { 0 };
        let name = rest.get(prefix..).unwrap_or_default();
        return (prefix + length_while(name, is_name), Some(Kind::Word));
    }
    (first.len_utf8(), Some(Kind::Mark))
}

fn is_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn length_while(rest: &str, keep: impl Fn(char) -> bool) -> usize {
    rest.find(|character| !keep(character)).unwrap_or(rest.len())
}

/// Block comments nest.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(here) = rest.get(at..).filter(|here| !here.is_empty()) {
        if here.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// A string of any form: plain, byte, C, raw.
fn text(rest: &str) -> Option<usize> {
    let prefix = ["br", "cr", "r", "b", "c", ""].into_iter().find(|prefix| {
        let marks = if prefix.ends_with('r') { ['"', '#'] } else { ['"', '"'] };
        rest.strip_prefix(prefix).is_some_and(|behind| behind.starts_with(marks))
    })?;
    let behind = rest.get(prefix.len()..)?;
    if !prefix.ends_with('r') {
        return Some(prefix.len() + 1 + quoted(behind.get(1..)?, '"'));
    }
    let hashes = length_while(behind, |character| character == '#');
    let body = behind.get(hashes..)?.strip_prefix('"')?;
    let closer = format!("\"{}", "#".repeat(hashes));
    let inside = body.find(&closer).map_or(body.len(), |at| at + closer.len());
    Some(prefix.len() + hashes + 1 + inside)
}

/// The length up to and with the closing quote; what follows a backslash closes nothing.
fn quoted(body: &str, quote: char) -> usize {
    let mut characters = body.char_indices();
    while let Some((at, character)) = characters.next() {
        if character == '\\' {
            characters.next();
        } else if character == quote {
            return at + 1;
        }
    }
    body.len()
}

/// `'a'` and `'\n'` are characters, `'a` alone a lifetime.
fn character_or_lifetime(rest: &str) -> usize {
    let body = rest.get(1..).unwrap_or_default();
    let mut characters = body.chars();
    match (characters.next(), characters.next()) {
        (Some('\\'), _) => 1 + quoted(body, '\''),
        (Some(one), Some('\'')) => 1 + one.len_utf8() + 1,
        _ => 1 + length_while(body, is_name),
    }
}

/// `1`, `1.5`, `0xff_u8`; the dots of `1..2` and of `1.max(2)` are no part of it.
fn number(rest: &str) -> usize {
    let whole = length_while(rest, is_name);
    let fraction = rest.get(whole..).and_then(|behind| behind.strip_prefix('.'));
    match fraction.filter(|digits| digits.starts_with(|digit: char| digit.is_ascii_digit())) {
        Some(digits) => whole + 1 + length_while(digits, is_name),
        None => whole,
    }
}
