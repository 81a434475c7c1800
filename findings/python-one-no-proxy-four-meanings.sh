#!/usr/bin/env bash
# PyPI requests 2.34.2, httpx 0.28.1, aiohttp 3.14.5 and Python's urllib read one and the same NO_PROXY in four ways.
#
# A network in CIDR form exempts a host for requests only. A host with its port exempts it for httpx and urllib only. For aiohttp
# neither does. Where the entry is not understood it is ignored without a word, and the request goes to the proxy.
#
# Why a good engineer would not guess it: the variable is treated as a convention of the system, set once for all programs, and the two
# libraries are used side by side in one service. The plain host name works everywhere, so the first test passes; a signed request
# for an internal gateway then goes through the egress proxy after a change of HTTP library.
#
# Seen with requests 2.34.2, httpx 0.28.1, aiohttp 3.14.5 and urllib of Python 3.11.7:
#
#   NO_PROXY=127.0.0.1       requests direct  httpx direct  aiohttp direct  urllib direct
#   NO_PROXY=127.0.0.0/8     requests direct  httpx proxy   aiohttp proxy   urllib proxy
#   NO_PROXY=127.0.0.1:PORT  requests proxy   httpx direct  aiohttp proxy   urllib direct
source "$(dirname "$0")/lib/common.sh"
python_packages requests==2.34.2 httpx==0.28.1 aiohttp==3.14.5

cat >"$work/run.py" <<'EOF'
import asyncio
import os
import socket
import threading
import urllib.request

import aiohttp
import httpx
import requests


def serve(name):
    """Answers every request with its name; the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    reply = f"HTTP/1.1 200 OK\r\nContent-Length: {len(name)}\r\nConnection: close\r\n\r\n{name}".encode()

    def answer():
        while True:
            connection, _ = listener.accept()
            connection.recv(65536)
            connection.sendall(reply)
            connection.close()

    threading.Thread(target=answer, daemon=True).start()
    return listener.getsockname()[1]


async def by_aiohttp(url):
    async with aiohttp.ClientSession(trust_env=True) as session, session.get(url) as response:
        return await response.text()


service, proxy = serve("direct"), serve("proxy")
url = f"http://127.0.0.1:{service}/"
clients = {
    "requests": lambda: requests.get(url).text,
    "httpx": lambda: httpx.get(url).text,
    "aiohttp": lambda: asyncio.run(by_aiohttp(url)),
    "urllib": lambda: urllib.request.urlopen(url).read().decode(),
}
for name in list(os.environ):
    if name.lower().endswith("_proxy"):
        del os.environ[name]
os.environ["http_proxy"] = f"http://127.0.0.1:{proxy}"
for entry in ("127.0.0.1", "127.0.0.0/8", f"127.0.0.1:{service}"):
    os.environ["no_proxy"] = entry
    urllib.request.install_opener(urllib.request.build_opener())
    seen = "  ".join(f"{name} {ask():<6}" for name, ask in clients.items())
    print(f"NO_PROXY={entry.replace(str(service), 'PORT'):<15} {seen}".rstrip())
EOF
"$python" "$work/run.py" | expect
