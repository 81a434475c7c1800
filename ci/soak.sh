# Deadlines, a bomb, a dead service and a year of polls, measured; a million sequences of events against the session's model.
. "$(dirname "$0")/lib.sh"
cargo run --release --locked --quiet --package smileid-tests --example soak -- "$@"
SMILEID_CASES=1000000 cargo test --release --locked --package smileid-tests --test session
