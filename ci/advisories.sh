# Known vulnerabilities of the dependencies. The list is a repository, which cannot be reached from everywhere.
. "$(dirname "$0")/lib.sh"
need_cargo cargo-deny
if ! said=$(cargo deny --all-features check advisories 2>&1); then
    echo "$said"
    grep -qE 'failed to fetch|unable to fetch|Could not resolve host' <<<"$said" && skip "the list of advisories cannot be reached"
    exit 1
fi
