# The lines that the tests run, without a threshold: one can be met by tests that assert nothing.
. "$(dirname "$0")/lib.sh"
rustup component add llvm-tools || skip "llvm-tools cannot be had here"
need_cargo cargo-llvm-cov
cargo llvm-cov --workspace --all-features --locked --lcov --output-path target/lcov.info
cargo llvm-cov report
