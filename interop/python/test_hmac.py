"""The official Python client smile-id-core 3.0.1, unmodified, against a sandbox, over plain HTTP and over TLS."""

import time

import pytest
import requests
from smile_id_core import Signature, Utilities, WebApi


@pytest.fixture(params=["plain", "tls"])
def server(request, start, monkeypatch):
    sandbox = start(*(["--tls"] if request.param == "tls" else []))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    if request.param == "tls":
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.ca_file))
    return sandbox


@pytest.fixture
def client(server):
    return Utilities("023", server.key, server.base_url)


def job(job_id):
    return {"user_id": "peer-python", "job_id": job_id, "job_type": 4}


@pytest.mark.parametrize(
    "job_id, options, complete",
    [
        ("approved-1", {"return_job_status": True}, True),  # both flags null
        ("approved-1", None, True),
        ("pending-1", None, False),
        ("provisional-1", None, True),
        ("rejected-1", None, True),
    ],
)
def test_job_status(client, job_id, options, complete):
    reply = client.get_job_status(job(job_id), options)
    assert (reply["job_complete"], reply["code"]) == (complete, "2302")


def test_history_and_images(client):
    options = {"return_job_status": True, "return_history": True, "return_images": True}
    reply = client.get_job_status(job("approved-1"), options)
    picture = requests.get(reply["image_links"]["selfie_image"])
    assert (len(reply["history"]), picture.status_code, picture.headers["content-type"]) == (1, 200, "image/png")


def test_poll_until_final(client, server):
    api = WebApi("023", "https://example.invalid/callback", server.key, server.base_url)
    api.utilities = client
    options = {"return_job_status": True, "return_history": False, "return_images": False}
    start = time.monotonic()
    reply = api.poll_job_status(0, job("pending-1-approved-poll"), options, None)
    assert reply["job_complete"] and time.monotonic() - start >= 4


def test_signature_over_milliseconds_in_text(server):
    body = {**Signature("023", server.key).generate_signature(str(int(time.time() * 1000))), "partner_id": "023"}
    reply = requests.post(server.base_url + "/job_status", json={**body, "user_id": "peer-python", "job_id": "approved-1"})
    assert reply.status_code == 200


@pytest.mark.parametrize(
    "partner, key, job_id, said",
    [
        ("023", "another", "approved-1", "2405"),
        ("23", None, "approved-1", "2405"),  # the zero is dropped
        ("023", None, "unknown", "2304"),
        ("023", None, "no_zip_file-1", "Unable to confirm validity"),  # the client is known to raise at an upload's first poll
    ],
)
def test_refusals(server, partner, key, job_id, said):
    with pytest.raises(Exception, match=said):
        Utilities(partner, key or server.key, server.base_url).get_job_status(job(job_id), None)
