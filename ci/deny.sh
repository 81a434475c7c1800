# Licences, sources and bans (which crate may bring which library), and dependencies that nothing uses.
. "$(dirname "$0")/lib.sh"
need_cargo cargo-deny
for manifest in Cargo.toml examples/services/Cargo.toml; do
    cargo deny --manifest-path "$manifest" --all-features --offline check --config deny.toml licenses sources bans
done
need_cargo cargo-machete
cargo machete crates tests xtask fuzz examples
