#!/usr/bin/env bash
# serde_json 1.0.154 reads one in ten random floats as another number than Rust's `str::parse`, Python, Node and Go do: the neighbour. Printed
# again, the text differs from what was read.
#
# By default the parser multiplies instead of rounding correctly, and is off by one in the last place for about 10 % of numbers with 16 or 17
# digits. Numbers of up to 15 digits come out right. The feature `float_roundtrip` turns correct rounding on; any crate in the build can
# do so, for all.
#
# Why a good engineer would not guess it: serde_json prints floats in the shortest form that reads back as the same number, which is a promise
# that its own reader does not keep. Tests use 0.5 and 0.87. A confidence that a model computed has all its digits: a body that is read
# and printed fails its MAC, the same result from two readers counts as two, and a score that equals its threshold is below it.
# Instead: turn `float_roundtrip` on, keep the bytes (`RawValue`), or send decimals of a fixed length as text.
#
# The first build is long; CARGO_TARGET_DIR keeps it.
#
# Seen with serde_json 1.0.154, Python 3.11.7 and Node 20.20.2; a million floats between 0 and 1, printed by Rust, and 20,000 of them by all:
#
#   Rust, str::parse: 0 of 1000000 differ
#   serde_json: 105562 of 1000000 differ
#   serde_json, float_roundtrip: 0 of 1000000 differ
#   serde_json, the same rounded to 15 digits: 0 of 1000000 differ
#   Python and Node: 0 of 20000 differ
#   {"score":0.9073038322028689} read and printed by serde_json: {"score":0.9073038322028688}
source "$(dirname "$0")/lib/common.sh"
need node python3

source='use std::io::Write;

/// Floats between 0 and 1 from a fixed seed (xorshift).
fn floats() -> impl Iterator<Item = f64> {
    let mut state = 88_172_645_463_325_252_u64;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    })
}

fn count(read: fn(&str) -> f64, print: fn(f64) -> String) -> String {
    let differ = floats().take(1_000_000).map(print).filter(|text| read(text) != text.parse::<f64>().unwrap()).count();
    format!("{differ} of 1000000 differ")
}

fn main() {
    let json: fn(&str) -> f64 = |text| serde_json::from_str(text).unwrap();
    if std::env::args().len() > 1 {
        println!("serde_json, float_roundtrip: {}", count(json, |number| number.to_string()));
        return;
    }
    let exact = floats().take(1_000_000).filter(|number| number.to_string().parse::<f64>().unwrap() != *number).count();
    println!("Rust, str::parse: {exact} of 1000000 differ");
    println!("serde_json: {}", count(json, |number| number.to_string()));
    let mut file = std::fs::File::create("floats.txt").unwrap();
    for number in floats().take(20_000) {
        writeln!(file, "{} {number}", number.to_bits()).unwrap();
    }
}
'
