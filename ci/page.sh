# The pages of the sandbox and of `smileid jobs run --metrics` in headless Chromium; the sandbox's is used by keyboard.
. "$(dirname "$0")/lib.sh"
cargo build --locked --package smileid-cli
need chromedriver chromium chromium-driver
need python3 python3
start_sandbox debug
NO_PROXY=127.0.0.1,localhost python3 -B interop/page/page.py "$SMILEID_BASE_URL" "$SMILEID_API_KEY_FILE" target/interop/sandbox-page.png
NO_PROXY=127.0.0.1,localhost python3 -B interop/page/jobs.py target/debug/smileid
