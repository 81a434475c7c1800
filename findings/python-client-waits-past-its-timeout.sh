#!/usr/bin/env bash
# PyPI usesmileid 12.1.0: `wait_until_complete(timeout=1)` lasts as long as the service's `Retry-After` says, three attempts long, and
# then does not raise its own TimeoutError.
#
# The wait looks at its deadline only between polls. Each poll retries on its own, twice, sleeps for `Retry-After` up to 60 s each
# time, and has a read timeout of 30 s. None of it knows of the deadline, so `timeout=1` allows up to 120 s of sleep, or three read
# timeouts.
#
# Why a good engineer would not guess it: the parameter is called `timeout`, is in seconds, and its documentation says that TimeoutError
# is raised if the job does not complete within it. Nothing else is passed to bound the call.
#
# Seen with usesmileid 12.1.0 and httpx 0.28.1 (the server answers each status request with 429 and `Retry-After: 2`, or not at all):
#
#   no limit, still processing: TimeoutError after 1 s, 2 status requests
#   429, Retry-After: 2: RateLimitError after 4 s, 3 status requests
#   no answer, client timeout 2 s: ConnectionError after 7 s, 3 status requests
source "$(dirname "$0")/lib/common.sh"
need openssl
python_packages usesmileid==12.1.0 httpx==0.28.1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout "$work/key.pem" -out "$work/certificate.pem" 2>"$work/openssl.log"

cat >"$work/run.py" <<'EOF'
import http.server
import random
import ssl
import sys
import threading
import time

import usesmileid

random.uniform = lambda low, high: low  # its pauses without jitter, so that the seconds are the same in each run
WORK = sys.argv[1]
JOB = "job_01k6q2w9f3e8rhx4m7d0t5n6vz"
seen = {}


class Service(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def reply(self, status, text, **fields):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(text.encode())

    def do_POST(self):
        self.reply(200, '{"token":"opaque"}')

    def do_GET(self):
        seen["requests"] += 1
        if seen["how"] == "processing":
            self.reply(202, '{"status":"processing","job_id":"%s"}' % JOB)
        elif seen["how"] == "limit":
            self.reply(429, '{"status":"Too Many Requests","message":"Slow down"}', Retry_After="2")
        else:
            time.sleep(4)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
server.daemon_threads = True
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(f"{WORK}/certificate.pem", f"{WORK}/key.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.handle_error = lambda *arguments: None
threading.Thread(target=server.serve_forever, daemon=True).start()


def wait(name, how, timeout):
    seen.update(how=how, requests=0)
    url = f"https://localhost:{server.server_address[1]}"
    client = usesmileid.Client(partner_id="7", api_key="invented key", base_url=url, timeout=timeout)
    start = time.monotonic()
    try:
        client.verifications.wait_until_complete(JOB, interval=1, timeout=1)
    except usesmileid.errors.SmileIDError as error:
        seconds = int(time.monotonic() - start)
        print(f"{name}: {type(error).__name__} after {seconds} s, {seen['requests']} status requests")


wait("no limit, still processing", "processing", 30)
wait("429, Retry-After: 2", "limit", 30)
wait("no answer, client timeout 2 s", "silence", 2)
EOF
NO_PROXY=localhost SSL_CERT_FILE="$work/certificate.pem" "$python" "$work/run.py" "$work" | expect
