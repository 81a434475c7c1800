#!/usr/bin/env bash
# Rust serde_json 1.0.154: with `preserve_order`, `Map::remove` moves the last key into the place of the removed one. The order is no
# longer the document's.
#
# `remove` means `swap_remove` there, which is constant time; `shift_remove` keeps the order. Without the feature the map is sorted
# and `remove` cannot disturb it. The feature is on as soon as any crate in the build asks for it.
#
# Why a good engineer would not guess it: the feature is called `preserve_order`. The usual check of a signed document takes the
# signature out, prints the rest and compares. It passes while the signature is the last key, and fails for a document with the same
# members in another order.
#
# Seen with serde_json 1.0.154 with `preserve_order`:
#
#   document:                  {"partner":"001","signature":"…","status":"done","code":"0810"}
#   after remove:              {"partner":"001","code":"0810","status":"done"}
#   after shift_remove:        {"partner":"001","status":"done","code":"0810"}
#   signature last, remove:    {"partner":"001","status":"done","code":"0810"}
source "$(dirname "$0")/lib/common.sh"

rust_package program 'serde_json = { version = "=1.0.154", features = ["preserve_order"] }' <<'EOF'
use serde_json::{Map, Value};

fn document(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap()
}

fn line(what: &str, map: &Map<String, Value>) {
    println!("{what:<26} {}", serde_json::to_string(map).unwrap());
}

fn main() {
    let inside = r#"{"partner":"001","signature":"…","status":"done","code":"0810"}"#;
    line("document:", &document(inside));
    let mut removed = document(inside);
    removed.remove("signature");
    line("after remove:", &removed);
    let mut shifted = document(inside);
    shifted.shift_remove("signature");
    line("after shift_remove:", &shifted);
    let mut last = document(r#"{"partner":"001","status":"done","code":"0810","signature":"…"}"#);
    last.remove("signature");
    line("signature last, remove:", &last);
}
EOF
rust_run program | expect
