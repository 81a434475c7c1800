# The examples as processes against a sandbox: those of this workspace, in WebAssembly under Node, and the services with their own lock file.
. "$(dirname "$0")/lib.sh"
services=examples/services/Cargo.toml
cargo build --locked --package smileid-cli --package own-stack --package hyper-stack --package blocking-script --package no-std-signing --package fleet
cargo fmt --all --check --manifest-path $services
cargo clippy --all-targets --locked --manifest-path $services --target-dir target -- -D warnings
cargo build --locked --manifest-path $services --target-dir target
cargo test --workspace --lib --locked --manifest-path $services --target-dir target
need_target thumbv7em-none-eabi
cargo build --locked --package no-std-signing --lib --target thumbv7em-none-eabi
need_target wasm32-unknown-unknown
cargo build --locked --package wasm-fetch --target wasm32-unknown-unknown
need node nodejs
need_python interop/examples/requirements.txt
"$venv/bin/pytest" -p no:cacheprovider interop/examples
