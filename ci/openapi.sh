# The sandbox's OpenAPI document against its answers, by schemathesis; its faults apart, since those that are on break other answers, and the
# v3 API apart, which answers another method as it answers a path that it does not have.
. "$(dirname "$0")/lib.sh"
cargo build --locked --package smileid-cli
need_python interop/openapi/requirements.txt
export PYTHONPATH=$PWD/interop/openapi SCHEMATHESIS_HOOKS=hooks PYTHONDONTWRITEBYTECODE=1
described() { # FLAG…
    start_sandbox debug
    (cd target/interop && SANDBOX_KEY_FILE=$SMILEID_API_KEY_FILE SANDBOX_ORIGIN=${SMILEID_BASE_URL%/v1} \
        ../../"$venv"/bin/schemathesis run "${SMILEID_BASE_URL%/v1}/sandbox/openapi.json" \
        --checks all --max-examples 60 --seed 1 --no-color "$@")
}
json='Content-Type: application/json'
described --header "$json" --exclude-path-regex '^/(sandbox/(faults/|scenario)|v3/)'
described --header "$json" --include-path-regex '^/sandbox/(faults/|scenario)'
described --include-path-regex '^/v3/' --exclude-checks unsupported_method
