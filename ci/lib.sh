# What the steps of `cargo xtask nightly` share. Each `need…` gets what a step lacks; what cannot be had ends the step as skipped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# A script that `cargo run` started would give its cargo's variables on to other toolchains.
unset CARGO RUSTC RUSTDOC RUSTUP_TOOLCHAIN "${!CARGO_PKG_@}" "${!CARGO_MANIFEST_@}"

skip() { # REASON
    echo "SKIPPED: $*" >&2
    exit 77
}

need() { # PROGRAM [DEBIAN-PACKAGE]…
    local program=$1
    shift
    if ! command -v "$program" >/dev/null && [ $# -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -yqq --no-install-recommends "$@"; } || true
    fi
    command -v "$program" >/dev/null || skip "$program cannot be had here"
}

need_cargo() { # cargo-SUBCOMMAND
    command -v "$1" >/dev/null || cargo install --locked "$1" || skip "$1 cannot be had here"
}

need_target() { # TARGET
    rustup target add "$1" || skip "the target $1 cannot be had here"
}

need_nightly() { # [COMPONENT]…
    rustup run nightly cargo --version || rustup toolchain install nightly --profile minimal || skip "nightly cannot be had here"
    [ $# -eq 0 ] || rustup component add --toolchain nightly "$@" || skip "$* of nightly cannot be had here"
}

# `--package NAME` for each published crate.
published=()
for folder in crates/*/; do published+=(--package "$(basename "$folder")"); done

# A copy of the tracked files in a folder, for what would change them.
copy_tree() { # FOLDER
    rm -rf "$1" && mkdir -p "$1"
    git ls-files -z | while IFS= read -r -d '' file; do [ ! -f "$file" ] || printf '%s\0' "$file"; done |
        tar --null --create --files-from=- | tar --extract --directory "$1"
}

# A Python with what a file of requirements names, in $venv.
need_python() { # REQUIREMENTS
    need python3 python3 python3-venv
    venv=target/interop/$(sha256sum "$1" | cut -c1-12)
    [ ! -f "$venv/installed" ] || return 0
    python3 -m venv "$venv" || skip "python3 with venv cannot be had here"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$1" || skip "what $1 names cannot be had here"
    touch "$venv/installed"
}

# The official JavaScript client, in target/interop/js.
need_js() {
    need node nodejs
    need npm npm
    mkdir -p target/interop/js && cp interop/js/* target/interop/js
    (cd target/interop/js && npm ci --silent --ignore-scripts --no-audit --no-fund) || skip "smile-identity-core cannot be had here"
}

# A sandbox of the debug or the release build until the script ends, and the variables that lead to it. One that was started before ends.
start_sandbox() { # debug|release [FLAG]…
    local program=target/$1/smileid folder=target/interop/sandbox
    shift
    [ -z "${sandbox:-}" ] || kill "$sandbox"
    rm -rf $folder && mkdir -p $folder
    SANDBOX_CA_FILE=$PWD/$folder/ca.pem
    [ "${1:-}" != --tls ] || set -- "$@" --ca-out "$SANDBOX_CA_FILE"
    "$program" sandbox "$@" --api-key-out $folder/key.txt >$folder/url.txt &
    sandbox=$!
    trap 'kill "$sandbox"' EXIT
    until [ -s $folder/url.txt ]; do
        kill -0 $sandbox || exit 1
        sleep 0.1
    done
    export SMILEID_PARTNER_ID=023 SMILEID_API_KEY_FILE=$PWD/$folder/key.txt SMILEID_BASE_URL
    SMILEID_BASE_URL=$(head -n 1 $folder/url.txt)
}
