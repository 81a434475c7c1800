# The published crates with the oldest compiler that they promise to build with.
. "$(dirname "$0")/lib.sh"
msrv=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
rustup toolchain install "$msrv" --profile minimal || skip "the toolchain $msrv cannot be had here"
cargo "+$msrv" check --locked --all-features "${published[@]}" --target-dir target/msrv
