#!/usr/bin/env bash
# PgBouncer 1.18.0 in transaction mode: `pg_try_advisory_lock` says yes to two clients at once, and goes on to hold the lock when both are gone.
# `lastval()` returns the id of another client's row. Nothing reports an error.
#
# The pooler gives a client a server connection for one transaction only. An advisory lock, the last value of a sequence, a `set` and a `listen`
# belong to the server's session. The next client on that connection is the same session to PostgreSQL, and a session gets a lock that it
# already holds. An unlock on another connection returns false. PgBouncer clears nothing between clients in this mode, unlike in session mode.
#
# Why a good engineer would not guess it: one try and one worker work. Whether two clients share a connection depends on the load, and with
# little load, as in a test, they share one. "Not supported" reads like an error; here the answers are wrong. Two leaders poll and pay for the
# same jobs; then none leads until the pooler closes that connection, which is up to an hour; a poll is stored under another person's job.
# Instead: `pg_try_advisory_xact_lock` in a transaction that lasts as long as the lock, `returning id`, `set local`, and a direct connection to
# listen.
#
# Seen with PgBouncer 1.18.0 (Debian 12), PostgreSQL 18.4 and pg 8.23.1; a pool of two server connections, clients A, B and C, and D without the
# pooler:
#
#   A tries lock 7: true
#   B tries lock 7: true
#   C is in a transaction on that connection; A unlocks 7: false
#   A, B and C have closed; D tries lock 7: false
#   A and B insert a job each, ids 1 and 2; A asks for lastval(): 2
#   A sets statement_timeout to 100 ms; B sleeps for 1 s: canceling statement due to statement timeout
#   A listens, B notifies: 0 notifications for A
#   A tries xact lock 8 in a transaction: true
#   B tries xact lock 8 in a transaction: false
source "$(dirname "$0")/lib/common.sh"
source "$(dirname "$0")/lib/postgres.sh"
need pgbouncer
start_postgres

# PgBouncer serves a Unix socket only. The port is a part of the socket's name.
cat >"$work/pgbouncer.ini" <<INI
[databases]
postgres = host=$work/socket user=postgres
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = $work/socket
auth_type = any
pool_mode = transaction
default_pool_size = 2
logfile = $work/socket/pgbouncer.log
INI
"${as[@]}" pgbouncer -q "$work/pgbouncer.ini" &
bouncer=$!
trap 'kill "$bouncer" 2>/dev/null || true; stop_postgres' EXIT
for _ in $(seq 100); do
    [ ! -S "$work/socket/.s.PGSQL.6432" ] || break
    sleep 0.1
done

cat >"$work/run.js" <<'EOF'
const { Client } = require("pg");

async function connect(port) {
  const client = new Client({ host: process.env.PGHOST, port });
  await client.connect();
  return client;
}

/** The only value of the only row. */
const ask = async (client, query) => Object.values((await client.query(query)).rows[0])[0];

async function clients() {
  return [await connect(6432), await connect(6432), await connect(6432)];
}

(async () => {
  const direct = await connect(5432);
  let [a, b, c] = await clients();
  console.log("A tries lock 7:", await ask(a, "select pg_try_advisory_lock(7)"));
  console.log("B tries lock 7:", await ask(b, "select pg_try_advisory_lock(7)"));
  await c.query("begin");
  console.log("C is in a transaction on that connection; A unlocks 7:", await ask(a, "select pg_advisory_unlock(7)"));
  await c.query("rollback");
  for (const client of [a, b, c]) await client.end();
  console.log("A, B and C have closed; D tries lock 7:", await ask(direct, "select pg_try_advisory_lock(7)"));

  [a, b, c] = await clients();
  await direct.query("create table jobs (id serial primary key, person text)");
  const ids = [];
  for (const client of [a, b]) ids.push(await ask(client, "insert into jobs (person) values ('invented') returning id"));
  console.log(`A and B insert a job each, ids ${ids.join(" and ")}; A asks for lastval():`, await ask(a, "select lastval()"));
  await a.query("set statement_timeout = 100");
  const outcome = await b.query("select pg_sleep(1)").then(() => "done", (error) => error.message);
  console.log("A sets statement_timeout to 100 ms; B sleeps for 1 s:", outcome);
  await a.query("set statement_timeout = 0");
  let notified = 0;
  a.on("notification", () => notified++);
  await a.query("listen answers");
  await c.query("begin");
  await b.query("notify answers");
  await c.query("rollback");
  await new Promise((resolve) => setTimeout(resolve, 500));
  console.log("A listens, B notifies:", notified, "notifications for A");
  for (const [name, client] of [["A", a], ["B", b]]) {
    await client.query("begin");
    console.log(`${name} tries xact lock 8 in a transaction:`, await ask(client, "select pg_try_advisory_xact_lock(8)"));
  }
  for (const client of [a, b, c, direct]) await client.end();
})();
EOF
node "$work/run.js" | expect
