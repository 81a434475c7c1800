#!/usr/bin/env bash
# PyPI usesmileid 12.1.0: `wait_until_complete` treats every word other than `processing` and `not_found` as the end of a job, and
# accepts a reply about any job.
#
# The client compares the member `status` with two words and calls everything else complete. The same member of the service's error
# envelopes has the HTTP phrase or a slug. It looks neither at the HTTP status (200 and 202 are alike) nor at `job_id`.
#
# Why a good engineer would not guess it: the words are a closed list of six in the vendor's OpenAPI document, and the client has a type
# for the reply. Code that opens an account on `status != "block"` opens it for a word that means "wait".
#
# Seen with usesmileid 12.1.0 and httpx 0.28.1 (each reply comes once; `processing` would come after it):
#
#   200 queued: complete after 1 request
#   202 Processing: complete after 1 request
#   202 clear: complete after 1 request
#   200 envelope of an error: complete after 1 request
#   200 clear of another job: complete after 1 request
#   404 not_found without a job_id: still waiting
#   202 processing: still waiting
source "$(dirname "$0")/lib/common.sh"
need openssl
python_packages usesmileid==12.1.0 httpx==0.28.1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout "$work/key.pem" -out "$work/certificate.pem" 2>"$work/openssl.log"

cat >"$work/run.py" <<'EOF'
import http.server
import json
import ssl
import sys
import threading

import usesmileid

WORK = sys.argv[1]
JOB, OTHER = "job_01k6q2w9f3e8rhx4m7d0t5n6vz", "job_01k6q2wb9re1nbm3w6g4hjs5pc"
replies = []


class Service(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def reply(self, status, body):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def do_POST(self):
        self.reply(200, {"token": "opaque"})

    def do_GET(self):
        self.reply(*(replies.pop(0) if replies else (202, {"status": "processing", "job_id": JOB})))


server = http.server.HTTPServer(("127.0.0.1", 0), Service)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(f"{WORK}/certificate.pem", f"{WORK}/key.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = usesmileid.Client(partner_id="7", api_key="invented key", base_url=f"https://localhost:{server.server_address[1]}")


def wait(name, status, body):
    replies[:] = [(status, body)]
    try:
        client.verifications.wait_until_complete(JOB, interval=0.01, timeout=0.1)
        print(f"{name}: complete after 1 request")
    except usesmileid.errors.TimeoutError:
        print(f"{name}: still waiting")


wait("200 queued", 200, {"status": "queued", "job_id": JOB})
wait("202 Processing", 202, {"status": "Processing", "job_id": JOB})
wait("202 clear", 202, {"status": "clear", "job_id": JOB})
wait("200 envelope of an error", 200, {"status": "Internal Server Error", "message": "Try again"})
wait("200 clear of another job", 200, {"status": "clear", "job_id": OTHER})
wait("404 not_found without a job_id", 404, {"status": "not_found", "job_id": None})
wait("202 processing", 202, {"status": "processing", "job_id": JOB})
EOF
NO_PROXY=localhost SSL_CERT_FILE="$work/certificate.pem" "$python" "$work/run.py" "$work" | expect
