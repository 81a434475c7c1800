# Each package as it would be published, built from what is in it, with its licences and its page.
. "$(dirname "$0")/lib.sh"
for folder in crates/*/; do
    files=$(cargo package --package "$(basename "$folder")" --allow-dirty --list)
    for file in README.md LICENSE-APACHE LICENSE-MIT; do
        grep -qx "$file" <<<"$files" || { echo "$folder lacks $file" >&2; exit 1; }
    done
done
# One folder for all the builds: what several packages depend on is built once.
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}/publish cargo publish --dry-run --locked --allow-dirty "${published[@]}"
