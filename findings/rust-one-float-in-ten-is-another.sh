#!/usr/bin/env bash
# serde_json 1.0.154 reads one in ten random floats as another number than Rust's `str::parse`, Python and Node do: as the neighbour. Printed
# again, the text differs from what was read.
#
# By default the parser multiplies instead of rounding correctly, and is off by one in the last place for about 10 % of numbers with 16 or 17
# digits. Numbers of up to 15 digits come out right. The feature `float_roundtrip` turns correct rounding on; any crate in the build can
# do so, for all of them.
#
# Why a good engineer would not guess it: serde_json prints floats in the shortest form that reads back as the same number, and its own reader
# does not read them so. Tests use 0.5 and 0.87. A confidence that a model computed has all its digits: a body that is read
# and printed fails its MAC, one result from two readers counts as two, and a score that equals its threshold may be below it.
# Instead: turn `float_roundtrip` on, or keep the bytes (`RawValue`).
#
# Seen with serde_json 1.0.154, Python 3.11.7 and Node 20.20.2; a million floats between 0 and 1 from a fixed seed, printed in Rust's shortest
# form. Python and Node read the first 20,000 of them:
#
#   str::parse: 0 of 1000000 differ
#   serde_json: 105562 of 1000000 differ
#   serde_json, rounded to 15 digits: 0 of 1000000 differ
#   Python: 0 of 20000 differ
#   Node: 0 of 20000 differ
#   serde_json, float_roundtrip: 0 of 1000000 differ
#   0.9073038322028689 printed by serde_json: 0.9073038322028688
source "$(dirname "$0")/lib/common.sh"
need node python3 cargo

cat >"$work/main.rs" <<'EOF'
use std::io::Write;

/// Floats between 0 and 1 (xorshift).
fn floats(count: usize) -> impl Iterator<Item = f64> {
    let mut state = 88_172_645_463_325_252_u64;
    let next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    std::iter::repeat_with(next).take(count)
}

fn json(text: &str) -> f64 {
    serde_json::from_str(text).unwrap()
}

fn report(name: &str, wrong: impl Fn(f64) -> bool) {
    println!("{name}: {} of 1000000 differ", floats(1_000_000).filter(|&number| wrong(number)).count());
}

fn main() {
    if std::env::args().nth(1).as_deref() == Some("float_roundtrip") {
        report("serde_json, float_roundtrip", |number| json(&number.to_string()) != number);
        return;
    }
    report("str::parse", |number| number.to_string().parse::<f64>().unwrap() != number);
    report("serde_json", |number| json(&number.to_string()) != number);
    report("serde_json, rounded to 15 digits", |number| {
        let text = format!("{number:.15}");
        json(&text) != text.parse::<f64>().unwrap()
    });
    let mut file = std::fs::File::create("floats.txt").unwrap();
    for number in floats(20_000) {
        writeln!(file, "{:016x} {number}", number.to_bits()).unwrap();
    }
}
EOF
cat >"$work/run.py" <<'EOF'
import json
import struct

rows = [line.split() for line in open("floats.txt")]
wrong = sum(struct.pack(">d", json.loads(text)).hex() != bits for bits, text in rows)
print(f"Python: {wrong} of {len(rows)} differ")
EOF
cat >"$work/run.js" <<'EOF'
const rows = require("fs").readFileSync("floats.txt", "utf8").trim().split("\n").map((line) => line.split(" "));
const bits = (number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(number);
  return bytes.toString("hex");
};
console.log(`Node: ${rows.filter(([right, text]) => bits(JSON.parse(text)) !== right).length} of ${rows.length} differ`);
EOF
rust_package program 'serde_json = "=1.0.154"' <"$work/main.rs"
rust_package exact 'serde_json = { version = "=1.0.154", features = ["float_roundtrip"] }' <"$work/main.rs"
rust_package print 'serde_json = "=1.0.154"' <<'EOF'
fn main() {
    let text = "0.9073038322028689";
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    println!("{text} printed by serde_json: {value}");
}
EOF
cd "$work"
{
    rust_run program
    python3 run.py
    node run.js
    rust_run exact -- float_roundtrip
    rust_run print
} | expect
