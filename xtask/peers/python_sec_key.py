"""Drives the official Python client smile-id-core 1.0.6, unmodified, with sec_key: base URL and key file are the arguments."""

import base64
import hashlib
import sys
import time

from Crypto.PublicKey import RSA
from smile_id_core import Signature, Utilities, WebApi

from common import check, end

base_url, key_file = sys.argv[1:3]
with open(key_file, encoding="utf-8") as file:
    key = file.read()
client = Utilities("023", key, base_url)


def job(job_id):
    return {"user_id": "peer-legacy", "job_id": job_id, "job_type": 4}


def ask(job_id, options=None, sec_params=None, of=client):
    return of.get_job_status(job(job_id), options or {"return_history": True, "return_images": True}, sec_params).json()


def status(job_id, **more):
    reply = ask(job_id, **more)
    return f"job_complete {reply['job_complete']}, code {reply['code']}"


def pair():
    """The client never checks the pair ("re look at this", it says): here it is opened with the public key."""
    reply = ask("approved-1")
    sealed, hashed = reply["signature"].split("|")
    public = RSA.importKey(base64.b64decode(key))
    size = (public.n.bit_length() + 7) // 8
    opened = pow(int.from_bytes(base64.b64decode(sealed), "big"), public.e, public.n).to_bytes(size, "big")
    expected = hashlib.sha256(f"23:{reply['timestamp']}".encode()).hexdigest()
    padded = b"\x00\x01" + b"\xff" * (size - 67) + b"\x00" + expected.encode()
    return f"hash {hashed == expected}, block {opened == padded}, {size * 8} bits"


def poll():
    api = WebApi("023", "https://example.invalid/callback", key, base_url)
    api.utilities = client
    begun = time.monotonic()
    reply = api.poll_job_status(0, job("pending-1-approved-poll"), {"return_history": False, "return_images": False}, None)
    return f"job_complete {reply.json()['job_complete']}, slept {round(time.monotonic() - begun)} s"


def at(timestamp):
    return Signature("023", key).generate_sec_key(timestamp)


now = int(time.time())
signed = {"return_history": None, "return_images": None, "signature": True}
check("get_job_status, seconds as a number", lambda: status("approved-1"), "job_complete True, code 2302")
check("get_job_status, milliseconds as a number", lambda: status("approved-1", sec_params=at(now * 1000)), "job_complete True, code 2302")
check("get_job_status, seconds in text", lambda: status("approved-1", sec_params=at(str(now))), "job_complete True, code 2302")
check("the reply's pair opened with the public key", pair, "hash True, block True, 2048 bits")
check("poll_job_status until final", poll, "job_complete True, slept 4 s")
check("get_job_status with signature, the same key", lambda: status("approved-1", options=signed), "job_complete True, code 2302")
check("get_job_status, zeros dropped", lambda: status("approved-1", of=Utilities("23", key, base_url)), lambda o: "2305" in o)
check("get_job_status, an hour old", lambda: status("approved-1", sec_params=at(now - 3600)), lambda o: "2305" in o)
check("get_job_status, no such job", lambda: status("unknown"), lambda o: "2304" in o)
end()
