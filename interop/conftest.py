"""A `smileid sandbox` for each test that asks for one, its admin API, and the values that no output may contain."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "interop/postgres"))

import server as postgres_server  # noqa: E402: it is in another folder

TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
SMILEID = pathlib.Path(os.environ.get("SMILEID", TARGET / "debug" / "smileid"))
USER = "canary-user-7"
# The fields of a reply that are about a person, or open a door. Shorter values occur in other texts by chance.
PERSONAL = (
    "FullName DOB Address PhoneNumber PhoneNumber2 IDNumber Secondary_ID_Number Photo Document selfie_image signature "
    "user_id optional_info SmileJobID"
).split()
SHORTEST, LOOKED_FOR = 6, 64


def clean_environment():
    ours = ("SMILEID_", "OTEL_", "RUST_LOG", "LISTEN", "CARGO_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


class Sandbox:
    """A running sandbox."""

    def __init__(self, folder, *flags):
        self.key_file, self.ca_file = folder / "key.txt", folder / "ca.pem"
        outputs = ["--api-key-out", self.key_file, *(["--ca-out", self.ca_file] if "--tls" in flags else [])]
        self.process = subprocess.Popen(
            [SMILEID, "sandbox", *flags, *outputs], stdout=subprocess.PIPE, text=True, env=clean_environment()
        )
        self.base_url = self.process.stdout.readline().strip()
        assert self.base_url, "`smileid sandbox` printed no base URL"
        self.origin = self.base_url.removesuffix("/v1")
        self.key = self.key_file.read_text()

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def environment(self, **more):
        ours = {"SMILEID_PARTNER_ID": "023", "SMILEID_API_KEY_FILE": str(self.key_file), "SMILEID_BASE_URL": self.base_url}
        return {**clean_environment(), **ours, **more}

    def send(self, path, body=None, method="POST"):
        """A reply's status and its body."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.origin + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return reply.status, reply.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def admin(self, method, path, body=None):
        status, reply = self.send(f"/sandbox{path}", body, method)
        assert 200 <= status < 300, f"{method} {path}: {status} {reply}"
        return json.loads(reply)

    def add_job(self, job_id, stage="approved", callback_url=None):
        """A job of two legs with everything in it that is about a person, images too."""
        job = {"user_id": USER, "job_id": job_id, "product": "biometric_kyc", "stages": [stage], "odd": ["large_photo"]}
        job |= {"params": {"optional_info": "canary-optional-info"}}
        self.admin("POST", "/jobs", job | ({"callback_url": callback_url} if callback_url else {}))

    def move_job(self, job_id, stage):
        self.admin("PUT", f"/jobs/{USER}/{job_id}/stage", {"stage": stage})

    def call_back(self, job_id):
        self.admin("POST", f"/jobs/{USER}/{job_id}/callback", {})

    def fault(self, name):
        """The next request meets a fault, once."""
        self.admin("PUT", f"/faults/{name}", {"probability": 1, "times": 1})

    def answers(self, job_id):
        """The statuses that the callbacks of a job were answered with."""
        calls = [call for call in self.admin("GET", "/callbacks")["callbacks"] if call["job_id"] == job_id]
        return [attempt.get("status") for call in calls for attempt in call["attempts"]]

    def asked(self, job_id):
        """How often a job was asked about."""
        exchanges = self.admin("GET", "/journal?limit=1000")["exchanges"]
        return sum((exchange.get("request") or {}).get("job_id") == job_id for exchange in exchanges)

    def smileid(self, *arguments):
        done = subprocess.run([SMILEID, *arguments], env=self.environment(), capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    def canaries(self, job_id):
        """What no output about a job may contain: all that the service reports about the person, and the key."""
        asked = ["status", "--user-id", USER, "--job-id", job_id, "--history", "--image-links", "--output", "json"]
        found = {"the key": self.key}

        def take(value):
            if isinstance(value, list):
                for item in value:
                    take(item)
            elif isinstance(value, dict):
                for name, item in value.items():
                    if name in PERSONAL and isinstance(item, str) and len(item) >= SHORTEST:
                        found[f"{name} {len(found)}"] = item
                    take(item)

        take(self.smileid(*asked)["reply"])
        assert len(found) >= len(PERSONAL) / 2, "the sandbox's reply says next to nothing about a person"
        return found


def assert_absent(canaries, text):
    """Fails by the name of a field, never by its value."""
    leaked = [name for name, value in canaries.items() if value[:LOOKED_FOR] in text]
    assert not leaked, leaked


@pytest.fixture
def start(tmp_path):
    """Starts a sandbox with flags."""
    with contextlib.ExitStack() as stack:

        def start(*flags):
            sandbox = Sandbox(tmp_path, *flags)
            stack.callback(sandbox.close)
            return sandbox

        yield start


@pytest.fixture
def sandbox(start):
    return start()


@pytest.fixture
def postgres():
    """A PostgreSQL server of the test's own; without one the test is skipped."""
    if not postgres_server.programs():
        pytest.skip("there is no PostgreSQL")
    with contextlib.closing(postgres_server.Postgres()) as server:
        yield server
