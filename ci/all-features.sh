# The tests of transports, images and the reader, with every feature of reqwest, ureq and serde_json on.
. "$(dirname "$0")/lib.sh"
cargo test --locked --manifest-path tests/all-features/Cargo.toml
