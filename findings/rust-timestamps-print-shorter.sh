#!/usr/bin/env bash
# Rust jiff 1.0.2, time 0.3.55 and chrono 0.4.45 parse `2026-10-04T12:00:00.120Z` and print three different texts, none of them
# in all cases the one that was read.
#
# jiff and time print as many fraction digits as the value needs, so trailing zeros go: 100 of 1,000 millisecond values change.
# chrono's `to_rfc3339()` prints digits in groups of three and the zone as `+00:00`: all change. With `SecondsFormat::AutoSi` and `Z` only
# `.000` changes, and with `SecondsFormat::Millis` none does, but then a text with six digits loses three.
#
# Why a good engineer would not guess it: each crate parses what it prints, and the round trip of the value is exact. Where the text
# itself is signed, replacing chrono by time or jiff turns a signature that always holds into one that fails in one of ten calls.
#
# Seen with jiff 1.0.2, time 0.3.55, chrono 0.4.45:
#
#   .120Z jiff Timestamp: 2026-10-04T12:00:00.12Z
#   .120Z time Rfc3339: 2026-10-04T12:00:00.12Z
#   .120Z chrono to_rfc3339: 2026-10-04T12:00:00.120+00:00
#   .120Z chrono AutoSi: 2026-10-04T12:00:00.120Z
#   .120Z chrono Millis: 2026-10-04T12:00:00.120Z
#   changed of 1000 jiff Timestamp: 100
#   changed of 1000 time Rfc3339: 100
#   changed of 1000 chrono to_rfc3339: 1000
#   changed of 1000 chrono AutoSi: 1
#   changed of 1000 chrono Millis: 0
source "$(dirname "$0")/lib/common.sh"

rust_package program 'jiff = { version = "=1.0.2", default-features = false, features = ["std"] }
time = { version = "=0.3.55", default-features = false, features = ["std", "formatting", "parsing"] }
chrono = { version = "=0.4.45", default-features = false, features = ["std"] }' <<'EOF'
use chrono::{DateTime, SecondsFormat};
use time::format_description::well_known::Rfc3339;
use time::OffsetDateTime;

fn chrono(text: &str, format: SecondsFormat) -> String {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc().to_rfc3339_opts(format, true)
}

const PRINTERS: [(&str, fn(&str) -> String); 5] = [
    ("jiff Timestamp", |text| text.parse::<jiff::Timestamp>().unwrap().to_string()),
    ("time Rfc3339", |text| OffsetDateTime::parse(text, &Rfc3339).unwrap().format(&Rfc3339).unwrap()),
    ("chrono to_rfc3339", |text| DateTime::parse_from_rfc3339(text).unwrap().to_rfc3339()),
    ("chrono AutoSi", |text| chrono(text, SecondsFormat::AutoSi)),
    ("chrono Millis", |text| chrono(text, SecondsFormat::Millis)),
];

fn main() {
    for (name, print) in PRINTERS {
        println!(".120Z {name}: {}", print("2026-10-04T12:00:00.120Z"));
    }
    for (name, print) in PRINTERS {
        let texts = (0..1000).map(|millis| format!("2026-10-04T12:00:00.{millis:03}Z"));
        println!("changed of 1000 {name}: {}", texts.filter(|text| print(text) != *text).count());
    }
}
EOF
rust_run program | expect
