# All fuzz targets, each for five minutes.
. "$(dirname "$0")/lib.sh"
need c++ g++
cargo xtask fuzz --seconds "${SECONDS_EACH:-300}"
