"""The examples as processes against a sandbox: what each prints, how it ends, and that nothing personal is in it."""

import json
import subprocess
import time


from conftest import ROOT, TARGET, USER, Sandbox, assert_absent

WASM = TARGET / "wasm32-unknown-unknown" / "debug" / "wasm_fetch.wasm"
UNPROVEN = "odd-proof_unkeyed-approved-1"


def run(sandbox, *command, text="", **more):
    environment = sandbox.environment(**more)
    environment = {name: value for name, value in environment.items() if value != "left out"}
    return subprocess.run(command, env=environment, input=text, capture_output=True, text=True, timeout=120)


def program(name):
    return TARGET / "debug" / name


def test_own_stack(sandbox):
    def ask(user_id, job_id, key=sandbox.key):
        return run(sandbox, program("own-stack"), sandbox.base_url, user_id, job_id, SMILEID_API_KEY=key)

    sandbox.add_job("mine")
    done = ask(USER, "mine")
    assert (done.returncode, done.stdout) == (0, "final: approved\n")
    assert_absent(sandbox.canaries("mine"), done.stdout + done.stderr)
    done = ask("u", "pending-1")
    assert (done.returncode, done.stdout) == (0, "pending; its proof: hmac\n")
    done = ask("u", "approved-1", "another key")
    assert done.returncode == 1 and "credentials: " in done.stderr
    done = ask("u", UNPROVEN)
    assert done.returncode == 1 and "unproven: " in done.stderr


def four_waits(sandbox, ask):
    sandbox.add_job("mine")
    done = ask(USER, "mine")
    assert (done.returncode, done.stdout) == (0, "final: approved\n")
    assert_absent(sandbox.canaries("mine"), done.stdout + done.stderr)
    done = ask("u", "pending-1-rejected-1")
    assert (done.returncode, done.stdout) == (3, "final: rejected\n")
    for job_id, kind in [(UNPROVEN, "unproven: "), ("not_found-1", "not_found: ")]:
        done = ask("u", job_id)
        assert done.returncode == 1 and kind in done.stderr, job_id


def test_hyper_stack(sandbox):
    four_waits(sandbox, lambda user_id, job_id: run(sandbox, program("hyper-stack"), user_id, job_id))


def test_wasm_in_node(sandbox):
    def ask(user_id, job_id):
        return run(sandbox, "node", ROOT / "examples/wasm/ask.mjs", WASM, user_id, job_id)

    four_waits(sandbox, ask)
    sandbox.fault("status_307_other_host")
    done = ask("u", "approved-1")
    assert done.returncode == 1 and "redirected: " in done.stderr
    for fault in ("status_503", "oversize_plain", "fin_mid_body"):  # what passes is asked again
        sandbox.fault(fault)
        done = ask("u", "approved-2")
        assert (done.returncode, done.stdout) == (0, "final: approved\n"), fault


def test_wasm_in_node_reports_an_untrusted_certificate_as_tls(tmp_path):
    sandbox = Sandbox(tmp_path, "--tls")
    try:
        done = run(sandbox, "node", ROOT / "examples/wasm/ask.mjs", WASM, "u", "approved-1")
        assert done.returncode == 1 and done.stderr.startswith("tls: "), done.stderr
        trusted = {"NODE_EXTRA_CA_CERTS": str(sandbox.ca_file)}
        done = run(sandbox, "node", ROOT / "examples/wasm/ask.mjs", WASM, "u", "approved-1", **trusted)
        assert (done.returncode, done.stdout) == (0, "final: approved\n"), done.stderr
    finally:
        sandbox.close()


def test_blocking_script(sandbox):
    sandbox.add_job("mine")
    rows = {
        f"{USER},mine": "mine,approved,",
        "u,rejected-1": "rejected-1,rejected,",
        "u,provisional-1": "provisional-1,provisional,",
        "u,odd-result_code_missing-approved-1": "odd-result_code_missing-approved-1,undetermined,no_result_code",
        "u,pending-1": "pending-1,pending,",
        "u,not_found-1": "not_found-1,not_found,",
        f"u,{UNPROVEN}": f"{UNPROVEN},unproven,",
    }
    script = program("blocking-script")
    done = run(sandbox, script, text="".join(f"{row}\n" for row in rows))
    assert (done.returncode, done.stdout) == (1, "".join(f"{row}\n" for row in rows.values()))
    assert_absent(sandbox.canaries("mine"), done.stdout + done.stderr)
    done = run(sandbox, script, text="u,approved-1\n")
    assert (done.returncode, done.stdout) == (0, "approved-1,approved,\n")
    # It ends at the first refusal, and does not ask for the second job.
    done = run(sandbox, script, text="u,approved-1\nu,approved-2\n", SMILEID_API_KEY_FILE="left out", SMILEID_API_KEY="another")
    assert (done.returncode, done.stdout) == (1, "")
    done = run(sandbox, script, text="u,approved-1\n", SMILEID_BASE_URL="left out")
    assert done.returncode == 2 and "invalid_input: " in done.stderr


def test_no_std_signing(sandbox):
    def sign(key, partner, millis):
        signer = program("no-std-signing")
        return run(sandbox, signer, str(millis), SMILEID_API_KEY=key, SMILEID_PARTNER_ID=partner)

    line = '{"timestamp":"2026-10-04T12:00:00.000Z","signature":"nD5rG9g/uEMJghiwVnQ2YG6BV8Dw0pjvNGG9+nGHVUE="}\n'
    done = sign("key", "001", 1791115200000)
    assert (done.returncode, done.stdout) == (0, line)
    done = sign("", "001", 1791115200000)
    assert (done.returncode, done.stdout) == (2, "")
    # What it signs now is accepted by the service, and with another timestamp it is not.
    signed = json.loads(sign(sandbox.key, "023", int(time.time() * 1000)).stdout)
    body = {"partner_id": "023", "user_id": "u", "job_id": "approved-1", "image_links": False, "history": False, **signed}
    assert sandbox.send("/v1/job_status", body)[0] == 200
    assert sandbox.send("/v1/job_status", body | {"timestamp": "2026-10-04T12:00:00.000Z"})[0] == 400
