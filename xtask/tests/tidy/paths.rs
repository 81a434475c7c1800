//! One public path for each item: what a crate's root re-exports is in private modules.

use std::collections::BTreeMap;

use syn::{Item, UseTree, Visibility};

use super::{File, made_up, none, repository};

#[test]
fn every_public_item_has_one_path() {
    none(&findings(&repository()));
    let crate_of =
        |lib: &str| made_up(&[("crates/x/src/lib.rs", lib), ("crates/x/src/a.rs", "pub struct A;\nstruct B;")]);
    for right in ["mod a;\npub use self::a::A;", "pub mod a;", "#[doc(hidden)]\npub mod a;"] {
        none(&findings(&crate_of(right)));
    }
    for wrong in [
        "pub mod a;\npub use self::a::A;",
        "pub mod a;\npub use a::{A as C};",
        "mod a;\npub use self::a::A;\npub use crate::a::A as D;",
        "#[doc(hidden)]\npub mod a;\npub use self::{a::{A}};",
    ] {
        assert_eq!(findings(&crate_of(wrong)).len(), 1, "{wrong}");
    }
}

fn findings(files: &[File]) -> Vec<String> {
    let roots = files.iter().filter(|file| file.path.starts_with("crates/") && file.path.ends_with("/src/lib.rs"));
    roots.flat_map(of_crate).collect()
}

fn of_crate(root: &File) -> Vec<String> {
    let items = syn::parse_file(&root.text).map(|file| file.items).unwrap_or_default();
    // How often the root re-exports each item, by its path.
    let mut shown: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for item in &items {
        if let Item::Use(item) = item
            && public(&item.vis)
        {
            leaves(&item.tree, &mut Vec::new(), &mut |path| *shown.entry(path).or_default() += 1);
        }
    }
    let mut findings = Vec::new();
    let mut say = |path: &[String], what: &str| findings.push(format!("{}: {}: {what}", root.path, path.join("::")));
    for (path, _) in shown.iter().filter(|(_, times)| **times > 1) {
        say(path, "the root exports it twice");
    }
    for item in &items {
        if let Item::Mod(module) = item
            && public(&module.vis)
            && let Some(path) = shown.keys().find(|path| path.len() > 1 && module.ident == path[0])
        {
            say(path, "it has two paths: make its module private, or do not export it at the root");
        }
    }
    findings
}

/// Calls `each` with the path of every item of a `use`, without a leading `self` or `crate`.
fn leaves(tree: &UseTree, above: &mut Vec<String>, each: &mut impl FnMut(Vec<String>)) {
    let ended = |above: &[String], last: String| above.iter().cloned().chain([last]).collect();
    match tree {
        UseTree::Path(path) => {
            let name = path.ident.to_string();
            let counts = name != "self" && name != "crate";
            above.extend(counts.then_some(name));
            leaves(&path.tree, above, each);
            if counts {
                above.pop();
            }
        }
        UseTree::Name(name) => each(ended(above, name.ident.to_string())),
        UseTree::Rename(name) => each(ended(above, name.ident.to_string())),
        UseTree::Glob(_) => each(ended(above, "*".to_owned())),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, above, each)),
    }
}

fn public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}
