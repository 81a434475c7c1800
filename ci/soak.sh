# Deadlines, a bomb, a dead service and a year of polls, measured; a million sequences of events against the models of both sessions; a hundred kills of workers and ten of PostgreSQL.
. "$(dirname "$0")/lib.sh"
if [ "${1:-}" != jobs ]; then
    cargo run --release --locked --quiet --package smileid-tests --example soak -- "$@"
    SMILEID_CASES=1000000 cargo test --release --locked --package smileid-tests --test session
    SMILEID_CASES=1000000 cargo test --release --locked --package smileid-v3 --test v3 random_sequences
fi
SMILEID_SOAK=1 cargo test --release --locked --package smileid-jobs-postgres --test store
