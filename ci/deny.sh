# Licences, sources and bans (which crate may bring which library), and dependencies that nothing uses.
. "$(dirname "$0")/lib.sh"
need_cargo cargo-deny
for manifest in Cargo.toml examples/services/Cargo.toml examples/river/Cargo.toml; do
    # Not every list of wrappers is used in all.
    cargo deny --manifest-path "$manifest" --all-features --config deny.toml check --hide-inclusion-graph --allow unused-wrapper licenses sources bans
done
need_cargo cargo-machete
# In `fuzz` it does not find the code, which the targets take in by path.
cargo machete crates tests xtask examples
