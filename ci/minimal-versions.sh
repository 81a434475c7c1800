# The published crates with the oldest versions that their manifests accept, in a copy: the lock file stays as it is.
. "$(dirname "$0")/lib.sh"
need_nightly
copy_tree target/minimal-versions
cargo +nightly update -Z direct-minimal-versions --manifest-path target/minimal-versions/Cargo.toml
cargo check --locked --all-features "${published[@]}" --manifest-path target/minimal-versions/Cargo.toml --target-dir target/minimal-build
