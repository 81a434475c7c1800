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
