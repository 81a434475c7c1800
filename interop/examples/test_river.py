"""River hosting the step of `smileid-jobs`: with no set-up, with a refused key, killed, and started again."""

import subprocess

from conftest import TARGET, USER, assert_absent, clean_environment
from test_jobs import until

RIVER = TARGET / "debug" / "river"
# A job that was in flight when the program was killed is given to another after a minute.
PATIENCE = 180


def river(environment, *jobs):
    done = subprocess.run([RIVER, *jobs], env=environment, capture_output=True, text=True, timeout=PATIENCE)
    return done.returncode, done.stdout, done.stderr


def test_river_needs_no_set_up():
    lines = [
        "approved-1: approved",
        "pending-1-rejected-1: rejected",
        "not_found-1: needs you: not_found",
        "odd-proof_unkeyed-approved-1: needs you: unproven",
    ]
    assert river(clean_environment()) == (1, "".join(f"{line}\n" for line in lines), "")


def test_river_pauses_its_queue_and_goes_on(sandbox, tmp_path):
    sandbox.add_job("mine")
    environment = sandbox.environment(JOBS_STORE=str(tmp_path / "river.db"))
    jobs = [f"{USER},mine", "u,pending-1-rejected-1"]
    wrong = {name: value for name, value in environment.items() if name != "SMILEID_API_KEY_FILE"}
    code, said, _ = river(wrong | {"SMILEID_API_KEY": "another"}, *jobs)
    assert (code, said.splitlines()[-1]) == (1, "the queue is paused by credentials: fix the cause, then start again")
    asked = sandbox.asked("mine")
    assert asked <= 1, "a refused key is not tried with every job"
    # It is killed, and started again with the right key: each job is settled, and asked for again only if it was in flight.
    killed = subprocess.Popen([RIVER, *jobs], env=environment, stdout=subprocess.PIPE)
    until("it asks", lambda: sandbox.asked("pending-1-rejected-1") >= 1)
    killed.kill()
    killed.wait()
    killed.stdout.close()
    done = river(environment, *jobs)
    assert done == (0, "mine: approved\npending-1-rejected-1: rejected\n", "")
    # What is settled is not asked for again.
    asked = sandbox.asked("mine")
    assert river(environment, *jobs) == done and sandbox.asked("mine") == asked
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("river.db*")).decode(errors="replace")
    personal = {name: value for name, value in sandbox.canaries("mine").items() if value != USER}
    assert_absent(personal, kept)
    code, said, told = river(environment, "no comma")
    assert (code, said) == (2, "") and "USER_ID,JOB_ID" in told
