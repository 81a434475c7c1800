//! What a dependency costs to build: cold and warm, how many crates it brings, and how large a program without std becomes.

use std::fs;
use std::path::Path;
use std::time::Instant;

use crate::report::Stop;
use crate::{no_std, shell, tools};

/// A folder of its own, removed first: a cold build is cold.
const FOLDER: &str = "target/bench-build";

/// What is built, each over the ones before it removed.
const PACKAGES: [&str; 4] = ["smileid-core", "smileid-http-blocking", "smileid-http-async", "smileid-cli"];

/// The target whose program is measured: its linker comes with the compiler.
const BARE: &str = "wasm32-unknown-unknown";

pub(super) fn measure(root: &Path) -> Result<String, Stop> {
    let mut table = String::from("| building | cold, s | after a change in core, s | crates |\n|---|---|---|---|\n");
    for package in PACKAGES {
        remove(&root.join(FOLDER))?;
        let cold = built(root, package)?;
        touch(&root.join("crates/smileid-core/src/lib.rs"))?;
        let warm = built(root, package)?;
        let crates = no_std::tree(root, package, "normal,build")?.len();
        table += &format!("| {package} | {cold:.1} | {warm:.1} | {crates} |\n");
    }
    remove(&root.join(FOLDER))?;
    table += "\n| a program without std | bytes |\n|---|---|\n";
    table += &match size(root) {
        Ok(bytes) => format!("| session, signing, reading and proof as wasm | {bytes} |\n"),
        Err(Stop::Skipped(reason)) => format!("| left out: {reason} | |\n"),
        Err(failed) => return Err(failed),
    };
    print!("{table}");
    Ok(table)
}

/// Seconds of a development build.
fn built(root: &Path, package: &str) -> Result<f64, Stop> {
    let start = Instant::now();
    shell::run(&mut shell::cargo(root, &["build", "--locked", "--package", package, "--target-dir", FOLDER]))?;
    Ok(start.elapsed().as_secs_f64())
}

/// The stub of the `no-std` check as a program that asks one question, optimised for size.
fn size(root: &Path) -> Result<u64, Stop> {
    tools::target(BARE)?;
    no_std::lock_of_stub(root)?;
    let fixed = ["rustc", "--release", "--manifest-path", "xtask/no-std-stub/Cargo.toml", "--crate-type", "cdylib"];
    shell::run(shell::cargo(root, &fixed).args(["--target", BARE, "--target-dir", FOLDER]))?;
    let program = root.join(FOLDER).join(BARE).join("release/no_std_stub.wasm");
    let size = fs::metadata(program).map_err(|error| Stop::Failed(format!("the stub: {error}")))?.len();
    remove(&root.join(FOLDER))?;
    Ok(size)
}

fn remove(folder: &Path) -> Result<(), Stop> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Stop::Failed(format!("{FOLDER}: {error}"))),
        _ => Ok(()),
    }
}

/// Makes a file look changed.
fn touch(file: &Path) -> Result<(), Stop> {
    let now = std::time::SystemTime::now();
    let touched = fs::File::options().append(true).open(file).and_then(|file| file.set_modified(now));
    touched.map_err(|error| Stop::Failed(format!("{}: {error}", file.display())))
}
