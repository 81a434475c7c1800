#!/usr/bin/env bash
# PyPI usesmileid 12.1.0: when a token is refused, 16 threads fetch up to 16 tokens, one after another. When the token cannot be fetched,
# they fail one after another, and the last waits 16 times as long as the first.
#
# The client keeps one token behind a lock, and fetches inside the lock. A 401 drops whatever token is stored then, not the one that was
# refused. So each thread drops the new token that the thread before it has just fetched. A failed fetch leaves nothing behind, so the
# next thread in the queue tries it again. The wait for the lock counts towards no timeout. A token is used once if it has 60 s or less left
# by the machine's own clock, so each call makes two requests on a machine whose clock is ahead by the life of a token.
#
# Why a good engineer would not guess it: the class says that concurrent callers never stampede the token endpoint, and the first fetch
# proves it: 16 threads, one request. A test starts with no token. A key that is rotated, or a token service that is slow, comes later, and
# then a pool of workers asks most and waits longest just when the service is in trouble.
# Instead: give each worker process a client and few threads, and bound a call from outside.
#
# Seen with usesmileid 12.1.0 and httpx 0.28.1; 16 threads, `max_retries=0`, the service takes 0.25 s for a token:
#
#   no token yet: 1 token request, 16 calls succeed
#   the token is refused with 401 in all threads at once: more than 8 token requests, 16 calls succeed
#   503 for the token, timeout=1: 16 token requests, 0 calls succeed
#   503 for the token, timeout=1: the first call ends within 1 s, the last after 4 s or more
#   5 calls in turn, token valid for 3600 s: 1 token request
#   5 calls in turn, token valid for 60 s: 5 token requests
source "$(dirname "$0")/lib/common.sh"
need openssl
python_packages usesmileid==12.1.0 httpx==0.28.1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout "$work/key.pem" -out "$work/certificate.pem" 2>"$work/openssl.log"

cat >"$work/run.py" <<'EOF'
import base64
import http.server
import json
import ssl
import sys
import threading
import time

import usesmileid

WORK = sys.argv[1]
THREADS = 16
JOB = "job_01k6q2w9f3e8rhx4m7d0t5n6vz"


class Service(http.server.ThreadingHTTPServer):
    """Issues tokens that are valid for `life` seconds, and accepts every token but those in `revoked`."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, life=3600, token_status=200):
        super().__init__(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{WORK}/certificate.pem", f"{WORK}/key.pem")
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.life, self.token_status = life, token_status
        self.issued, self.revoked = [], set()
        self.together = threading.Barrier(THREADS)
        threading.Thread(target=self.serve_forever, daemon=True).start()
        url = f"https://localhost:{self.server_address[1]}"
        self.client = usesmileid.Client(partner_id="7", api_key="invented key", base_url=url, max_retries=0)


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def reply(self, status, body):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def do_POST(self):
        claims = {"exp": int(time.time()) + self.server.life, "jti": len(self.server.issued)}
        payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        token = f"invented.{payload}.token"
        self.server.issued.append(token)
        time.sleep(0.25)
        self.reply(self.server.token_status, {"token": token})

    def do_GET(self):
        if self.headers["SmileID-Token"] in self.server.revoked:
            # All the threads have sent the old token before one of them learns that it is refused.
            self.server.together.wait(timeout=20)
            self.reply(401, {"status": "Unauthorized", "message": "Invented"})
        else:
            self.reply(202, {"status": "processing", "job_id": JOB})


def ask(service, threads=THREADS, timeout=20):
    """One status call in each thread: how many tokens were fetched, how many calls succeeded, and when each ended."""
    before, good, ends = len(service.issued), [], []
    start = time.monotonic()

    def call():
        try:
            good.append(service.client.verifications.retrieve(JOB, timeout=timeout))
        except usesmileid.errors.SmileIDError:
            pass
        ends.append(time.monotonic() - start)

    running = [threading.Thread(target=call) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return len(service.issued) - before, len(good), sorted(ends)


def requests(count):
    return f"{count} token request{'' if count == 1 else 's'}"


service = Service()
tokens, good, _ = ask(service)
print(f"no token yet: {requests(tokens)}, {good} calls succeed")
service.revoked.update(service.issued)
tokens, good, _ = ask(service)
tokens = "more than 8 token requests" if tokens > 8 else requests(tokens)
print(f"the token is refused with 401 in all threads at once: {tokens}, {good} calls succeed")
service = Service(token_status=503)
tokens, good, ends = ask(service, timeout=1)
print(f"503 for the token, timeout=1: {requests(tokens)}, {good} calls succeed")
first = "within 1 s" if ends[0] < 1 else f"after {ends[0]:.0f} s"
print(f"503 for the token, timeout=1: the first call ends {first}, the last after {'4 s or more' if ends[-1] > 3.9 else f'{ends[-1]:.1f} s'}")
for life in (3600, 60):
    service = Service(life=life)
    tokens = sum(ask(service, 1)[0] for _ in range(5))
    print(f"5 calls in turn, token valid for {life} s: {requests(tokens)}")
EOF
NO_PROXY=localhost SSL_CERT_FILE="$work/certificate.pem" "$python" "$work/run.py" "$work" | expect
