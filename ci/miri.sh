# The unit tests of core and of its JSON under Miri. Without features: each RSA operation of `sec-key` takes minutes there.
. "$(dirname "$0")/lib.sh"
need_nightly miri rust-src
cargo +nightly miri test --locked --package smileid-core --package lenient-json --lib
