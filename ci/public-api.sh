# What was added to, removed from and changed in the public API since $BASE (in CI the branch a change is for), or since the latest release.
. "$(dirname "$0")/lib.sh"
base=${BASE:-$(git tag --list 'v*' --sort=-version:refname | head -n 1)}
[ -n "$base" ] || skip "there is no release to compare with yet; BASE names a revision"
need_nightly
need_cargo cargo-public-api
copy_tree target/public-api/new
rm -rf target/public-api/old && mkdir -p target/public-api/old && git archive "$base" | tar --extract --directory target/public-api/old
for folder in crates/*/; do
    name=$(basename "$folder")
    [ -f "$folder/src/lib.rs" ] || continue
    for side in old new; do
        (cd "target/public-api/$side" && if [ -d "$folder" ]; then cargo +nightly public-api --package "$name" --all-features -sss --color never; fi) >"target/public-api/$side-$name.txt"
    done
    echo "== $name"
    diff "target/public-api/old-$name.txt" "target/public-api/new-$name.txt" || true
done
