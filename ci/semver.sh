# The public API against the latest release's, by its tag.
. "$(dirname "$0")/lib.sh"
latest=$(git tag --list 'v*' --sort=-version:refname | head -n 1)
[ -n "$latest" ] || skip "there is no release to compare with yet"
need_cargo cargo-semver-checks
cargo semver-checks --workspace --exclude smileid-tests --exclude xtask --all-features --baseline-rev "$latest"
