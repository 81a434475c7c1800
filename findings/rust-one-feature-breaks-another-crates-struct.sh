#!/usr/bin/env bash
# Rust serde_json 1.0.154: once any crate in the build turns on `arbitrary_precision`, a struct of yours with a float field stops
# deserializing if it is flattened or part of a tagged enum.
#
# `#[serde(flatten)]` and `#[serde(tag = …)]` buffer the fields before they are read. With the feature on, a number with a fraction
# enters that buffer as a map with one private key, and `f64` does not accept a map. Whole numbers still work, and so do the same
# struct without flattening and the way through `serde_json::Value`.
#
# Why a good engineer would not guess it: features are meant to be additive. Nothing in the failing crate changed, its own tests are
# built without the other crate and pass, and the error speaks of a map in a document whose value is `97.5`.
#
# Seen with serde 1.0.229 and serde_json 1.0.154; `program` does not turn the feature on, `other` does:
#
#   without other: flattened, whole number: Ok(97.0)
#   without other: flattened: Ok(97.5)
#   without other: tagged: Ok(97.5)
#   without other: not flattened: Ok(97.5)
#   without other: flattened, through Value: Ok(97.5)
#   with other: flattened, whole number: Ok(97.0)
#   with other: flattened: Err(invalid type: map, expected f64 at line 1 column 28)
#   with other: tagged: Err(invalid type: map, expected f64)
#   with other: not flattened: Ok(97.5)
#   with other: flattened, through Value: Ok(97.5)
source "$(dirname "$0")/lib/common.sh"

rust_package other 'serde_json = { version = "=1.0.154", features = ["arbitrary_precision"] }' </dev/null
mv "$work/other/src/main.rs" "$work/other/src/lib.rs"
rust_package program 'serde = { version = "=1.0.229", features = ["derive"] }
serde_json = "=1.0.154"
other = { path = "../other", optional = true }' <<'EOF'
use serde::Deserialize;

#[derive(Deserialize)]
struct Score {
    confidence: f64,
}

#[derive(Deserialize)]
struct Reply {
    #[serde(flatten)]
    score: Score,
}

#[derive(Deserialize)]
#[serde(tag = "kind")]
enum Event {
    Answer { confidence: f64 },
}

fn line(what: &str, seen: serde_json::Result<f64>) {
    let built = if cfg!(feature = "other") { "with" } else { "without" };
    match seen {
        Ok(score) => println!("{built} other: {what}: Ok({score:?})"),
        Err(error) => println!("{built} other: {what}: Err({error})"),
    }
}

fn main() {
    let whole = r#"{"code":1,"confidence":97}"#;
    let text = r#"{"code":1,"confidence":97.5}"#;
    let tagged = r#"{"kind":"Answer","confidence":97.5}"#;
    line("flattened, whole number", serde_json::from_str(whole).map(|reply: Reply| reply.score.confidence));
    line("flattened", serde_json::from_str(text).map(|reply: Reply| reply.score.confidence));
    line("tagged", serde_json::from_str(tagged).map(|Event::Answer { confidence }| confidence));
    line("not flattened", serde_json::from_str(text).map(|score: Score| score.confidence));
    let value = serde_json::from_str(text).and_then(serde_json::from_value);
    line("flattened, through Value", value.map(|reply: Reply| reply.score.confidence));
}
EOF
{ rust_run program; rust_run program --features other; } | expect
