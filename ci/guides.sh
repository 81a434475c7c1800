# What the pages of documentation say to type is typed, and must come to what they show.
. "$(dirname "$0")/lib.sh"
need python3 python3
cargo build --locked --package smileid-cli
python3 -B ci/guides.py
