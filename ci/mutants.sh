# Changes the code in one place at a time and runs the tests. Fails if they notice less than 95 % of a part's changes. .cargo/mutants.toml
# names what is changed, and what is left out and why. It takes about two hours on two cores.
# Usage: mutants.sh [REGEX], to make only the changes whose names match, as in "src/policy/".
. "$(dirname "$0")/lib.sh"
need_cargo cargo-mutants
folder=$PWD/target/mutants
copy_tree "$folder/tree"
# The build folder may hold a changed file of a run that was stopped: every file has to be newer than it.
find "$folder/tree" -name '*.rs' -exec touch {} +
# Only the tests that need no crate but core: little is built again after a change.
others='own-stack|ureq|reqwest|rustls|rustls-pki-types|http|url|log|tokio|smileid|smileid-(http[a-z-]*|images|v3|conformance|sandbox)'
sed -i -E "/^($others) = /d" "$folder/tree/tests/Cargo.toml"
sed -i -E '/^mod (callback|callback_pair|sandbox_.*);/d' "$folder/tree/tests/contract/main.rs"
export CARGO_TARGET_DIR=$folder/build CARGO_PROFILE_DEV_DEBUG=none

# Runs tests after each change that none has noticed yet.
mutants() { # FLAG…
    local status=0
    (cd "$folder/tree" && cargo mutants --in-place --iterate --package smileid-core --all-features --output "$folder" --re "$pattern" "$@") || status=$?
    # 2: some survive. 3: tests hang after some, which counts as noticed.
    case $status in 0 | 2 | 3) ;; *) exit "$status" ;; esac
}

pattern=${1:-.}
rm -rf "$folder"/mutants.out*
# Core's own tests build in seconds, so they come first.
mutants -- --lib
unit=$(cat "$folder/mutants.out/caught.txt")
tests=(--test contract --test proof --test session)
# cargo-mutants runs only the changed package's tests without a change, so this is done here.
(cd "$folder/tree" && cargo test --package smileid-tests --all-features "${tests[@]}")
# As arguments of the build too: without them all tests are built, and those that were cut out do not compile.
mutants --test-package smileid-tests --baseline skip --timeout 120 "${tests[@]/#/--cargo-arg=}"

score() { # PART FOLDER
    local noticed survived
    noticed=$({ echo "$unit"; cat "$folder"/mutants.out/{caught,timeout}.txt; } | sort -u | grep -c "src/$2/" || true)
    survived=$(grep -c "src/$2/" "$folder/mutants.out/missed.txt" || true)
    [ $((noticed + survived)) -gt 0 ] || return 0
    awk -v part="$1" -v n="$noticed" -v s="$survived" 'BEGIN {
        printf "%-9s %3d noticed, %d survived: %.1f %%\n", part, n, s, 100 * n / (n + s)
        exit n < 0.95 * (n + s)
    }'
}
failed=0
score signature signature || failed=1
score verdict reply || failed=1
score policy policy || failed=1
score session session || failed=1
exit $failed
