"""The official Python client smile-id-core 1.0.6, unmodified, against a sandbox of the legacy scheme."""

import base64
import hashlib
import time

import pytest
from Crypto.PublicKey import RSA
from smile_id_core import Signature, Utilities, WebApi

BOTH = {"return_history": True, "return_images": True}


@pytest.fixture
def server(start, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    return start("--scheme", "sec-key")


def job(job_id):
    return {"user_id": "peer-legacy", "job_id": job_id, "job_type": 4}


def ask(server, job_id, options=BOTH, timestamp=None, partner="023"):
    sec_params = timestamp and Signature("023", server.key).generate_sec_key(timestamp)
    return Utilities(partner, server.key, server.base_url).get_job_status(job(job_id), options, sec_params).json()


def test_every_form_of_the_timestamp(server):
    now = int(time.time())
    for timestamp in (None, now * 1000, str(now)):
        reply = ask(server, "approved-1", timestamp=timestamp)
        assert (reply["job_complete"], reply["code"]) == (True, "2302"), timestamp


def test_signature_is_asked_for_with_the_same_key(server):
    reply = ask(server, "approved-1", {"return_history": None, "return_images": None, "signature": True})
    assert (reply["job_complete"], reply["code"]) == (True, "2302")


def test_the_pair_opens_with_the_public_key(server):
    """The client never checks the pair ("re look at this", it says)."""
    reply = ask(server, "approved-1")
    sealed, hashed = reply["signature"].split("|")
    public = RSA.importKey(base64.b64decode(server.key))
    size = (public.n.bit_length() + 7) // 8
    opened = pow(int.from_bytes(base64.b64decode(sealed), "big"), public.e, public.n).to_bytes(size, "big")
    expected = hashlib.sha256(f"23:{reply['timestamp']}".encode()).hexdigest()
    assert hashed == expected
    assert opened == b"\x00\x01" + b"\xff" * (size - 67) + b"\x00" + expected.encode()
    assert size * 8 == 2048


def test_poll_until_final(server):
    api = WebApi("023", "https://example.invalid/callback", server.key, server.base_url)
    api.utilities = Utilities("023", server.key, server.base_url)
    start = time.monotonic()
    options = {"return_history": False, "return_images": False}
    reply = api.poll_job_status(0, job("pending-1-approved-poll"), options, None).json()
    assert reply["job_complete"] and time.monotonic() - start >= 4


@pytest.mark.parametrize(
    "job_id, more, code",
    [
        ("approved-1", {"partner": "23"}, "2305"),  # the zero is dropped
        ("approved-1", {"timestamp": "old"}, "2305"),
        ("unknown", {}, "2304"),
    ],
)
def test_refusals(server, job_id, more, code):
    if more.get("timestamp") == "old":
        more = {"timestamp": int(time.time()) - 3600}
    with pytest.raises(Exception, match=code):
        ask(server, job_id, **more)
