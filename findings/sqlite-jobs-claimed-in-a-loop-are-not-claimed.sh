#!/usr/bin/env bash
# SQLite from Python: `for job in connection.execute("update … returning id")` in autocommit mode commits nothing before the loop has ended.
# Until then no other process can write, and if the process ends inside the loop, the claims and all that the loop wrote are undone.
#
# SQLite makes all changes of the statement before it returns the first row. But a statement that has rows left is still running, and an
# autocommit transaction ends when its last statement does. The loop's own writes join that transaction. `commit()` inside the loop
# does nothing, without an error; in the default mode it fails. `iterate()` of npm's `libsql` commits before the first row.
#
# Why a good engineer would not guess it: autocommit says that each statement is durable when it has run, and `update … returning` is how
# guides write a claim. A claim of one row commits, since `sqlite3` reads one row ahead. Only a claim of several rows holds the lock for as
# long as their HTTP calls take: the other workers get "database is locked". After a restart all ten jobs are sent once more.
# Instead: `fetchall()` before the first job, or claim one job at a time.
#
# Seen with Python's sqlite3 (SQLite 3.40.1), apsw 3.54.1.0 (SQLite 3.54.1) and libsql 0.5.29; twenty due jobs in WAL mode, claims
# of ten. "Another" is another process while the loop handles the first job; then the process ends with SIGKILL:
#
#   sqlite3, for: another sees 0 claimed, cannot write; after the end 0 claimed, 0 done
#   sqlite3, for, each job set to done: another sees 0 claimed, cannot write; after the end 0 claimed, 0 done
#   sqlite3, for, commit() for each job: another sees 0 claimed, cannot write; after the end 0 claimed, 0 done
#   sqlite3, default mode, commit() for each job: OperationalError
#   sqlite3, fetchone, limit 1: another sees 1 claimed, can write; after the end 1 claimed, 0 done
#   sqlite3, fetchall: another sees 10 claimed, can write; after the end 10 claimed, 0 done
#   apsw, for: another sees 0 claimed, cannot write; after the end 0 claimed, 0 done
#   apsw, fetchall: another sees 10 claimed, can write; after the end 10 claimed, 0 done
#   libsql, iterate: another sees 10 claimed, can write; after the end 10 claimed, 0 done
source "$(dirname "$0")/lib/common.sh"
python_packages apsw==3.54.1.0
node_packages libsql@0.5.29

# Each worker claims jobs, says so when it has the first, and waits for a line that never comes.
cat >"$work/worker.py" <<'EOF'
import sys

name, path = sys.argv[1:]
if name.startswith("sqlite3"):
    import sqlite3

    base = sqlite3.connect(path) if "default" in name else sqlite3.connect(path, isolation_level=None)
else:
    import apsw

    base = apsw.Connection(path)
limit = 1 if "limit 1" in name else 10
CLAIM = f"update queue set state = 'claimed' where id in (select id from queue where state = 'due' order by id limit {limit}) returning id"


def wait():
    print("ready", flush=True)
    sys.stdin.readline()


jobs = base.execute(CLAIM)
if "fetchone" in name:
    job = jobs.fetchone()
    wait()
elif "fetchall" in name:
    jobs = jobs.fetchall()
for (job,) in jobs:
    if "commit" in name:
        try:
            base.commit()
        except sqlite3.Error as error:
            print(type(error).__name__, flush=True)
            break
    if "done" in name:
        base.execute("update queue set state = 'done' where id = ?", (job,))
        if job < 3:
            continue
    wait()
EOF
cat >"$work/worker.js" <<'EOF'
const Database = require("libsql");
const base = new Database(process.argv[3]);
const claim = "update queue set state = 'claimed' where id in (select id from queue where state = 'due' order by id limit 10) returning id";
for (const _ of base.prepare(claim).iterate()) {
  console.log("ready");
  require("fs").readSync(0, Buffer.alloc(1));
}
EOF
cat >"$work/run.py" <<'EOF'
import os
import sqlite3
import subprocess
import sys

work = sys.argv[1]
path = f"{work}/queue.db"


def count(state):
    base = sqlite3.connect(path)
    ((number,),) = base.execute("select count(*) from queue where state = ?", (state,))
    base.close()
    return number


def can_write():
    base = sqlite3.connect(path, timeout=0.2)
    try:
        base.execute("update queue set state = state where id = 20")
        return "can write"
    except sqlite3.OperationalError:
        return "cannot write"
    finally:
        base.close()


def report(command, name):
    for end in ("", "-wal", "-shm"):
        if os.path.exists(path + end):
            os.remove(path + end)
    base = sqlite3.connect(path)
    base.execute("pragma journal_mode = wal")
    base.execute("create table queue (id integer primary key, state text not null)")
    base.executemany("insert into queue values (?, 'due')", ((i,) for i in range(1, 21)))
    base.commit()
    base.close()
    worker = subprocess.Popen([*command, name, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    word = worker.stdout.readline().strip()
    seen = f"another sees {count('claimed')} claimed, {can_write()}"
    worker.kill()
    worker.communicate()
    print(f"{name}: {seen}; after the end {count('claimed')} claimed, {count('done')} done" if word == "ready" else f"{name}: {word}", flush=True)


python = [sys.executable, f"{work}/worker.py"]
report(python, "sqlite3, for")
report(python, "sqlite3, for, each job set to done")
report(python, "sqlite3, for, commit() for each job")
report(python, "sqlite3, default mode, commit() for each job")
report(python, "sqlite3, fetchone, limit 1")
report(python, "sqlite3, fetchall")
report(python, "apsw, for")
report(python, "apsw, fetchall")
report(["node", f"{work}/worker.js"], "libsql, iterate")
EOF
"$python" "$work/run.py" "$work" | expect
