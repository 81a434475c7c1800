#!/usr/bin/env bash
# One text that looks like a ULID, and five libraries: two read it as the id of another text, two refuse it, and one says that it is valid and
# then refuses to read it.
#
# A ULID is 128 bits in 26 characters of 5 bits each, which have room for 130. So the first character is at most 7, as the specification
# says. A text that begins with 8 has a bit too much. Rust's ulid and Python's ulid-transform drop it without a word: the text that begins with 8
# becomes the id that begins with 0. In npm's ulid `isValid` looks only at the length and the letters, while `decodeTime` and `ulidToUUID`
# refuse the same text. Another text has O for 0 and I for 1, as Crockford's base32 allows: only rusty_ulid and ulid-transform read it.
#
# Why a good engineer would not guess it: the form is fixed, in capitals and of one length, so that "it parses" seems to mean "it is the only
# spelling". A table whose key is the text then has two rows for one id, a service in another language refuses what was stored, and a check
# with `isValid` promises nothing about the next line. TypeID, whose suffix is made in the same way, names this case in its specification,
# and typeid-python and typeid-js refuse it.
#
# The first build takes a while; CARGO_TARGET_DIR keeps it.
#
# Seen with ulid 1.2.1 and rusty_ulid 2.0.1 (Rust), ulid 3.0.2 (npm), python-ulid 4.1.0 and ulid-transform 2.2.9 (Python):
#
#   81M43CJ1G0F3STRFAEBXG730MK
#     Rust ulid: 01M43CJ1G0F3STRFAEBXG730MK
#     Rust rusty_ulid: refused
#     npm ulid, isValid: true
#     npm ulid, decodeTime: refused
#     npm ulid, ulidToUUID: refused
#     Python python-ulid: refused
#     Python ulid-transform: 01M43CJ1G0F3STRFAEBXG730MK
#   O1M43CJIG0F3STRFAEBXG730MK
#     Rust ulid: refused
#     Rust rusty_ulid: 01M43CJ1G0F3STRFAEBXG730MK
#     npm ulid, isValid: false
#     npm ulid, decodeTime: refused
#     npm ulid, ulidToUUID: refused
#     Python python-ulid: refused
#     Python ulid-transform: 01M43CJ1G0F3STRFAEBXG730MK
source "$(dirname "$0")/lib/common.sh"
node_packages ulid@3.0.2
python_packages python-ulid==4.1.0 ulid-transform==2.2.9
rust_package program 'ulid = "=1.2.1"
rusty_ulid = { version = "=2.0.1", default-features = false }' <<'EOF'
fn main() {
    let text = std::env::args().nth(1).unwrap();
    let shown = |read: Option<String>| read.unwrap_or_else(|| "refused".into());
    println!("  Rust ulid: {}", shown(ulid::Ulid::from_string(&text).ok().map(|id| id.to_string())));
    println!("  Rust rusty_ulid: {}", shown(text.parse::<rusty_ulid::Ulid>().ok().map(|id| id.to_string())));
}
EOF
cat >"$work/read.mjs" <<'EOF'
import { decodeTime, isValid, ulidToUUID } from "ulid";
const text = process.argv[2];
const read = (how) => {
  try {
    return how(text);
  } catch {
    return "refused";
  }
};
console.log("  npm ulid, isValid:", read(isValid));
console.log("  npm ulid, decodeTime:", read(decodeTime));
console.log("  npm ulid, ulidToUUID:", read(ulidToUUID));
EOF
cat >"$work/read.py" <<'EOF'
import sys

import ulid
import ulid_transform


def read(how):
    try:
        return how(sys.argv[1])
    except ValueError:
        return "refused"


print("  Python python-ulid:", read(lambda text: str(ulid.ULID.from_str(text))))
print("  Python ulid-transform:", read(lambda text: ulid_transform.bytes_to_ulid(ulid_transform.ulid_to_bytes(text))))
EOF
for text in 81M43CJ1G0F3STRFAEBXG730MK O1M43CJIG0F3STRFAEBXG730MK; do
    echo "$text"
    rust_run program "$text"
    node "$work/read.mjs" "$text"
    "$python" "$work/read.py" "$text"
done | expect
