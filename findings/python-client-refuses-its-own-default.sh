#!/usr/bin/env bash
# PyPI smile-id-core 3.0.1: `Utilities.get_job_status` fails if the optional `job_type` is left out, because its own default does not
# pass its own check.
#
# A status question needs no job type. The client fills a missing one so that a shared check passes, with the text "1". The check
# then demands an int and raises ValueError before anything is sent.
#
# Why a good engineer would not guess it: code that reuses the parameters of a submission passes a job type and works. The error
# then blames a key that the caller did not pass, and the annotation says that the default is there for exactly this call.
#
# Seen with smile-id-core 3.0.1 (the server is a closed local port: a call that reaches the network raises ConnectionError):
#
#   job_type 4: ConnectionError
#   job_type left out: ValueError: Please ensure job_type is a number
#   job_type 0: ValueError: Partner Parameter Arguments may not be null or empty
source "$(dirname "$0")/lib/common.sh"
python_packages smile-id-core==3.0.1

cat >"$work/run.py" <<'EOF'
import socket

from smile_id_core import Utilities

closed = socket.socket()
closed.bind(("127.0.0.1", 0))
client = Utilities("001", "invented key", f"http://127.0.0.1:{closed.getsockname()[1]}/v1")


def ask(name, **job_type):
    try:
        client.get_job_status({"user_id": "user-7", "job_id": "job-7", **job_type}, None)
    except ValueError as error:
        print(f"{name}: ValueError: {error}")
    except Exception as error:
        print(f"{name}: {type(error).__name__}")


ask("job_type 4", job_type=4)
ask("job_type left out")
ask("job_type 0", job_type=0)
EOF
NO_PROXY=127.0.0.1 "$python" "$work/run.py" | expect
