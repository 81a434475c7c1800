# The sandbox's page in headless Chromium, used by keyboard.
. "$(dirname "$0")/lib.sh"
cargo build --locked --package smileid-cli
need chromedriver chromium chromium-driver
need python3 python3
start_sandbox debug
NO_PROXY=127.0.0.1,localhost python3 -B interop/page/page.py "$SMILEID_BASE_URL" "$SMILEID_API_KEY_FILE" target/interop/sandbox-page.png
