# Each published crate under each set of its features.
. "$(dirname "$0")/lib.sh"
need_cargo cargo-hack
cargo hack check --locked --feature-powerset --depth 3 "${published[@]}"
