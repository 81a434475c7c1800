# The first call as its guide has it, line by line, from an empty folder to a verified answer: blocking, then async. Then the README's program.
. "$(dirname "$0")/lib.sh"
need python3 python3
python3 -B ci/guides.py --first-call
