"""Drives the official Python client smile-id-core 3.0.1, unmodified, against a sandbox: base URL and key file are the arguments."""

import sys
import time

import requests
from smile_id_core import Signature, Utilities, WebApi

from common import check, end

base_url, key_file = sys.argv[1:3]
with open(key_file, encoding="utf-8") as file:
    key = file.read()
client = Utilities("023", key, base_url)


def job(job_id):
    return {"user_id": "peer-python", "job_id": job_id, "job_type": 4}


def status(job_id, options=None, of=client):
    reply = of.get_job_status(job(job_id), options)
    return f"job_complete {reply['job_complete']}, code {reply['code']}"


def shape():
    options = {"return_job_status": True, "return_history": True, "return_images": True}
    reply = client.get_job_status(job("approved-1"), options)
    links = requests.get(reply["image_links"]["selfie_image"])
    return f"{len(reply['history'])} in the history, picture {links.status_code} {links.headers['content-type']}"


def poll():
    api = WebApi("023", "https://example.invalid/callback", key, base_url)
    api.utilities = client
    options = {"return_job_status": True, "return_history": False, "return_images": False}
    begun = time.monotonic()
    reply = api.poll_job_status(0, job("pending-1-approved-poll"), options, None)
    return f"job_complete {reply['job_complete']}, slept {round(time.monotonic() - begun)} s"


def numbered():
    body = {**Signature("023", key).generate_signature(str(int(time.time() * 1000))), "partner_id": "023"}
    reply = requests.post(base_url + "/job_status", json={**body, "user_id": "peer-python", "job_id": "approved-1"})
    return f"status {reply.status_code}"


check("get_job_status, no options (flags null)", lambda: status("approved-1", {"return_job_status": True}), "job_complete True, code 2302")
check("get_job_status, options left out", lambda: status("approved-1"), "job_complete True, code 2302")
check("get_job_status, history and images", shape, "1 in the history, picture 200 image/png")
check("get_job_status, pending", lambda: status("pending-1"), "job_complete False, code 2302")
check("get_job_status, provisional", lambda: status("provisional-1"), "job_complete True, code 2302")
check("get_job_status, rejected", lambda: status("rejected-1"), "job_complete True, code 2302")
check("poll_job_status until final", poll, "job_complete True, slept 4 s")
check("Signature over epoch milliseconds in text", numbered, "status 200")
check("get_job_status, another key", lambda: status("approved-1", of=Utilities("023", "another", base_url)), lambda o: "2405" in o)
check("get_job_status, zeros dropped", lambda: status("approved-1", of=Utilities("23", key, base_url)), lambda o: "2405" in o)
check("get_job_status, no such job", lambda: status("unknown"), lambda o: "2304" in o)
check("get_job_status, first poll of an upload (known to raise)", lambda: status("no_zip_file-1"), lambda o: "Unable to confirm validity" in o)
end()
