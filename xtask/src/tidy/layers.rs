//! Core's layers: a module names only modules of lower layers, and itself. Tests may name any.

use std::collections::BTreeSet;

use super::Finding;
use super::lexer::{Kind, Token};
use super::tree::{File, Tree};

const RULE: &str = "layers";
const CORE: &str = "smileid-core";

/// From the lowest up. A new module of core is put in its layer here.
const LAYERS: [(&str, &[&str]); 7] = [
    ("ground", &["input", "kind"]),
    ("L0", &["message", "time", "credentials", "environment"]),
    ("L1", &["signature", "transport"]),
    ("L2", &["policy", "request", "reply"]),
    ("L3", &["error"]),
    ("L4", &["session"]),
    ("L5", &["client"]),
];

pub(super) fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    let mut present = BTreeSet::new();
    for file in tree.rust() {
        let Some((CORE, path)) = file.in_crate() else { continue };
        let Some(module) = module_path(path) else { continue };
        let Some(top) = module.first().copied() else { continue };
        if layer(top).is_none() && !file.is_test() {
            let message = format!("module `{top}` has no layer yet: see xtask/src/tidy/layers.rs");
            findings.push(Finding::new(&file.path, 1, RULE, message));
        }
        present.insert(top);
        check_file(file, &module, findings);
    }
    if present.is_empty() {
        return;
    }
    for module in LAYERS.iter().flat_map(|(_, modules)| *modules).filter(|module| !present.contains(*module)) {
        let message = format!("the layers name `{module}`, and there is no such module");
        findings.push(Finding::new("crates/smileid-core/src/lib.rs", 1, RULE, message));
    }
}

fn check_file(file: &File, module: &[&str], findings: &mut Vec<Finding>) {
    let Some(top) = module.first().copied() else { return };
    let Some((own, own_name)) = layer(top) else { return };
    let tokens = file.product_tokens();
    for used in used_modules(&tokens, module.len()) {
        let message = match layer(used.text) {
            _ if used.text == top => continue,
            Some((rank, _)) if rank < own => continue,
            Some((_, name)) => format!("`{top}` ({own_name}) names `{}` ({name}), which is no lower layer", used.text),
            None => format!("`crate::{}` is no module of a layer: name the module itself", used.text),
        };
        findings.push(Finding::new(&file.path, used.line, RULE, message));
    }
}

/// The rank and name of the layer that holds a module.
fn layer(module: &str) -> Option<(usize, &'static str)> {
    let rank = LAYERS.iter().position(|(_, modules)| modules.contains(&module))?;
    LAYERS.get(rank).map(|(name, _)| (rank, *name))
}

/// `signature/hmac.rs` is `[signature, hmac]`, `signature/mod.rs` is `[signature]`; the crate's root has no module.
fn module_path(path: &str) -> Option<Vec<&str>> {
    let stem = path.strip_suffix(".rs")?;
    let mut parts: Vec<&str> = stem.split('/').collect();
    if parts == ["lib"] {
        return None;
    }
    if parts.last() == Some(&"mod") {
        parts.pop();
    }
    Some(parts)
}

/// The first name behind each `crate::`, and behind each chain of `super::` that reaches the crate's root.
fn used_modules<'s>(tokens: &[Token<'s>], depth: usize) -> Vec<Token<'s>> {
    let mut used = Vec::new();
    let (mut braces, mut inline_modules) = (0_usize, Vec::new());
    let mut rest = tokens;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if first.is_mark('{') {
            braces += 1;
        } else if first.is_mark('}') {
            inline_modules.pop_if(|opened| *opened == braces);
            braces = braces.saturating_sub(1);
        } else if first.is_word("mod") && after.get(1).is_some_and(|token| token.is_mark('{')) {
            inline_modules.push(braces + 1);
        } else if first.is_word("crate") {
            used.extend(path_behind(after).map(first_names).unwrap_or_default());
        } else if first.is_word("super") {
            let mut climbed = 1;
            while let Some([_, behind @ ..]) = path_behind(rest).filter(|behind| starts_with_super(behind)) {
                climbed += 1;
                rest = behind;
            }
            if climbed >= depth + inline_modules.len() {
                used.extend(path_behind(rest).map(first_names).unwrap_or_default());
            }
        }
    }
    used
}

fn starts_with_super(tokens: &[Token<'_>]) -> bool {
    tokens.first().is_some_and(|token| token.is_word("super"))
}

/// What follows a `::` at the front.
fn path_behind<'t, 's>(tokens: &'t [Token<'s>]) -> Option<&'t [Token<'s>]> {
    match tokens {
        [one, two, behind @ ..] if one.is_mark(':') && two.is_mark(':') => Some(behind),
        _ => None,
    }
}

/// The name at the front, or the first names of each branch of a group at the front.
fn first_names<'s>(tokens: &[Token<'s>]) -> Vec<Token<'s>> {
    match tokens.split_first() {
        Some((name, behind)) if name.kind == Kind::Word => {
            let is_macro = behind.first().is_some_and(|next| next.is_mark('!'));
            if is_macro { Vec::new() } else { vec![*name] }
        }
        Some((star, _)) if star.is_mark('*') => vec![*star],
        Some((open, behind)) if open.is_mark('{') => {
            let (mut names, mut depth, mut starts) = (Vec::new(), 1_usize, true);
            for token in behind {
                if token.is_mark('{') {
                    depth += 1;
                } else if token.is_mark('}') {
                    depth -= 1;
                } else if depth == 1 && starts {
                    names.push(*token);
                }
                if depth == 0 {
                    break;
                }
                starts = depth == 1 && token.is_mark(',');
            }
            names
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::found;
    use super::*;

    /// All modules of the layers as empty files, so that only the file in question can be found fault with.
    fn core_with(path: &str, text: &str) -> Vec<String> {
        let modules = LAYERS.iter().flat_map(|(_, modules)| *modules);
        let paths: Vec<String> = modules.map(|module| format!("crates/smileid-core/src/{module}/mod.rs")).collect();
        let path = format!("crates/smileid-core/src/{path}");
        let mut files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "")).collect();
        files.retain(|(other, _)| *other != path);
        files.push((&path, text));
        found(check, &files)
    }

    #[test]
    fn lower_layers_and_the_module_itself_may_be_named() {
        let text = "use crate::json::Reader; use crate::{reply::{JobStatus, fields}, time::Timestamp, input};
            use super::verdict; fn a() -> crate::signature::Claim { std::mem::take(x) }";
        assert_eq!(core_with("reply/codes.rs", text), Vec::<String>::new());
    }

    #[test]
    fn the_same_and_higher_layers_may_not() {
        let upward = "\n\nuse crate::session::Session;";
        let expected =
            "crates/smileid-core/src/json/number.rs:3 `json` (L1) names `session` (L4), which is no lower layer";
        assert_eq!(core_with("json/number.rs", upward), [expected]);
        for text in [
            "use crate::transport::Clock;",
            "fn a() { crate::client::go() }",
            "use crate::{time, error::Error};",
            "use crate::{json::{a, b}, policy};",
            "use super::super::reply::JobStatus;",
            "pub(in crate::client) fn a() {}",
        ] {
            assert_eq!(core_with("json/string.rs", text).len(), 1, "{text}");
        }
        assert_eq!(core_with("time/mod.rs", "use super::json::Reader;").len(), 1);
        let inline =
            "mod a { use super::Local; mod b { fn c() { super::super::d() } use super::super::super::json::E; } }";
        assert_eq!(core_with("time/mod.rs", inline).len(), 1);
    }

    #[test]
    fn the_root_is_no_way_around() {
        assert_eq!(core_with("json/mod.rs", "use crate::Client;").len(), 1);
        assert_eq!(core_with("json/mod.rs", "use crate::*;").len(), 1);
        assert_eq!(core_with("json/mod.rs", "crate::checked!(1); pub(crate) fn a() {}"), Vec::<String>::new());
    }

    #[test]
    fn tests_texts_and_comments_may_name_any() {
        let text = "// crate::client\n/// [x](crate::client)\nconst A: &str = \"crate::client\";
            #[cfg(test)] mod tests { use crate::client::Client; }";
        assert_eq!(core_with("time/mod.rs", text), Vec::<String>::new());
        assert_eq!(core_with("time/text_tests.rs", "use crate::client::Client;"), Vec::<String>::new());
    }

    #[test]
    fn a_module_without_a_layer_and_a_layer_without_its_module_are_told() {
        assert_eq!(core_with("clock.rs", "").len(), 1);
        let missing = found(check, &[("crates/smileid-core/src/time.rs", "")]);
        assert_eq!(missing.len(), LAYERS.iter().map(|(_, modules)| modules.len()).sum::<usize>() - 1);
        assert!(found(check, &[("crates/smileid-sandbox/src/client.rs", "use crate::session;")]).is_empty());
    }
}
