#!/usr/bin/env bash
# Node 20: `http`, `fetch` and undici's `request` read one and the same response differently within one process.
#
# Two `Retry-After` lines, as a gateway in front of a throttling service sends them: `http`, and so axios by default, keeps the first and
# drops the rest; `fetch`, and so axios with `adapter: "fetch"`, joins them to `1, 3`, for which `Number()` is NaN; `request` gives an
# array. A folded line, which RFC 9112 (5.2) tells a client to read as one line with a space: `http` refuses the response with a parse
# error and no status, the other two follow the rule.
#
# Why a good engineer would not guess it: all are "Node's HTTP", and axios offers the adapter as an equal choice. A back-off that
# reads `Number(headers["retry-after"]) * 1000` works with the one and waits for NaN milliseconds, which is none, with the other.
#
# Seen with Node 20.20.2, axios 1.21.1 and undici 7.30.2:
#
#   two lines, http: "1"
#   two lines, axios: "1"
#   two lines, axios with fetch: "1, 3"
#   two lines, undici fetch: "1, 3"
#   two lines, undici request: ["1","3"]
#   folded line, http: HPE_INVALID_HEADER_TOKEN
#   folded line, axios: HPE_INVALID_HEADER_TOKEN
#   folded line, axios with fetch: "1 3"
#   folded line, undici fetch: "1 3"
#   folded line, undici request: "1 3"
source "$(dirname "$0")/lib/common.sh"
node_packages axios@1.21.1 undici@7.30.2

cat >"$work/run.js" <<'EOF'
const http = require("http");
const net = require("net");
const axios = require("axios");
const undici = require("undici");

const validateStatus = () => true;
const clients = {
  http: (url) => new Promise((resolve, reject) => http.get(url, (response) => resolve(response.resume().headers)).on("error", reject)),
  axios: async (url) => (await axios.get(url, { validateStatus, proxy: false })).headers,
  "axios with fetch": async (url) => (await axios.get(url, { validateStatus, adapter: "fetch" })).headers,
  "undici fetch": async (url) => Object.fromEntries((await undici.fetch(url)).headers),
  "undici request": async (url) => (await undici.request(url)).headers,
};
const responses = { "two lines": "Retry-After: 1\r\nRetry-After: 3\r\n", "folded line": "Retry-After: 1\r\n 3\r\n" };

async function main() {
  for (const [what, lines] of Object.entries(responses)) {
    const reply = `HTTP/1.1 429 Too Many Requests\r\n${lines}Content-Length: 0\r\nConnection: close\r\n\r\n`;
    const server = net.createServer((socket) => socket.once("data", () => socket.end(reply)));
    await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
    for (const [name, ask] of Object.entries(clients)) {
      const seen = await ask(`http://127.0.0.1:${server.address().port}/`).then(
        (headers) => JSON.stringify(headers["retry-after"]),
        (error) => error.code ?? error.name,
      );
      console.log(`${what}, ${name}: ${seen}`);
    }
    server.close();
  }
}
main();
EOF
node "$work/run.js" | expect
