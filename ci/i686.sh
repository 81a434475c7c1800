# Core's tests, and those of its JSON, on a machine of 32 bits, emulated.
. "$(dirname "$0")/lib.sh"
need_target i686-unknown-linux-gnu
need qemu-i386 qemu-user
need i686-linux-gnu-gcc gcc-i686-linux-gnu libc6-dev-i386-cross
export CARGO_TARGET_I686_UNKNOWN_LINUX_GNU_LINKER=i686-linux-gnu-gcc
export CARGO_TARGET_I686_UNKNOWN_LINUX_GNU_RUNNER="qemu-i386 -L /usr/i686-linux-gnu"
cargo test --locked --target i686-unknown-linux-gnu --package smileid-core --package lenient-json --all-features --lib
cargo test --locked --target i686-unknown-linux-gnu --package smileid-tests --test json
