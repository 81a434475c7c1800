//! The bodies of the fuzz targets, one file each, and their list. The ordinary tests include this file and run each
//! body over its committed inputs on stable; the targets in `fuzz_targets/` run it over the fuzzer's.

pub mod callback;
pub mod claim;
pub mod image_link;
pub mod json;
pub mod json_decode;
pub mod json_mend;
pub mod json_serde;
pub mod json_structured;
pub mod reply;
pub mod request;
pub mod retry_after;
pub mod session;
pub mod time;

/// What runs over one input.
pub type Body = fn(&[u8]);

/// A target's name, which is also its corpus's folder, and its body, which panics on a finding.
pub const BODIES: &[(&str, Body)] = &[
    ("callback", callback::run),
    ("claim", claim::run),
    ("image_link", image_link::run),
    ("json", json::run),
    ("json_decode", json_decode::run),
    ("json_mend", json_mend::run),
    ("json_serde", json_serde::run),
    ("json_structured", json_structured::run),
    ("reply", reply::run),
    ("request", request::run),
    ("retry_after", retry_after::run),
    ("session", session::run),
    ("time", time::run),
];
