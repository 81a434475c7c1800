//! The fuzz targets' bodies over their committed inputs, on stable. New inputs are the fuzzer's part: `cargo xtask fuzz`.

use std::fs;
use std::path::{Path, PathBuf};

#[path = "../../fuzz/src/bodies.rs"]
mod bodies;

fn fuzz_folder() -> PathBuf {
    Path::new(smileid_tests::FOLDER).join("../fuzz")
}

/// The names of what a folder holds, in order; none where there is no such folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn every_committed_input_and_each_of_its_beginnings_holds() {
    for (target, body) in bodies::BODIES {
        let mut inputs = 0;
        for folder in ["corpus", "regressions"].map(|kind| fuzz_folder().join(kind).join(target)) {
            for name in names(&folder) {
                // Shown where the body then fails.
                println!("{target}: {name}");
                let data = fs::read(folder.join(&name)).unwrap();
                body(&data);
                for end in 0..data.len() {
                    body(&data[..end]);
                }
                inputs += 1;
            }
        }
        assert!(inputs > 0, "no input for {target}");
    }
}

#[test]
fn every_target_has_a_body_of_its_name() {
    let targets = names(&fuzz_folder().join("fuzz_targets"));
    let mut bodies: Vec<String> = bodies::BODIES.iter().map(|(name, _)| format!("{name}.rs")).collect();
    bodies.sort();
    assert_eq!(targets, bodies);
}
