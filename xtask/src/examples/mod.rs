//! `cargo xtask examples`: each example runs as a user would run it, as a process of its own against `smileid sandbox`, and what it
//! tells and does is held against what it should. The examples themselves are in `examples/`.

mod callbacks;
mod collector;
mod http;
mod light;
mod program;
mod services;
mod wasm;
mod world;

use std::path::{Path, PathBuf};

use crate::report::{Report, Step};
use crate::{peers, workspace};

/// An example: the word by which it is asked for, its step's name, and what tries it.
type Example = (&'static str, &'static str, fn(&Place) -> Step);

const EXAMPLES: [Example; 9] = [
    ("own-stack", "own-stack: over std::net", light::own_stack),
    ("hyper-stack", "hyper-stack: over hyper", light::hyper_stack),
    ("blocking-script", "blocking-script: a batch", light::blocking_script),
    ("no-std-signing", "no-std-signing: as a program", light::no_std_signing),
    ("no-std-signing", "no-std-signing: for thumbv7em-none-eabi", light::no_std_signing_bare),
    ("wasm", "wasm: fetch of Node", wasm::fetch),
    ("axum", "axum: callbacks", services::axum),
    ("actix", "actix: callbacks", services::actix),
    ("telemetry", "telemetry: OpenTelemetry", services::telemetry),
];

/// Where things are.
struct Place {
    root: PathBuf,
    /// Where cargo builds, the examples of other workspaces too: what they have in common with the product is built once.
    target: PathBuf,
}

impl Place {
    fn of(root: &Path) -> Self {
        Self { root: root.to_path_buf(), target: peers::target(root) }
    }

    /// A program that was built.
    fn program(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(name)
    }

    /// Where the sandbox's key and such go.
    fn scratch(&self) -> PathBuf {
        self.target.join("examples-run")
    }
}

pub(crate) fn run(rest: &[String], report: &mut Report) -> Result<(), String> {
    let mut words: Vec<&str> = EXAMPLES.iter().map(|(word, ..)| *word).collect();
    words.dedup();
    if let Some(other) = rest.iter().find(|name| !words.contains(&name.as_str())) {
        return Err(format!("no example `{other}`; there are {}", words.join(", ")));
    }
    let wanted = |word: &str| rest.is_empty() || rest.iter().any(|name| name == word);
    steps(&workspace::root(), wanted, report);
    Ok(())
}

/// Every example, for CI.
pub(crate) fn all(root: &Path, report: &mut Report) {
    steps(root, |_| true, report);
}

fn steps(root: &Path, wanted: impl Fn(&str) -> bool, report: &mut Report) {
    let place = Place::of(root);
    if services::WORDS.iter().any(|word| wanted(word)) {
        report.step("services: fmt, clippy", || services::clean(&place));
        report.step("services: licences, sources, bans", || services::deny(&place));
        report.step("services: built", || services::built(&place));
        report.step("services: tests", || services::tests(&place));
    }
    if light::WORDS.iter().any(|word| wanted(word)) {
        report.step("light: built", || light::built(&place));
    }
    for (_, name, tried) in EXAMPLES.iter().filter(|(word, ..)| wanted(word)) {
        report.step(name, || tried(&place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_asked_for_by_its_word() {
        let mut report = Report::new("examples");
        let told = run(&["rocket".to_owned()], &mut report).unwrap_err();
        assert!(told.contains("no example `rocket`; there are own-stack, hyper-stack"), "{told}");
        let built = || light::WORDS.iter().chain(&services::WORDS);
        assert!(built().all(|word| EXAMPLES.iter().any(|(known, ..)| known == word)));
        assert!(EXAMPLES.iter().all(|(known, ..)| *known == "wasm" || built().any(|word| known == word)));
    }

    #[test]
    fn every_folder_of_examples_is_tried() {
        let folder = |path: PathBuf| {
            let mut names: Vec<String> = std::fs::read_dir(path)
                .unwrap()
                .map(|entry| entry.unwrap())
                .filter(|entry| entry.path().join("src").is_dir())
                .map(|entry| entry.file_name().to_string_lossy().into_owned())
                .collect();
            names.sort();
            names
        };
        let examples = workspace::root().join("examples");
        // What two of them share is no example.
        let all = folder(examples.clone()).into_iter().chain(folder(examples.join("services")));
        for name in all.filter(|name| name != "intake") {
            assert!(EXAMPLES.iter().any(|(word, ..)| *word == name), "{name}");
        }
    }
}
