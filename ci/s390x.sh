# Core's tests, and those of its JSON, on a big-endian machine, emulated.
. "$(dirname "$0")/lib.sh"
need_target s390x-unknown-linux-gnu
need qemu-s390x qemu-user
need s390x-linux-gnu-gcc gcc-s390x-linux-gnu libc6-dev-s390x-cross
export CARGO_TARGET_S390X_UNKNOWN_LINUX_GNU_LINKER=s390x-linux-gnu-gcc
export CARGO_TARGET_S390X_UNKNOWN_LINUX_GNU_RUNNER="qemu-s390x -L /usr/s390x-linux-gnu"
# Emulation takes tens of times as long: a build that is optimised is over sooner, and still checks overflows.
export CARGO_PROFILE_DEV_OPT_LEVEL=2
cargo test --locked --target s390x-unknown-linux-gnu --package smileid-core --package lenient-json --all-features --lib
cargo test --locked --target s390x-unknown-linux-gnu --package smileid-tests --test json
