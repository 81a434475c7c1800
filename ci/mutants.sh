# A change of the code that no test notices fails this step; which may live, and why, is in .cargo/mutants.toml. It takes about an hour.
. "$(dirname "$0")/lib.sh"
need_cargo cargo-mutants
cargo mutants --package smileid-core --test-workspace true --all-features --output target/mutants -- --lib --tests
