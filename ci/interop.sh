# The official clients, unmodified, against a sandbox: Python's of job_status, of the legacy scheme and of the v3 API, and JavaScript over TLS.
. "$(dirname "$0")/lib.sh"
cargo build --locked --package smileid-cli
need_python interop/python/requirements.txt
"$venv/bin/pytest" -p no:cacheprovider interop/python/test_hmac.py
need_python interop/python/requirements-1.0.6.txt
"$venv/bin/pytest" -p no:cacheprovider interop/python/test_sec_key.py
need_python interop/python/requirements-v12.txt
"$venv/bin/pytest" -p no:cacheprovider interop/python/test_v3.py

need_js
start_sandbox debug --tls
NODE_EXTRA_CA_CERTS=$SANDBOX_CA_FILE node --test target/interop/js/hmac.test.mjs
