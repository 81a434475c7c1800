# The README's pictures of the terminal are what the command prints on one. `BLESS=1 ci/picture.sh` draws them anew.
. "$(dirname "$0")/lib.sh"
need script bsdutils
cargo build --locked --package smileid-cli
cargo build --locked --package xtask --example svg
mkdir -p target/picture
start_sandbox debug --scenario ci/pictures.toml
export SMILEID_API_KEY=sandbox-api-key TERM=xterm-256color
unset SMILEID_API_KEY_FILE
# What differs between two runs (a port, the time, a signature) is set to one value.
draw() { # FILE COMMAND
    # The first answer moves the job on: the second is the one with a history.
    for _ in 1 2; do script -qec "stty cols 120; target/debug/$2" /dev/null </dev/null >target/picture/typescript; done
    { printf '\033[1m$ %s\033[0m\n' "$2" && tr -d '\r' <target/picture/typescript; } |
        sed -E 's/127\.0\.0\.1:[0-9]+/127.0.0.1:8080/; s/(  timestamp    ).*/\12026-10-04T12:00:00.000Z/;
            s/(  signature    ).*/\1nD5rG9g\/… (44 characters)/; s/signed [0-9.]+/signed 0.0/' |
        target/debug/examples/svg >"target/picture/$1"
    if [ -n "${BLESS:-}" ]; then cp "target/picture/$1" "docs/$1"; else cmp "target/picture/$1" "docs/$1"; fi
}
draw terminal-demo.svg 'smileid demo'
draw terminal-status.svg 'smileid status --user-id user-7 --job-id loan-7 --history'
