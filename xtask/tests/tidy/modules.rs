//! Rules about which module uses which: no circles among files and folders of any crate, core's layers, and cryptography in one place.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};

use super::{File, made_up, none, repository};

/// Core's layers from the lowest up: a module uses only lower ones. A new module of core is put in its layer here.
const LAYERS: [&[&str]; 7] = [
    &["input", "kind", "mix", "words"],
    &["message", "time", "credentials", "environment"],
    &["signature", "transport"],
    &["policy", "request", "reply"],
    &["error"],
    &["session"],
    &["client"],
];

/// The libraries that only core's `signature` may name, among core's modules.
const CRYPTOGRAPHY: [&str; 4] = ["hmac", "sha2", "rsa", "subtle"];

/// A module: the crate's folder, then the names down to it. The crate's root has no names.
type Module = Vec<String>;

/// What one file says: the paths that it uses, each from its own module or, with `crate` first, from the root.
#[derive(Default)]
struct Uses {
    /// The inline modules around what is visited.
    inside: Vec<String>,
    paths: BTreeSet<Vec<String>>,
    /// Names that a `use` brings, and what each means.
    names: BTreeMap<String, Vec<String>>,
}

#[test]
fn modules_use_each_other_in_no_circle() {
    none(&Tree::read(&repository()).circles());
}

#[test]
fn a_circle_is_found_wherever_it_is() {
    let circles = |a: &str, b: &str| {
        let root = ("crates/x/src/lib.rs", "mod a;\nmod b;");
        let inner = ("crates/x/src/b/c.rs", b);
        let with_name = ("crates/x/src/b/mod.rs", "pub use c::C;\nmod c;");
        Tree::read(&made_up(&[root, ("crates/x/src/a.rs", a), with_name, inner])).circles()
    };
    let found = ["crates/x/src: a ⇄ b"];
    for (a, b) in [
        ("use crate::b::C;", "use crate::a::A;"),
        ("use crate::{b, c};", "use super::super::a::A;"),
        ("fn f() { crate::b::f() }", "fn f() -> crate::a::A { g() }"),
        ("mod inline { use super::super::b::C; }", "macro_rules! m { () => {} } fn f() { assert!(crate::a::f()) }"),
    ] {
        assert_eq!(circles(a, b), found, "{a} {b}");
    }
    let no_circle: [&str; 0] = [];
    assert_eq!(circles("use crate::b::C;", "use super::D; #[cfg(test)] mod tests { use crate::a::A; }"), no_circle);
    assert_eq!(circles("use crate::b::C;", "// crate::a\nconst A: &str = \"crate::a\";"), no_circle);
}

#[test]
fn core_keeps_its_layers() {
    none(&Tree::read(&repository()).layers("crates/smileid-core/src"));
    let layers = |path: &str, text: &str| {
        let modules: Vec<_> = LAYERS.concat().iter().map(|module| format!("c/src/{module}/mod.rs")).collect();
        let mut files: Vec<_> = modules.iter().map(|path| (path.as_str(), "")).collect();
        files.push((path, text));
        Tree::read(&made_up(&files)).layers("c/src")
    };
    none(&layers("c/src/reply/codes.rs", "use crate::signature::Claim; use super::verdict; use sha3::A;"));
    none(&layers("c/src/signature/hmac.rs", "use hmac::Mac; use crate::time;"));
    for text in
        ["use crate::session::S;", "use super::super::reply::R;", "fn f() { crate::signature::f() }", "use hmac::Mac;"]
    {
        assert_eq!(layers("c/src/transport/string.rs", text).len(), 1, "{text}");
    }
    assert_eq!(layers("c/src/other.rs", "use crate::time;").len(), 1);
}

/// The modules of all crates, and which uses which.
struct Tree {
    modules: BTreeMap<Module, Uses>,
}

impl Tree {
    fn read(files: &[File]) -> Self {
        let mut modules = BTreeMap::new();
        for File { path, text } in files.iter().filter(|file| is_product(&file.path)) {
            let mut uses = Uses::default();
            uses.visit_file(&syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}")));
            modules.insert(module(path), uses);
        }
        Self { modules }
    }

    /// The longest part of a path that is a module; none for what lies in no crate of ours.
    fn resolved(&self, from: &Module, path: &[String], depth: usize) -> Option<Module> {
        let (first, rest) = path.split_first()?;
        let root = from.get(..1)?.to_vec();
        let mut at = match first.as_str() {
            "crate" => root.clone(),
            "super" => from.split_last()?.1.to_vec(),
            "self" => from.clone(),
            _ => return None,
        };
        if first == "super" && rest.first().is_some_and(|next| next == "super") {
            return self.resolved(&at, rest, depth);
        }
        for (index, name) in rest.iter().enumerate() {
            let deeper = [at.as_slice(), std::slice::from_ref(name)].concat();
            if self.modules.contains_key(&deeper) {
                at = deeper;
                continue;
            }
            // A name that the module has from elsewhere.
            let brought = self.modules.get(&at).and_then(|uses| uses.names.get(name));
            let brought =
                brought.filter(|_| depth < 8).map(|path| [path, rest.get(index + 1..).unwrap_or_default()].concat());
            return brought.and_then(|path| self.resolved(&at, &path, depth + 1)).or(Some(at));
        }
        Some(at)
    }

    /// Every use of one module by another, as pairs.
    fn edges(&self) -> BTreeSet<(Module, Module)> {
        let mut edges = BTreeSet::new();
        for (from, uses) in &self.modules {
            edges.extend(uses.paths.iter().filter_map(|path| Some((from.clone(), self.resolved(from, path, 0)?))));
        }
        edges
    }

    /// Among the modules of each folder, those that use each other, directly or not.
    fn circles(&self) -> Vec<String> {
        let mut graphs: BTreeMap<Module, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
        for (from, to) in self.edges() {
            let common = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
            if let (Some(one), Some(other)) = (from.get(common), to.get(common)) {
                let graph = graphs.entry(from[..common].to_vec()).or_default();
                graph.entry(one.clone()).or_default().insert(other.clone());
            }
        }
        let mut circles = Vec::new();
        for (folder, graph) in graphs {
            let reached: BTreeMap<&String, BTreeSet<&String>> =
                graph.keys().map(|from| (from, reach(&graph, from))).collect();
            let mut seen = BTreeSet::new();
            for (from, to) in &reached {
                let circle: Vec<&str> = to
                    .iter()
                    .filter(|to| reached.get(**to).is_some_and(|back| back.contains(from)))
                    .map(|to| to.as_str())
                    .collect();
                if !circle.is_empty() && seen.insert(circle.clone()) {
                    circles.push(format!("{}: {}", folder.join("/"), circle.join(" ⇄ ")));
                }
            }
        }
        circles
    }

    /// What breaks the layers of core, whose sources are in a folder.
    fn layers(&self, core: &str) -> Vec<String> {
        let layer = |module: &String| LAYERS.iter().position(|layer| layer.contains(&module.as_str()));
        let mut findings = BTreeSet::new();
        for (from, uses) in self.modules.iter().filter(|(module, _)| module[0] == core) {
            let Some(top) = from.get(1) else { continue };
            let Some(own) = layer(top) else {
                findings.insert(format!("`{top}` has no layer yet: see xtask/tests/tidy/modules.rs"));
                continue;
            };
            for path in &uses.paths {
                let Some(used) = self.resolved(from, path, 0) else {
                    if top != "signature" && CRYPTOGRAPHY.contains(&path[0].as_str()) {
                        findings.insert(format!("{}: names `{}`", from.join("/"), path[0]));
                    }
                    continue;
                };
                let is_lower = |other: &String| layer(other).is_some_and(|other| other < own);
                if let Some(other) = used.get(1).filter(|other| *other != top && !is_lower(other)) {
                    findings.insert(format!("{}: uses `{other}`, which is no lower layer", from.join("/")));
                }
            }
        }
        findings.into_iter().collect()
    }
}

fn reach<'g>(graph: &'g BTreeMap<String, BTreeSet<String>>, from: &String) -> BTreeSet<&'g String> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&String> = graph.get(from).into_iter().flatten().collect();
    while let Some(module) = next.pop() {
        if reached.insert(module) {
            next.extend(graph.get(module).into_iter().flatten());
        }
    }
    reached
}

/// Whether a file is a source of a crate, and not only for tests.
fn is_product(path: &str) -> bool {
    let is_test = path.ends_with("/tests.rs")
        || path.ends_with("_tests.rs")
        || path.contains("_tests/")
        || path.contains("/tests/");
    path.ends_with(".rs") && path.contains("/src/") && !is_test && !path.starts_with("fuzz/")
}

/// `crates/a/src/b/mod.rs` and `crates/a/src/b.rs` are the module `b` of `crates/a/src`.
fn module(path: &str) -> Module {
    let (root, file) = path.split_once("/src/").unwrap();
    let mut module = vec![format!("{root}/src")];
    module.extend(file.trim_end_matches(".rs").split('/').map(str::to_owned));
    module.pop_if(|last| ["mod", "lib", "main"].contains(&last.as_str()));
    module
}

impl Uses {
    /// Takes a path in, as seen from the file's own module.
    fn add(&mut self, mut path: Vec<String>) -> Vec<String> {
        let climbs = path.iter().take_while(|name| *name == "super").count();
        let inside = self.inside.len();
        if climbs > 0 && inside > 0 {
            // From an inline module, the first steps up only reach the file's module.
            let left = climbs.saturating_sub(inside);
            let rest = path.split_off(climbs);
            path = vec!["super".to_owned(); left];
            if left == 0 {
                path.push("self".to_owned());
            }
            path.extend(rest);
        }
        self.paths.insert(path.clone());
        path
    }

    fn tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.tree(&with(&path.ident), &path.tree),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.tree(before, tree)),
            syn::UseTree::Glob(_) => drop(self.add(before.to_vec())),
            syn::UseTree::Name(name) => {
                let path = self.add(with(&name.ident));
                self.names.insert(name.ident.to_string(), rooted(path));
            }
            syn::UseTree::Rename(rename) => {
                let path = self.add(with(&rename.ident));
                self.names.insert(rename.rename.to_string(), rooted(path));
            }
        }
    }
}

/// A path without a head is of the module itself, if it is of this crate.
fn rooted(path: Vec<String>) -> Vec<String> {
    let headed = path.first().is_some_and(|first| ["crate", "self", "super"].contains(&first.as_str()));
    if headed { path } else { [vec!["self".to_owned()], path].concat() }
}

fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}

impl<'ast> Visit<'ast> for Uses {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if item.content.is_some() && !is_for_tests(&item.attrs) {
            self.inside.push(item.ident.to_string());
            visit::visit_item_mod(self, item);
            self.inside.pop();
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if !is_for_tests(&item.attrs) {
            self.tree(&[], &item.tree);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_impl(self, item);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            self.add(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        // Of a macro's input, what is a list of expressions, as of `assert!` and `format!`.
        let parser = syn::punctuated::Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
        if let Ok(expressions) = item.parse_body_with(parser) {
            let mut inner = Self { inside: self.inside.clone(), ..Self::default() };
            expressions.iter().for_each(|expression| inner.visit_expr(&expression.clone()));
            self.paths.extend(inner.paths);
        }
        visit::visit_macro(self, item);
    }
}
