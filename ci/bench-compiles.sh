# The benchmarks still compile. Their figures are for a quiet machine: `cargo xtask bench`.
. "$(dirname "$0")/lib.sh"
for manifest in bench/Cargo.toml bench/calls/Cargo.toml bench/jobs/Cargo.toml bench/jobs/peers/Cargo.toml; do cargo check --locked --manifest-path "$manifest"; done
