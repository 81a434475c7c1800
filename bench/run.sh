#!/usr/bin/env bash
# Measures us and the peers in the same run:
#   run.sh [--quick] [--record] [json|sign|call|wait|poll|start|build|jobs|callbacks|answers]…
# Without a name: all but `callbacks` and `answers`. Each bench prints tables with ratios; `--record` keeps them in docs/benchmarks/ and in
# docs/benchmarks.md, between the comments that name them.
set -euo pipefail
cd "$(dirname "$0")/.."
. ci/lib.sh
quick=() record= names=()
for word in "$@"; do
    case $word in
    --quick) quick=(--quick) ;;
    --record) record=1 ;;
    json | sign | call | wait | poll | start | build | jobs | callbacks | answers) names+=("$word") ;;
    *) echo "no bench \`$word\`; there are json, sign, call, wait, poll, start, build, jobs, callbacks, answers" >&2 && exit 2 ;;
    esac
done
defaults=(json sign call wait poll start build jobs)
[ ${#names[@]} != 0 ] || names=("${defaults[@]}")
# Before anything is measured: a table without its comments would not be recorded.
for name in ${record:+"${names[@]}"}; do
    for comment in "<!-- $name -->" "<!-- end of $name -->"; do
        grep -qxF -e "$comment" docs/benchmarks.md || { echo "docs/benchmarks.md has no line \`$comment\`: the tables of \`$name\` would be lost" >&2 && exit 1; }
    done
done
calls=bench/calls/target/release/smileid-bench-calls

# Instructions in user space, which do not drift with the machine: ROWS of a program, the first of them ours. Set-up is taken off by counting
# twice, with few rounds and with many.
instructions() { # FEW MANY PROGRAM WORD… -- ROW…
    local few=$1 many=$2 command=() ours= row count
    shift 2
    while [ "$1" != -- ]; do command+=("$1") && shift; done
    command -v valgrind >/dev/null || { echo "instruction counts, left out: valgrind is not here" && return; }
    counted() { valgrind --tool=callgrind --callgrind-out-file=/dev/null --log-fd=1 "$@" | sed -n 's/.*Collected : //p'; }
    printf '\n| instructions in user space | each | ours / it |\n|---|---|---|\n'
    for row in "${@:2}"; do
        count=$((($(counted "${command[@]}" "$row" "$many") - $(counted "${command[@]}" "$row" "$few")) / (many - few)))
        awk -v row="$row" -v ours="${ours:=$count}" -v it="$count" 'BEGIN { printf "| %s | %d | %.2f |\n", row, it, ours / it }'
    done
}

# Processor time per call of the official clients, and ours over TLS beside the one that speaks only https.
official() {
    need_python interop/python/requirements.txt
    printf '\n| official client | in flight | processor time, µs | ours, async, µs |\n|---|---|---|---|\n'
    coproc server { exec $calls serve; }
    read -r base_url <&"${server[0]}"
    for flight in 1 16 256; do
        echo "| Python smile-id-core 3.0.1 | $flight | $("$venv/bin/python" bench/official/bench.py "$base_url" 1000 $flight) | above |"
    done
    eval "exec ${server[1]}>&-"
    need_js >&2
    cargo build --release --locked --package smileid-cli >&2
    start_sandbox release --tls
    for flight in 1 16 256; do
        theirs=$(cd target/interop/js && NODE_EXTRA_CA_CERTS=$SANDBOX_CA_FILE node "$OLDPWD/bench/official/bench.mjs" "$SMILEID_BASE_URL" "$SMILEID_API_KEY_FILE" 1000 $flight)
        ours=$($calls tls "$SMILEID_BASE_URL" "$SMILEID_API_KEY_FILE" "$SANDBOX_CA_FILE" 1000 $flight)
        echo "| JavaScript smile-identity-core 3.2.1, over TLS | $flight | $theirs | $ours |"
    done
}

# The tables of hyperfine: `times TITLE COMMAND…`, with its own options first.
times() {
    need hyperfine hyperfine
    hyperfine --style none --export-markdown target/times.md "$@" >&2 && cat target/times.md
}

bench() {
    case $1 in
    json)
        cargo build --release --locked --manifest-path bench/Cargo.toml --bins >&2
        bench/target/release/time json "${quick[@]}"
        bench/target/release/memory json
        for rows in "ours, owned|serde_json owned" "ours, borrowed, from_str|serde_json borrowed, from_str" "ours, JobStatus (its own copy)|serde_json, derive with flatten"; do
            instructions 500 2500 bench/target/release/count count json "a: the sample, strict" -- "${rows%|*}" "${rows#*|}"
        done
        ;;
    sign | call | wait)
        cargo build --release --locked --manifest-path bench/calls/Cargo.toml >&2
        $calls "$1" $([ "$1" = sign ] || echo "${quick[@]}")
        [ "$1" != sign ] || instructions 2000 12000 $calls count sign -- smileid-core "hmac, cloned key + base64" "hmac, fresh key + base64"
        [ "$1" = call ] || return 0
        instructions 500 2500 $calls count call -- smileid-http-async "bare reqwest" "reqwest, serde_json, hmac by hand" "smileid-core over examples/hyper-stack"
        instructions 500 2500 $calls count call -- smileid-http-blocking "bare ureq" "ureq, serde_json, hmac by hand"
        official
        ;;
    poll) # Of a wait, without I/O: v3 beside v1.
        cargo build --release --locked --package smileid-v3 --example polls >&2
        instructions 1000 11000 target/release/examples/polls -- v3 v1
        ;;
    start)
        cargo build --release --locked --package smileid-cli >&2
        times --shell none --warmup 5 "$(command -v true)" target/release/smileid\ {--help,--version,"help status","completions bash",man,demo}
        ;;
    answers) # The sandbox's for a prepared job, a load generator beside it.
        need wrk wrk
        cargo build --release --locked --package smileid-cli >&2
        start_sandbox release --scenario ci/pictures.toml
        body=$(target/release/smileid sign | sed 's/}$/, "partner_id": "023", "user_id": "user-7", "job_id": "job-7", "image_links": false, "history": false}/')
        printf 'wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nwrk.body = [[%s]]\n' "$body" >target/answers.lua
        wrk -t1 -c32 -d8s --latency -s target/answers.lua "$SMILEID_BASE_URL/job_status"
        ;;
    jobs)
        for manifest in bench/jobs/peers/Cargo.toml bench/jobs/Cargo.toml; do cargo build --release --locked --manifest-path $manifest >&2; done
        bench/jobs/target/release/smileid-bench-jobs bench/jobs/peers/target/release/smileid-bench-jobs-peers "${quick[@]}"
        ;;
    callbacks) # From a callback to the recorded answer.
        cargo build --release --locked --manifest-path bench/jobs/Cargo.toml >&2
        bench/jobs/target/release/smileid-bench-jobs callbacks "${quick[@]}"
        ;;
    build)
        for package in smileid-core smileid-http-blocking smileid-http-async smileid-cli; do
            times --runs 1 --prepare 'rm -rf target/bench-build' "cargo build --locked --package $package --target-dir target/bench-build"
            times --runs 1 --prepare 'touch crates/smileid-core/src/lib.rs' "cargo build --locked --package $package --target-dir target/bench-build"
        done
        ;;
    esac
}

for name in "${names[@]}"; do
    table=$(bench "$name" | tee /dev/stderr)
    [ -n "$record" ] || continue
    printf '%s\n' "$table" >"docs/benchmarks/$name.txt"
    awk -v name="$name" -v file="docs/benchmarks/$name.txt" '
        $0 == "<!-- " name " -->" { print; while ((getline line < file) > 0) print line; skip = 1 }
        $0 == "<!-- end of " name " -->" { skip = 0 }
        !skip' docs/benchmarks.md >target/benchmarks.md && mv target/benchmarks.md docs/benchmarks.md
done
