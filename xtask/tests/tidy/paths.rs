//! One public path for each item: what a crate's root re-exports is in no other module that its documentation shows.

use std::collections::BTreeMap;

use syn::{Attribute, Item, UseTree, Visibility};

use super::{File, made_up, none, repository};

#[test]
fn every_public_item_has_one_path() {
    none(&findings(&repository()));
    let crate_of =
        |lib: &str| made_up(&[("crates/x/src/lib.rs", lib), ("crates/x/src/a.rs", "pub struct A;\nstruct B;")]);
    for right in ["mod a;\npub use self::a::A;", "pub mod a;", "#[doc(hidden)]\npub mod a;\npub use self::{a::{A}};"] {
        none(&findings(&crate_of(right)));
    }
    for wrong in [
        "pub mod a;\npub use self::a::A;",
        "pub mod a;\npub use a::{A as C};",
        "mod a;\npub use self::a::A;\npub use crate::a::A as D;",
        "#[doc(hidden)]\npub mod a;",
    ] {
        assert_eq!(findings(&crate_of(wrong)).len(), 1, "{wrong}");
    }
}

fn findings(files: &[File]) -> Vec<String> {
    let roots = files.iter().filter(|file| file.path.starts_with("crates/") && file.path.ends_with("/src/lib.rs"));
    roots.flat_map(|root| of_crate(root, files)).collect()
}

fn of_crate(root: &File, files: &[File]) -> Vec<String> {
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
    let modules = items.iter().filter_map(|item| match item {
        Item::Mod(module) if public(&module.vis) => Some((module.ident.to_string(), hidden(&module.attrs))),
        _ => None,
    });
    for (module, is_hidden) in modules {
        if is_hidden {
            for name in declared(root, &module, files) {
                let path = vec![module.clone(), name];
                if !shown.contains_key(&path) {
                    say(&path, "public, but the root does not export it and its module is hidden");
                }
            }
        } else if let Some(path) = shown.keys().find(|path| path.first() == Some(&module) && path.len() > 1) {
            say(path, "it has two paths: hide its module, or do not export it at the root");
        }
    }
    findings
}

/// The public names at the top of a module's file, without those that are hidden.
fn declared(root: &File, module: &str, files: &[File]) -> Vec<String> {
    let folder = root.path.trim_end_matches("lib.rs");
    let wanted = [format!("{folder}{module}.rs"), format!("{folder}{module}/mod.rs")];
    let file = files.iter().find(|file| wanted.contains(&file.path));
    let items = file.and_then(|file| syn::parse_file(&file.text).ok()).map(|file| file.items).unwrap_or_default();
    let mut names = Vec::new();
    for item in &items {
        let (visibility, attributes, name) = match item {
            Item::Struct(item) => (&item.vis, &item.attrs, item.ident.to_string()),
            Item::Enum(item) => (&item.vis, &item.attrs, item.ident.to_string()),
            Item::Trait(item) => (&item.vis, &item.attrs, item.ident.to_string()),
            Item::Fn(item) => (&item.vis, &item.attrs, item.sig.ident.to_string()),
            Item::Const(item) => (&item.vis, &item.attrs, item.ident.to_string()),
            Item::Type(item) => (&item.vis, &item.attrs, item.ident.to_string()),
            Item::Use(item) if public(&item.vis) && !hidden(&item.attrs) => {
                leaves(&item.tree, &mut Vec::new(), &mut |path| names.extend(path.last().cloned()));
                continue;
            }
            _ => continue,
        };
        if public(visibility) && !hidden(attributes) {
            names.push(name);
        }
    }
    names
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

fn hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("doc") && attribute.parse_args::<syn::Ident>().is_ok_and(|word| word == "hidden")
    })
}
