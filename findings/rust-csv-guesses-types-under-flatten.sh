#!/usr/bin/env bash
# Rust's csv 1.4.0: a `String` field that is read through `#[serde(flatten)]` fails on `0810`, `true` or a person named Infinity. In a
# `serde_json::Value` the code becomes 810, and the name becomes null. Quotes in the file do not help.
#
# CSV has no types, so csv lets the struct say which it wants. But `flatten`, untagged enums and `Value` ask for "any" type, and for those
# csv guesses: first a bool, then numbers, then a float by Rust's own rules, which accept `nan`, `inf` and `infinity` in any case. A guess
# cannot be undone: `0810` is an integer from then on. JSON has no infinite number, so `Value` stores null.
#
# Why a good engineer would not guess it: the type in the struct is `String` in both, and `flatten` is documented as a change of layout only.
# Whether a row fails depends on its values: a file with the codes `A1` and `B2` is read in full. To move three fields into a shared
# struct breaks the import of last month's export, and a table of `Value` rows loses zeros, pluses and names without an error.
# Instead: read `StringRecord` or `HashMap<String, String>`, or repeat the fields in each struct. Do not read CSV into `Value`.
#
# The first build is long; CARGO_TARGET_DIR keeps it.
#
# Seen with csv 1.4.0, serde 1.0.229 and serde_json 1.0.154; one row with the columns `code` and `name`:
#
#   "A1","Ada": fields A1, Ada; flattened A1, Ada; Value "A1", "Ada"
#   "0810","Ada": fields 0810, Ada; flattened error; Value 810, "Ada"
#   "1E3","Ada": fields 1E3, Ada; flattened error; Value 1000.0, "Ada"
#   "A1","Infinity": fields A1, Infinity; flattened error; Value "A1", null
#   "A1","Nan": fields A1, Nan; flattened error; Value "A1", null
#   "A1","+2348010000000": fields A1, +2348010000000; flattened error; Value "A1", 2348010000000
#   "12345678901234567890123","Ada": fields 12345678901234567890123, Ada; flattened error; Value error
source "$(dirname "$0")/lib/common.sh"

rust_package program 'csv = "=1.4.0"
serde = { version = "=1.0.229", features = ["derive"] }
serde_json = "=1.0.154"' <<'EOF'
use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Fields {
    code: String,
    name: String,
}

#[derive(Deserialize)]
struct Flattened {
    #[serde(flatten)]
    fields: Fields,
}

fn read<T: DeserializeOwned>(text: &str, show: impl Fn(T) -> String) -> String {
    let row = csv::Reader::from_reader(text.as_bytes()).into_deserialize().next().unwrap();
    row.map_or_else(|_| "error".to_owned(), show)
}

fn main() {
    for (code, name) in [
        ("A1", "Ada"),
        ("0810", "Ada"),
        ("1E3", "Ada"),
        ("A1", "Infinity"),
        ("A1", "Nan"),
        ("A1", "+2348010000000"),
        ("12345678901234567890123", "Ada"),
    ] {
        let row = format!("\"{code}\",\"{name}\"");
        let text = format!("code,name\n{row}\n");
        let fields = read(&text, |row: Fields| format!("{}, {}", row.code, row.name));
        let flattened = read(&text, |row: Flattened| format!("{}, {}", row.fields.code, row.fields.name));
        let value = read(&text, |row: BTreeMap<String, Value>| format!("{}, {}", row["code"], row["name"]));
        println!("{row}: fields {fields}; flattened {flattened}; Value {value}");
    }
}
EOF
rust_run program | expect
