#!/usr/bin/env bash
# PyPI requests 2.34.2: an adapter with `max_retries=2` retries a 503 that has `Retry-After`, and sleeps as long as the server says, up to
# six hours each time. Its documentation says that `max_retries` never applies to requests that reached the server.
#
# requests passes the number to urllib3, which makes a `Retry` of it. There the list of statuses to retry is empty, but 413, 429 and 503 are
# retried all the same if they have a `Retry-After`, for the methods GET, HEAD, PUT, DELETE, OPTIONS and TRACE. The sleep does not count towards
# `timeout`. Without the header the same 503 is returned at once.
#
# Why a good engineer would not guess it: the documentation says "only to failed DNS lookups, socket connections and connection timeouts",
# and `timeout=1` looks like the bound of the call. One header then blocks a worker for twelve hours. Its lease expires, and another worker
# takes the job and is blocked too.
# Instead: pass `Retry(2, respect_retry_after_header=False)`, and let the job wait in your queue.
#
# Seen with requests 2.34.2 and urllib3 2.8.0. Each call has `timeout=1`, and the server answers each request with 503:
#
#   max_retries=2, GET, no Retry-After: 503 after 0 s, requests received: 1
#   max_retries=2, GET, Retry-After: 2: 503 after 4 s, requests received: 3
#   max_retries=2, POST, Retry-After: 2: 503 after 0 s, requests received: 1
#   max_retries=0, GET, Retry-After: 2: 503 after 0 s, requests received: 1
#   max_retries=Retry(2, respect_retry_after_header=False), GET, Retry-After: 2: 503 after 0 s, requests received: 1
#   max_retries=2, GET, Retry-After: 86400, sleeps that are asked for: 21600 s, 21600 s
source "$(dirname "$0")/lib/common.sh"
python_packages requests==2.34.2 urllib3==2.8.0

cat >"$work/run.py" <<'EOF'
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

received = []


class Busy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        received.append(self.command)
        self.send_response(503)
        if self.path != "/":
            self.send_header("Retry-After", self.path[1:])
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET

    def log_message(self, *arguments):
        pass


def call(max_retries, method, retry_after):
    received.clear()
    with requests.Session() as session:
        session.mount("http://", HTTPAdapter(max_retries=max_retries))
        return session.request(method, f"http://127.0.0.1:{server.server_port}/{retry_after}", timeout=1).status_code


def line(method, retry_after, max_retries, words):
    start = time.monotonic()
    status = call(max_retries, method, retry_after)
    header = f"Retry-After: {retry_after}" if retry_after else "no Retry-After"
    seconds = int(time.monotonic() - start)
    print(f"max_retries={words}, {method}, {header}: {status} after {seconds} s, requests received: {len(received)}")


server = ThreadingHTTPServer(("127.0.0.1", 0), Busy)
threading.Thread(target=server.serve_forever, daemon=True).start()
line("GET", "", 2, "2")
line("GET", "2", 2, "2")
line("POST", "2", 2, "2")
line("GET", "2", 0, "0")
line("GET", "2", Retry(2, respect_retry_after_header=False), "Retry(2, respect_retry_after_header=False)")
# The sleeps of a day are recorded instead of slept.
with mock.patch("urllib3.util.retry.time.sleep") as sleep:
    call(2, "GET", "86400")
    asked = ", ".join(f"{slept.args[0]:.0f} s" for slept in sleep.call_args_list)
print(f"max_retries=2, GET, Retry-After: 86400, sleeps that are asked for: {asked}")
EOF
"$python" "$work/run.py" | expect
