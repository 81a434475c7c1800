# The sandbox's OpenAPI document against its answers, by schemathesis; its faults apart, since those that are on break other answers.
. "$(dirname "$0")/lib.sh"
cargo build --locked --package smileid-cli
need_python interop/openapi/requirements.txt
export PYTHONPATH=$PWD/interop/openapi SCHEMATHESIS_HOOKS=hooks PYTHONDONTWRITEBYTECODE=1
for choice in --exclude-path-regex --include-path-regex; do
    start_sandbox debug
    (cd target/interop && SANDBOX_KEY_FILE=$SMILEID_API_KEY_FILE ../../"$venv"/bin/schemathesis run "${SMILEID_BASE_URL%/v1}/sandbox/openapi.json" \
        $choice '^/sandbox/(faults/|scenario)' --checks all --max-examples 60 --seed 1 --no-color --header 'Content-Type: application/json')
done
