#!/usr/bin/env bash
# PyPI requests 2.34.2 and urllib of Python 3.11 return `103 Early Hints` or `102 Processing` as the response. With requests the call
# succeeds: `ok` is true, `raise_for_status()` raises nothing, and the body is empty.
#
# A server may send informational responses before the real one, also to a client that did not ask (RFC 9110, 15.2). `http.client`, on
# which requests, urllib3 and urllib are built, skips only status 100. Any other 1xx is a response without a body to it. requests
# calls everything below 400 a success; urllib raises HTTPError for everything but 2xx. httpx, aiohttp and libcurl wait for the response.
# The vendor's client smile-id-core uses requests, and parses the empty body.
#
# Why a good engineer would not guess it: status 100 works, so informational responses look supported, and `raise_for_status()` is
# the check that everyone writes. When a proxy starts to send 102 for slow requests, an unchanged program reads empty successes, while
# other programs behind the same proxy go on.
# Instead: compare the status with 200, and do not reuse a connection after a 1xx; or use one of the other three.
#
# Seen with requests 2.34.2, urllib3 2.8.0, httpx 0.28.1, aiohttp 3.14.5, pycurl 7.49.0, smile-id-core 3.0.1 and Python 3.11.7. The
# server sends the informational response, then 200 with a body:
#
#   100 Continue, requests: 200 '{"code":"2302"}'
#   100 Continue, urllib: 200 '{"code":"2302"}'
#   100 Continue, httpx: 200 '{"code":"2302"}'
#   100 Continue, aiohttp: 200 '{"code":"2302"}'
#   100 Continue, libcurl: 200 '{"code":"2302"}'
#   100 Continue, smile-id-core: reads the body, and misses 'timestamp'
#   102 Processing, requests: 102 ''
#   102 Processing, urllib: HTTPError 102
#   102 Processing, httpx: 200 '{"code":"2302"}'
#   102 Processing, aiohttp: 200 '{"code":"2302"}'
#   102 Processing, libcurl: 200 '{"code":"2302"}'
#   102 Processing, smile-id-core: JSONDecodeError
#   103 Early Hints, requests: 103 ''
#   103 Early Hints, urllib: HTTPError 103
#   103 Early Hints, httpx: 200 '{"code":"2302"}'
#   103 Early Hints, aiohttp: 200 '{"code":"2302"}'
#   103 Early Hints, libcurl: 200 '{"code":"2302"}'
#   103 Early Hints, smile-id-core: JSONDecodeError
source "$(dirname "$0")/lib/common.sh"
python_packages requests==2.34.2 urllib3==2.8.0 httpx==0.28.1 aiohttp==3.14.5 pycurl==7.49.0 smile-id-core==3.0.1

cat >"$work/run.py" <<'EOF'
import asyncio
import io
import json
import socketserver
import threading
import urllib.error
import urllib.request

import aiohttp
import httpx
import pycurl
import requests
import smile_id_core

BODY = b'{"code":"2302"}'


class Server(socketserver.StreamRequestHandler):
    """Answers one request with `informational`, then with 200."""

    def handle(self):
        length = 0
        while line := self.rfile.readline().strip():
            name, _, value = line.decode().partition(":")
            if name.lower() == "content-length":
                length = int(value)
        self.rfile.read(length)
        self.wfile.write(f"HTTP/1.1 {informational}\r\n\r\n".encode())
        self.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY)


def by_requests():
    response = requests.get(url)
    response.raise_for_status()
    return response.status_code, response.text


def by_urllib():
    try:
        response = urllib.request.urlopen(url)
    except urllib.error.HTTPError as error:
        return f"HTTPError {error.code}"
    return response.status, response.read().decode()


def by_httpx():
    response = httpx.get(url)
    return response.status_code, response.text


async def get():
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.text()


def by_pycurl():
    curl, body = pycurl.Curl(), io.BytesIO()
    curl.setopt(curl.URL, url)
    curl.setopt(curl.WRITEDATA, body)
    curl.perform()
    return curl.getinfo(curl.RESPONSE_CODE), body.getvalue().decode()


def by_the_vendor():
    job = {"user_id": "user-7", "job_id": "job-7", "job_type": 4}
    try:
        smile_id_core.Utilities("001", "invented key", url).get_job_status(job, None)
    except json.JSONDecodeError:
        return "JSONDecodeError"
    except KeyError as error:
        return f"reads the body, and misses {error}"


with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Server) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    for informational in ("100 Continue", "102 Processing", "103 Early Hints"):
        for name, call in (
            ("requests", by_requests),
            ("urllib", by_urllib),
            ("httpx", by_httpx),
            ("aiohttp", lambda: asyncio.run(get())),
            ("libcurl", by_pycurl),
            ("smile-id-core", by_the_vendor),
        ):
            seen = call()
            print(f"{informational}, {name}: {seen if isinstance(seen, str) else f'{seen[0]} {seen[1]!r}'}")
    server.shutdown()
EOF
"$python" "$work/run.py" | expect
