//! What is for a moment only and must not stay: unfinished code, debugging, notes to oneself, switched-off tests, and
//! printing from a library.

use super::Finding;
use super::lexer::{Kind, Token};
use super::tree::{File, Tree};

const RULE: &str = "leftovers";

/// Macros that no finished code calls, tests included.
const UNFINISHED: [(&str, &str); 3] = [
    ("todo", "is code not yet written"),
    ("unimplemented", "is code not yet written"),
    ("dbg", "is for a moment's debugging"),
];

/// Macros that write to the user's terminal: for the command and for tasks.
const PRINTS: [&str; 4] = ["print", "println", "eprint", "eprintln"];

/// Crates under `crates/` that own their terminal.
const COMMANDS: [&str; 1] = ["smileid-cli"];

/// Notes to oneself, put together here so that this file does not find itself.
const NOTES: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    for file in tree.rust() {
        let tokens = file.tokens();
        for (line, name) in macros(&tokens) {
            if let Some((_, why)) = UNFINISHED.iter().find(|(word, _)| *word == name) {
                findings.push(Finding::new(&file.path, line, RULE, format!("`{name}!` {why}")));
            }
        }
        if is_library(file) {
            for (line, name) in macros(&file.product_tokens()).filter(|(_, name)| PRINTS.contains(name)) {
                findings.push(Finding::new(&file.path, line, RULE, format!("`{name}!` in a library")));
            }
        }
        for line in ignored_tests(&tokens) {
            findings.push(Finding::new(&file.path, line, RULE, "a test that is switched off"));
        }
        notes(file, findings);
    }
}

/// The macros called, with their lines.
fn macros<'s>(tokens: &[Token<'s>]) -> impl Iterator<Item = (usize, &'s str)> {
    let pairs = tokens.iter().zip(tokens.iter().skip(1));
    pairs.filter(|(name, mark)| name.kind == Kind::Word && mark.is_mark('!')).map(|(name, _)| (name.line, name.text))
}

fn is_library(file: &File) -> bool {
    file.in_crate()
        .is_some_and(|(name, path)| !COMMANDS.contains(&name) && path != "main.rs" && !path.starts_with("bin/"))
}

/// `#[ignore]` in any form. A test that Miri alone leaves out, `#[cfg_attr(miri, ignore = …)]`, still runs elsewhere.
fn ignored_tests(tokens: &[Token<'_>]) -> Vec<usize> {
    let starts = tokens.windows(3).filter_map(|three| match three {
        [hash, open, word] if hash.is_mark('#') && open.is_mark('[') && word.is_word("ignore") => Some(word.line),
        _ => None,
    });
    starts.collect()
}

fn notes(file: &File, findings: &mut Vec<Finding>) {
    for (text, line) in file.text.lines().zip(1..) {
        let words = text.split(|character: char| !character.is_alphanumeric() && character != '_');
        for note in words.filter(|word| NOTES.contains(word)) {
            findings.push(Finding::new(&file.path, line, RULE, format!("`{note}`: do it, or file it")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::found;
    use super::*;

    #[test]
    fn unfinished_code_is_told_also_in_tests() {
        for (name, _) in UNFINISHED {
            let text = format!("//! A.\n#[cfg(test)]\nmod tests {{ fn a() {{ {name}!() }} }}");
            assert_eq!(found(check, &[("a.rs", &text)]).len(), 1, "{name}");
        }
        assert!(found(check, &[("a.rs", "fn a() { todo(); \"dbg!\"; } // dbg!")]).is_empty());
    }

    #[test]
    fn libraries_do_not_print() {
        let text = "fn a() { println!(); std::eprintln!(); }\n#[cfg(test)] fn b() { println!() }";
        assert_eq!(found(check, &[("crates/smileid-core/src/time.rs", text)]).len(), 2);
        assert_eq!(found(check, &[("crates/smileid-sandbox/src/server.rs", text)]).len(), 2);
        for path in ["crates/smileid-cli/src/main.rs", "crates/smileid-sandbox/src/main.rs", "xtask/src/main.rs"] {
            assert!(found(check, &[(path, text)]).is_empty(), "{path}");
        }
    }

    #[test]
    fn notes_to_oneself_are_told() {
        for note in NOTES {
            assert_eq!(found(check, &[("a.rs", &format!("//! A.\n// {note}(me): b\n"))]).len(), 1);
        }
        assert!(found(check, &[("a.rs", "const TODOS: u8 = 1; // to do")]).is_empty());
    }

    #[test]
    fn a_switched_off_test_is_told_but_not_one_that_miri_leaves_out() {
        let off = ["#[", "ignore", "]\n#[test] fn a() {}\n#[", "ignore", " = \"slow\"] fn b() {}"].concat();
        assert_eq!(found(check, &[("a.rs", &off)]).len(), 2);
        assert!(found(check, &[("a.rs", "#[cfg_attr(miri, ignore = \"slow\")] fn a() {}")]).is_empty());
    }
}
