"""The official Python client usesmileid 12.1.0 of the v3 API, unmodified, against a sandbox over TLS."""

import pytest
import usesmileid
from usesmileid import errors

UNKNOWN = "job_01k6q2w9f3e8rhx4m7d0t5n6vz"


@pytest.fixture
def server(start, monkeypatch):
    sandbox = start("--tls")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    # The client reads it; the fixture's own requests to the admin API read it too.
    monkeypatch.setenv("SSL_CERT_FILE", str(sandbox.ca_file))
    return sandbox


def connect(server, partner="23", key=None):
    return usesmileid.Client(partner_id=partner, api_key=key or server.key, base_url=server.origin)


@pytest.fixture
def client(server):
    with connect(server) as client:
        yield client


def job(server, *stages):
    made = server.admin("POST", "/jobs", {"user_id": "peer-v3", "job_id": "v3-new", "stages": stages})
    return made["job_id"]


def tokens(server):
    exchanges = server.admin("GET", "/journal?limit=1000")["exchanges"]
    return sum(exchange["path"] == "/v3/token" for exchange in exchanges)


@pytest.mark.parametrize(
    "stage, word, complete",
    [
        ("approved", "clear", True),
        ("rejected", "block", True),
        ("provisional", "attention", True),
        ("no_verdict", "error", True),
        ("pending", "processing", False),
        ("not_found", "not_found", False),
    ],
)
def test_status(server, client, stage, word, complete):
    job_id = job(server, stage)
    status = client.verifications.retrieve(job_id)
    assert (status.status, status.is_complete, status.job_id) == (word, complete, job_id)
    assert status.user_id == ("unknown" if word == "not_found" else "peer-v3")


def test_one_token_serves_several_calls(server, client):
    for job_id in (job(server, "approved"), job(server, "pending"), UNKNOWN):
        client.verifications.retrieve(job_id)
    assert tokens(server) == 1


def test_wait(server, client):
    job_id = job(server, "not_found 1", "pending 2", "rejected")
    assert client.verifications.wait_until_complete(job_id, interval=0.01).status == "block"


def test_a_refused_token_is_fetched_again(server, client):
    job_id = job(server, "approved")
    client.verifications.retrieve(job_id)
    server.fault("v3_401")
    assert client.verifications.retrieve(job_id).status == "clear"
    assert tokens(server) == 2


@pytest.mark.parametrize("fault", ["v3_token_opaque", "v3_429", "status_503"])
def test_faults_that_pass(server, client, fault):
    job_id = job(server, "approved")
    server.fault(fault)
    assert client.verifications.retrieve(job_id).status == "clear"


@pytest.mark.parametrize("fault, word", [("v3_unknown_word", "queued"), ("v3_other_casing", "Clear"), ("v3_envelope_200", "error")])
def test_a_word_that_nobody_knows_ends_its_wait(server, client, fault, word):
    """What the guide on migrating says of it."""
    job_id = job(server, "pending")
    server.fault(fault)
    assert client.verifications.wait_until_complete(job_id, interval=0.01).status == word


def test_another_jobs_status_is_accepted(server, client):
    job_id = job(server, "pending")
    server.fault("v3_other_jobs_id")
    status = client.verifications.wait_until_complete(job_id, interval=0.01)
    assert status.status == "clear" and status.job_id != job_id


def test_refusals(server, client):
    with pytest.raises(errors.AuthenticationError):
        connect(server, key="another").verifications.retrieve(UNKNOWN)
    with pytest.raises(errors.AuthenticationError):
        connect(server, partner="24").verifications.retrieve(UNKNOWN)
    with pytest.raises(errors.ValidationError, match="leading zeros"):
        connect(server, partner="023")
    with pytest.raises(errors.SmileIDError):
        client.verifications.retrieve("job-7")
