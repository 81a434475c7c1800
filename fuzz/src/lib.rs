//! The bodies of the fuzz targets, one file each, and their list. The ordinary tests include this file and run each
//! body over its committed inputs on stable; the targets in `fuzz_targets/` run it over the fuzzer's.

pub mod json;

/// A target's name, which is also its corpus's folder, and its body, which panics on a finding.
pub const BODIES: &[(&str, fn(&[u8]))] = &[("json", json::run)];
