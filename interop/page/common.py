"""What the Python scripts beside this share: a result is one line of JSON, and the exit code tells whether all held."""

import json
import re
import sys

failed = False


def row(call, ok, outcome):
    global failed
    failed = failed or not ok
    print(json.dumps({"call": call, "ok": bool(ok), "outcome": outcome}), flush=True)


def check(call, work, expected):
    """Runs a call of the client; what it gives or raises is compared with what is expected."""
    try:
        outcome = work()
    except Exception as error:  # whatever the client raises is its outcome
        code = re.search(r"'code': '(\d+)'", str(error))
        outcome = f"refused with {code[1]}" if code else f"{type(error).__name__}: {error}"
    ok = expected(outcome) if callable(expected) else outcome == expected
    row(call, ok, outcome if isinstance(outcome, str) and len(outcome) < 120 else str(outcome)[:120])


def end():
    sys.exit(1 if failed else 0)
