# Core's tests, and those of its JSON, as a program of 32 bits.
. "$(dirname "$0")/lib.sh"
[ "$(uname -m)" = x86_64 ] || skip "programs of 32 bits for this processor cannot run here"
need_target i686-unknown-linux-gnu
need i686-linux-gnu-gcc gcc-i686-linux-gnu libc6-dev-i386-cross
export CARGO_TARGET_I686_UNKNOWN_LINUX_GNU_LINKER=i686-linux-gnu-gcc
export CARGO_TARGET_I686_UNKNOWN_LINUX_GNU_RUNNER="/usr/i686-linux-gnu/lib/ld-linux.so.2 --library-path /usr/i686-linux-gnu/lib"
cargo test --locked --target i686-unknown-linux-gnu --package smileid-core --package lenient-json --all-features --lib
cargo test --locked --target i686-unknown-linux-gnu --package smileid-tests --test json
