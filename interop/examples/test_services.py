"""The example services: what any service that receives callbacks has to do, tried on a running one, and what telemetry reports."""

import contextlib
import gzip
import http.server
import json
import queue
import signal
import subprocess
import threading
import urllib.error
import urllib.request

import pytest

from conftest import TARGET, USER, assert_absent

# More than the limits that web frameworks have by themselves (256 KiB, 2 MB) and less than the example's; and more than that.
LARGE, TOO_LARGE = 3 * 1024 * 1024, 5 * 1024 * 1024
OF_ANOTHER_KEY = "nD5rG9g/uEMJghiwVnQ2YG6BV8Dw0pjvNGG9+nGHVUE="
PATIENCE = 60


class Service:
    """A process whose output is read line by line."""

    def __init__(self, program, environment):
        environment = environment | {"LISTEN": "127.0.0.1:0"}
        self.process = subprocess.Popen(
            [program], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.lines, self.written = queue.Queue(), []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.written.append(line)
            self.lines.put(line)

    def line(self, *words):
        """The next line with all of the words."""
        while True:
            line = self.lines.get(timeout=PATIENCE)
            if all(word in line for word in words):
                return line

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def post(url, body, **headers):
    body = body.encode() if isinstance(body, str) else body
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"} | headers)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as reply:
            return reply.status
    except urllib.error.HTTPError as error:
        return error.code
    except (BrokenPipeError, ConnectionResetError, urllib.error.URLError):
        return 413  # The service refused the rest of the body and closed.


def ids(job_id):
    return {"user_id": USER, "job_id": job_id, "job_type": 1}


def says_approved(job_id, signed, photo=0):
    body = {"ResultCode": "0810", "ResultText": "Enroll User", "IsFinalResult": "true", "Photo": "A" * photo}
    return json.dumps(body | {"PartnerParams": ids(job_id)} | signed)


@pytest.mark.parametrize("program", ["axum-callbacks", "actix-callbacks"])
def test_callbacks(sandbox, program):
    with contextlib.closing(Service(TARGET / "debug" / program, sandbox.environment())) as service:
        url = service.line("listening on http://").split("listening on ")[1].split()[0].rstrip('"')
        url = f"{url}/smileid/callback"

        # Both legs of a job, as the sandbox calls back: the first decides nothing, the second is asked about, its double is not.
        for job_id in ("leg", "genuine"):
            sandbox.add_job(job_id, "pending", url)
            sandbox.move_job(job_id, "id_leg")
            service.line("callback received", "id_leg")
        sandbox.move_job("genuine", "approved")
        service.line("callback received", "final")
        service.line("job decided", "approved")
        sandbox.call_back("genuine")
        service.line("callback received", "final")
        assert sandbox.asked("genuine") == 1 and set(sandbox.answers("genuine")) == {200}

        # What anybody could send: each is refused, and none is asked about.
        sandbox.add_job("other", "rejected")
        now, old = sandbox.smileid("sign"), sandbox.smileid("sign", "--timestamp", "2023-02-13T15:07:42.214Z")
        now, old = ({name: signed[name] for name in ("timestamp", "signature")} for signed in (now, old))
        wrong = [
            ("no JSON", "<html>", 400),
            ("nothing", "", 400),
            ("no signature", says_approved("other", {"timestamp": now["timestamp"]}), 401),
            ("a signature of no known shape", says_approved("other", now | {"signature": "approved"}), 401),
            ("another key's signature", says_approved("other", now | {"signature": OF_ANOTHER_KEY}), 401),
            ("another timestamp than the signed one", says_approved("other", now | {"signature": old["signature"]}), 401),
            ("a large forged one", says_approved("other", now | {"signature": OF_ANOTHER_KEY}, LARGE), 401),
            ("one that is too large", says_approved("other", now, TOO_LARGE), 413),
        ]
        assert [(what, post(url, body)) for what, body, _ in wrong] == [(what, status) for what, _, status in wrong]
        assert sandbox.asked("other") == 0

        # Genuine by its proof, and not true: the service's own answer decides.
        assert post(url, says_approved("other", now)) == 200
        service.line("job decided", "rejected")
        assert sandbox.asked("other") == 1

        # Callbacks of other forms: each can be placed, so it is answered with 200 and asked about.
        pair = {"Response-Timestamp": now["timestamp"], "Response-Signature": now["signature"]}
        little = {"ResultCode": "0810"}
        forms = [
            ("stale", says_approved("stale", old), {}),
            ("nested", {"result": little | {"PartnerParams": ids("nested")}} | now, {}),
            ("snake", {"result_code": "0810", "partner_params": ids("snake")} | now, {}),
            ("says_little", {"PartnerParams": ids("says_little")} | now, {}),
            ("pair_in_headers", little | {"PartnerParams": ids("pair_in_headers")}, pair),
            ("ids_in_headers", little, pair | {"User-ID": USER, "Job-ID": "ids_in_headers"}),
            ("large", says_approved("large", now, 1_500_000), {}),
            ("compressed", gzip.compress(says_approved("compressed", now, 1_500_000).encode()), {"Content-Encoding": "gzip"}),
        ]
        for job_id, body, headers in forms:
            sandbox.add_job(job_id)
            body = json.dumps(body) if isinstance(body, dict) else body
            assert post(url, body, **headers) == 200, job_id
            service.line("job decided", "approved")
            assert sandbox.asked(job_id) == 1, job_id
        sandbox.add_job("goes_on")
        goes_on = {"status": "processing", "partner_params": ids("goes_on")} | now
        half = little | {"PartnerParams": ids("goes_on"), "timestamp": now["timestamp"]}
        bomb = gzip.compress(says_approved("goes_on", now, TOO_LARGE).encode())
        assert post(url, json.dumps(goes_on)) == 200
        assert post(url, json.dumps(half), **{"Response-Signature": now["signature"]}) == 401
        assert post(url, bomb, **{"Content-Encoding": "gzip"}) == 413
        assert sandbox.asked("goes_on") == 0

        # What is under way when the service is asked to stop comes to its end first.
        sandbox.add_job("slow", "pending")
        assert post(url, says_approved("slow", now)) == 200
        service.line("callback received", "final")
        service.process.send_signal(signal.SIGTERM)
        sandbox.move_job("slow", "approved")
        service.line("job decided", "approved")
        service.line("stopped")
        assert service.process.wait(PATIENCE) == 0
        service.reader.join()
        assert sandbox.asked("leg") == 0
        written = "".join(service.written)
        for job_id in ("genuine", "other", "slow"):
            assert_absent(sandbox.canaries(job_id), written)
        assert "panicked" not in written


class Collector(http.server.BaseHTTPRequestHandler):
    """In place of an OpenTelemetry collector: it keeps what is posted to it. Texts are readable in protobuf."""

    posted = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Collector.posted.append((self.path, body.decode(errors="replace")))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def test_telemetry(sandbox):
    sandbox.add_job("mine")
    canaries = sandbox.canaries("mine")
    reported = ["service.name", "smileid.outcome", "http.response.status_code", "onboarding"]

    def ask(**more):
        command = [TARGET / "debug" / "telemetry", USER, "mine"]
        done = subprocess.run(command, env=sandbox.environment(**more), capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0 and "final: approved\n" in done.stdout, done.stderr
        assert_absent(canaries, done.stdout + done.stderr)
        return done.stdout

    printed = ask()
    # The status is exported as a number, and not as text.
    for words in [*reported, "smileid.verdict: approved", "http.response.status_code: I64(200)"]:
        assert words in printed, words

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    assert ask(OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{server.server_port}") == "final: approved\n"
    server.shutdown()
    for path, more in [("/v1/traces", "smileid call"), ("/v1/metrics", "smileid.verdict")]:
        text = "".join(text for posted, text in Collector.posted if posted == path)
        for words in [*reported, more]:
            assert words in text, (path, words)
        assert_absent(canaries, text)
    # A collector that is not there costs the answer nothing.
    assert ask(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1") == "final: approved\n"
