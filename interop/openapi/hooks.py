"""Signs what schemathesis sends to job_status, and gives the v3 API key and token, so that it gets past the door.

The key's file is in SANDBOX_KEY_FILE, the sandbox's address in SANDBOX_ORIGIN.
"""

import base64
import functools
import hashlib
import hmac
import json
import os
import urllib.request
from datetime import datetime, timezone

import schemathesis

with open(os.environ["SANDBOX_KEY_FILE"], encoding="utf-8") as file:
    KEY = file.read().encode()


WORDS = {"0": "c1ear", "1": "b10ck", "2": "attent10n", "3": "err0r", "4": "pr0cess1ng"}
ASKING = {"smileid-partner-id": "23", "smileid-api-key": KEY.decode()}


@functools.cache
def token():
    request = urllib.request.Request(os.environ["SANDBOX_ORIGIN"] + "/v3/token", b"", ASKING | {"Content-Type": ""}, method="POST")
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.load(reply)["token"]


@schemathesis.hook
def before_call(context, case, kwargs):
    meta = getattr(case, "meta", None)
    positive = meta is None or meta.generation.mode.is_positive
    if positive and case.path == "/v3/token":
        case.headers.update(ASKING)
    if positive and case.path == "/v3/status/{job_id}":
        case.headers["smileid-token"] = token()
        # Of each word one that is there, and now and then one that is not.
        job_id = case.path_parameters["job_id"]
        word = WORDS.get(job_id[-1])
        if word:
            case.path_parameters["job_id"] = job_id[: -len(word)] + word
    if case.path != "/v1/job_status" or not positive or not isinstance(case.body, dict):
        return
    timestamp = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    mac = hmac.new(KEY, (timestamp + "023" + "sid_request").encode(), hashlib.sha256).digest()
    case.body.pop("sec_key", None)
    case.body.update(partner_id="023", timestamp=timestamp, signature=base64.b64encode(mac).decode())
    # Any id that says what it is is a job of this sandbox.
    case.body["job_id"] = ("approved-" + str(case.body.get("job_id", "")))[:1024]
