"""Uses the sandbox's page in a real headless Chromium, by keyboard where a person would: base URL, key file, picture to write."""

import base64
import hashlib
import hmac
import http.server
import json
import sys
import threading
import time
import urllib.request
from datetime import datetime, timezone

from common import check, end
from driver import ENTER, SPACE, Driver

base_url, key_file, picture = sys.argv[1:4]
origin = base_url[: -len("/v1")]
with open(key_file, encoding="utf-8") as file:
    key = file.read()

def ask(job_id, key=key):
    timestamp = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    mac = hmac.new(key.encode(), (timestamp + "023" + "sid_request").encode(), hashlib.sha256).digest()
    body = {"timestamp": timestamp, "signature": base64.b64encode(mac).decode(), "partner_id": "023", "user_id": "user-7", "job_id": job_id}
    request = urllib.request.Request(base_url + "/job_status", json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return json.load(error)


class Hook(http.server.BaseHTTPRequestHandler):
    taken = []

    def do_POST(self):
        Hook.taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


hook = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
threading.Thread(target=hook.serve_forever, daemon=True).start()
hook_url = f"http://127.0.0.1:{hook.server_port}/hook"
driver = Driver()


def opened():
    driver.post("/url", url=origin + "/")
    driver.until("body[data-ready=yes]", "Local sandbox")
    return driver.text("#state dd")


def added():
    driver.type_into("#new-job [name=user_id]", "user-7")
    driver.type_into("#new-job [name=job_id]", "job-7")
    driver.type_into("#new-job [name=stages]", "pending 1, id_leg 1, provisional")
    driver.type_into("#new-job [name=callback_url]", hook_url)
    driver.run("document.querySelector('#new-job [name=product]').value = 'biometric_kyc'")
    driver.keys(ENTER)
    driver.until("#said", "Job job-7 is pending.")
    return driver.until("#jobs tbody tr", "biometric_kyc")


def refused():
    driver.type_into("#new-job [name=job_id]", "job-8")
    driver.type_into("#new-job [name=stages]", "done")
    driver.keys(ENTER)
    return driver.until("#said", "allowed are pending")


def requests():
    ask("job-7")
    ask("job-7", "another")
    driver.until("#requests tbody", "accepted")
    return driver.until("#requests tbody", "most likely the other environment's or an old one")


def moved():
    driver.focus_by_tab("Move job job-7 of user user-7 to approved")
    driver.keys(SPACE)
    driver.until("#said", "Job job-7 is approved.")
    driver.until("#jobs tbody tr", "approved (final)")
    driver.until("#callbacks tbody", "delivered")
    return str(ask("job-7")["result"]["ResultCode"])


def replayed():
    before = len(Hook.taken)
    driver.focus_by_tab("Send the callback of job job-7 of user user-7 again")
    driver.keys(ENTER)
    driver.until("#said", "is on its way")
    ends = time.monotonic() + 15
    while len(Hook.taken) == before and time.monotonic() < ends:
        time.sleep(0.05)
    return Hook.taken[-1]["ResultCode"] if len(Hook.taken) > before else "nothing came"


def fault_on():
    driver.run("const s = document.querySelector('#new-fault [name=name]'); s.value = 'status_503'; s.dispatchEvent(new Event('change'))")
    driver.focus_by_tab("Turn on")
    driver.keys(ENTER)
    driver.until("#faults", "status_503")
    ask_fault = ask("job-7").get("message", "no fault")
    driver.until("#requests tbody", "fault: status_503")
    return "met" if ask_fault != "no fault" else ask_fault


def fault_off():
    driver.focus_by_tab("Turn off the fault status_503")
    driver.keys(ENTER)
    driver.until("#faults", "No faults are on.")
    return "met" if "message" in ask("job-7") else "passed"


def focus_stays():
    driver.focus_by_tab("Move job job-7 of user user-7 to rejected")
    ask("job-7")
    ask("approved-other")
    driver.until("#jobs tbody", "approved-other")
    return driver.run("return document.activeElement.getAttribute('aria-label')")


def unnamed():
    """Every control has a name that a screen reader can say."""
    script = """return [...document.querySelectorAll('button, input, select')].filter((e) =>
        !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length)).length"""
    return f"{driver.run(script)} controls without a name"


def assets():
    urls = driver.run("return performance.getEntriesByType('resource').map((e) => e.name)")
    return f"{sum(not url.startswith(origin + '/') for url in urls)} from elsewhere"


def console():
    logged = driver.post("/se/log", type="browser")
    # The one refusal above is told by the browser as a failed request.
    wrong = [entry["message"] for entry in logged if "status of 400" not in entry["message"]]
    return f"{len(wrong)} messages{': ' + wrong[0] if wrong else ''}"


def other_page():
    """A page of another origin can neither read the journal nor make a job."""
    script = """const [origin, done] = arguments;
        Promise.all([
            fetch(origin + '/sandbox/journal').then(() => 'read', () => 'kept out'),
            fetch(origin + '/sandbox/jobs', {method: 'POST', mode: 'no-cors', headers: {'Content-Type': 'text/plain'},
                body: '{"user_id": "evil", "job_id": "evil"}'}).then(() => 'sent', () => 'kept out'),
        ]).then((words) => done(words.join(', ')))"""
    driver.post("/url", url=f"http://localhost:{hook.server_port}/")
    words = driver.post("/execute/async", script=script, args=[origin])
    made = urllib.request.urlopen(origin + "/sandbox/jobs").read()
    return f"{words}, {'made' if b'evil' in made else 'nothing made'}"


def pictured():
    driver.run("document.activeElement.blur(); document.getElementById('new-job').reset(); window.scrollTo(0, 0)")
    driver.post("/window/rect", width=1280, height=1480)
    png = base64.b64decode(driver.get("/screenshot"))
    with open(picture, "wb") as file:
        file.write(png)
    return "PNG" if png.startswith(b"\x89PNG") else "no PNG"


try:
    check("the page opens and tells the base URL", opened, base_url)
    check("a job is added by keyboard", added, "biometric_kyc")
    check("a mistake is told with the allowed words", refused, "allowed are pending")
    check("requests appear as they come, with the judgement and why", requests, lambda o: "other environment" in o)
    check("a job is moved by keyboard", moved, "0810")
    check("a callback is replayed by keyboard", replayed, "0810")
    check("a fault is switched on by keyboard", fault_on, "met")
    check("a picture is taken", pictured, "PNG")
    check("and off", fault_off, "passed")
    check("the focus stays while rows come", focus_stays, "Move job job-7 of user user-7 to rejected")
    check("every control has a name", unnamed, "0 controls without a name")
    check("nothing is loaded from elsewhere", assets, "0 from elsewhere")
    check("the browser complains of nothing", console, "0 messages")
    check("another origin's page", other_page, "kept out, sent, nothing made")
finally:
    driver.close()
end()
