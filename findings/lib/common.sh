# What every finding shares; sourced. It makes the temporary folder $work and removes it when the script ends.
set -euo pipefail
work=$(mktemp -d)
header=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
cleanup() { rm -rf "$work"; }
trap cleanup EXIT

# Stops with exit code 2 unless every named program is here.
need() {
    local program
    for program; do
        command -v "$program" >/dev/null || { echo "this finding needs $program" >&2; exit 2; }
    done
}

# Prints the observation on standard input. Fails if it is not what the script's header shows, indented by three spaces.
expect() {
    tee "$work/seen"
    if diff <(sed -n 's/^#   //p' "$header") "$work/seen" >"$work/difference"; then
        echo "as described"
    else
        echo "the behaviour has changed (< described, > seen):" >&2
        cat "$work/difference" >&2
        exit 1
    fi
}

# Installs packages from PyPI into a virtual environment; $python runs them.
python_packages() {
    need python3
    python3 -m venv "$work/python"
    python="$work/python/bin/python"
    "$python" -m pip install --quiet --disable-pip-version-check "$@"
}

# Installs packages from npm; run node in $work.
node_packages() {
    need node npm
    npm install --silent --no-audit --no-fund --prefix "$work" "$@" >&2
}

# Makes a cargo package in $work/NAME with these dependency lines; its source is read from standard input.
# CARGO_TARGET_DIR keeps what is built; otherwise it is removed with $work.
rust_package() {
    need cargo
    local name=$1
    mkdir -p "$work/$name/src"
    printf '[package]\nname = "%s"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n[dependencies]\n%s\n' "$name" "$2" >"$work/$name/Cargo.toml"
    cat >"$work/$name/src/main.rs"
    export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$work/target}"
}

# Runs it; what cargo says goes to standard error.
rust_run() {
    cargo run --quiet --manifest-path "$work/$1/Cargo.toml" "${@:2}"
}
