"""The examples about many jobs: callbacks into a store, and a fleet of which a worker is killed."""

import collections
import contextlib
import csv
import json
import signal
import subprocess
import time

from conftest import SMILEID, TARGET, USER, assert_absent
from test_services import PATIENCE, Service, post, says_approved

WORKERS, JOBS, IN_FLIGHT = 3, 400, 32


def smileid(sandbox, store, *arguments, text=""):
    environment = sandbox.environment(SMILEID_STORE=store)
    return subprocess.run([SMILEID, "jobs", *arguments], env=environment, input=text, capture_output=True, text=True, check=True).stdout


def counts(sandbox, store):
    return json.loads(smileid(sandbox, store, "status", "--output", "json"))


def until(what, holds):
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends, what
        time.sleep(0.05)


def test_callbacks_into_a_store(sandbox, tmp_path):
    store = f"sqlite:{tmp_path}/jobs.db"
    environment = sandbox.environment(JOBS_STORE=str(tmp_path / "jobs.db"))
    with contextlib.closing(Service(TARGET / "debug" / "axum-store", environment)) as service:
        url = service.line("listening on http://").split("listening on ")[1].strip() + "/smileid/callback"
        sandbox.add_job("called", "pending", url)
        smileid(sandbox, store, "import", "-", text=f"user_id,job_id\n{USER},called\n{USER},silent\n")
        until("the job is asked for once", lambda: sandbox.asked("called") == 1)

        # What is not proven wakes nothing, and what is proven decides nothing: the job is pending.
        signed = sandbox.smileid("sign")
        signed = {name: signed[name] for name in ("timestamp", "signature")}
        forged = signed | {"signature": "nD5rG9g/uEMJghiwVnQ2YG6BV8Dw0pjvNGG9+nGHVUE="}
        assert post(url, says_approved("called", forged)) == 401
        assert post(url, "<html>") == 400
        assert post(url, says_approved("never-imported", signed)) == 404
        assert post(url, says_approved("called", signed)) == 200
        until("a proven callback has the job asked for", lambda: sandbox.asked("called") == 2)
        assert counts(sandbox, store)["settled"] == 0

        # By itself the run would ask a minute later.
        started = time.monotonic()
        sandbox.move_job("called", "approved")
        service.line("1 settled")
        took = time.monotonic() - started
        print(f"settled {took:.2f} s after its callback was sent")
        assert took < 30
        rows = [json.loads(line) for line in smileid(sandbox, store, "export").splitlines()]
        assert [(row["job_id"], row["verdict"], row["proof"]) for row in rows] == [("called", "approved", "hmac")]
        until("the callback is answered", lambda: set(sandbox.answers("called")) == {200})
        assert post(url, says_approved("called", signed)) == 200
        assert sandbox.asked("called") == 3

        service.process.send_signal(signal.SIGTERM)
        service.line("stopped")
        assert service.process.wait(PATIENCE) == 0
        service.reader.join()
        assert_absent(sandbox.canaries("called"), "".join(service.written))


def test_fleet_goes_on_after_a_kill(sandbox, postgres):
    words = ["approved", "rejected"]
    names = [f"{words[number % 2]}-{number}" for number in range(JOBS)]
    smileid(sandbox, postgres.url, "import", "-", text="user_id,job_id\n" + "".join(f"{USER},{name}\n" for name in names))
    smileid(sandbox, postgres.url, "rate", "200/s")
    environment = sandbox.environment(JOBS_STORE=postgres.url)
    with contextlib.ExitStack() as stack:
        workers = []
        for number in range(WORKERS):
            arguments = [TARGET / "debug" / "fleet", f"worker-{number}"]
            workers.append(subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, text=True))
            stack.callback(workers[-1].kill)
        until("the fleet settles jobs", lambda: counts(sandbox, postgres.url)["settled"] >= JOBS // 4)
        killed, *others = workers
        killed.kill()
        killed.wait()
        assert counts(sandbox, postgres.url)["waiting"] > 0, "it was killed too late to matter"
        for worker in others:
            said, _ = worker.communicate(timeout=PATIENCE)
            assert worker.returncode == 0 and f"{JOBS} settled by all, 0 waiting" in said, said
    rows = list(csv.DictReader(smileid(sandbox, postgres.url, "export", "--format", "csv").splitlines()))
    assert sorted(row["job_id"] for row in rows) == sorted(names)
    assert collections.Counter(row["verdict"] for row in rows) == {word: JOBS // 2 for word in words}
    exchanges = sandbox.admin("GET", "/journal?limit=1000")["exchanges"]
    asked = collections.Counter((exchange.get("request") or {}).get("job_id") for exchange in exchanges)
    again = sum(times - 1 for name, times in asked.items() if name in names)
    print(f"{again} of {JOBS} jobs were asked for again after the kill")
    assert again <= IN_FLIGHT
