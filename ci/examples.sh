# The examples as processes against a sandbox: those of this workspace, in WebAssembly under Node, and those with another lock file: the services
# and River.
. "$(dirname "$0")/lib.sh"
cargo build --locked --package smileid-cli --package own-stack --package hyper-stack --package blocking-script --package no-std-signing --package fleet
for manifest in examples/services/Cargo.toml examples/river/Cargo.toml; do
    cargo fmt --all --check --manifest-path $manifest
    cargo clippy --all-targets --locked --manifest-path $manifest --target-dir target -- -D warnings
    cargo build --locked --manifest-path $manifest --target-dir target
done
cargo test --workspace --lib --locked --manifest-path examples/services/Cargo.toml --target-dir target
need_target thumbv7em-none-eabi
cargo build --locked --package no-std-signing --lib --target thumbv7em-none-eabi
need_target wasm32-unknown-unknown
cargo build --locked --package wasm-fetch --target wasm32-unknown-unknown
need node nodejs
need_python interop/examples/requirements.txt
"$venv/bin/pytest" -p no:cacheprovider interop/examples
