//! `cargo xtask nightly`: what the gate leaves out because it takes longer, or needs tools that few machines have. Each step runs by name.

use std::path::Path;

use crate::report::{Report, Step};
use crate::{
    bench, examples, features, fuzz, gates, guides, miri, no_std, peers, picture, portable, shell, tools, workspace,
};

/// The oldest compiler the crates promise to build with: `rust-version` in the root manifest.
const MSRV: &str = "1.89";

/// How long each fuzz target runs.
const FUZZ_SECONDS: u32 = 300;

/// A group of steps: its name, and what runs it.
type Group = (&'static str, fn(&Path, &mut Report));

const GROUPS: [Group; 12] = [
    ("guides", |root, report| {
        report.step("guides", || guides::quick(root));
        report.step("guides: first call", || guides::first_call(root));
    }),
    ("powerset", features::steps),
    ("no-std", no_std::steps),
    ("msrv", |root, report| report.step("msrv", || msrv(root))),
    ("portable", portable::steps),
    ("fuzz", |root, report| fuzz::steps(root, &[], FUZZ_SECONDS, report)),
    ("gates", gates::steps),
    ("picture", |root, report| report.step("picture", || picture::checked(root))),
    ("examples", examples::all),
    ("peers", peers::all),
    ("bench", |root, report| report.step("bench compiles", || bench::still_compiles(root))),
    ("miri", |root, report| report.step("miri", || miri::core(root, &[]))),
];

pub(crate) fn run(rest: &[String], report: &mut Report) -> Result<(), String> {
    let names = || GROUPS.map(|(name, _)| name).join(", ");
    if let Some(unknown) = rest.iter().find(|asked| !GROUPS.iter().any(|(name, _)| name == asked)) {
        return Err(format!("`nightly` has no step `{unknown}`; there are {}", names()));
    }
    let root = workspace::root();
    for (name, steps) in GROUPS {
        if rest.is_empty() || rest.iter().any(|asked| asked == name) {
            steps(&root, report);
        }
    }
    Ok(())
}

/// The published crates with the oldest compiler; the tests and these tasks may ask for more.
fn msrv(root: &Path) -> Step {
    tools::toolchain(MSRV)?;
    let packages = workspace::packages(root)?;
    let mut command = shell::cargo_of(MSRV, root, &["check", "--locked", "--all-features"]);
    for package in packages.iter().filter(|package| package.folder.starts_with("crates/")) {
        command.args(["--package", &package.name]);
    }
    // A folder of its own: two compilers in one would build everything anew at each turn.
    shell::run(command.args(["--target-dir", "target/msrv"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_compiler_is_the_manifests() {
        let manifest = std::fs::read_to_string(workspace::root().join("Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("rust-version = \"{MSRV}\"")));
    }
}
