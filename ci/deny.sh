# Licences, sources and bans (which crate may bring which library), and dependencies that nothing uses.
. "$(dirname "$0")/lib.sh"
need_cargo cargo-deny
for manifest in Cargo.toml examples/services/Cargo.toml examples/river/Cargo.toml; do
    # Not every list of wrappers and not every licence is used in all.
    cargo deny --manifest-path "$manifest" --all-features --config deny.toml check --hide-inclusion-graph --allow unused-wrapper \
        --allow license-not-encountered --allow license-exception-not-encountered licenses sources bans
done
# What is only run here, with peers that bring what they like.
for manifest in bench/Cargo.toml bench/calls/Cargo.toml bench/jobs/Cargo.toml bench/jobs/peers/Cargo.toml fuzz/Cargo.toml tests/all-features/Cargo.toml; do
    cargo deny --manifest-path "$manifest" --all-features --config deny.toml check sources
done
need_cargo cargo-machete
# In `fuzz` it does not find the code, which the targets take in by path.
cargo machete crates tests xtask examples
