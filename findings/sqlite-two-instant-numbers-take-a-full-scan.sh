#!/usr/bin/env bash
# SQLite 3.54.1: `count(*)` of a million rows takes nine steps, and so does about the `min` of an indexed column. Asked for together in
# one `select`, they take five million. So does `min` beside `max`, and `count(*)+0` takes two million.
#
# A bare `count(*)` adds up the numbers of entries that are written in the pages, and a bare `min` reads the first entry of the index. Both
# apply only if the aggregate is the whole result of its `select`. With anything beside or around it, even `+0`, each row is visited.
# `count(id)` of the primary key visits each row too, although the key cannot be null. As subqueries of one `select` they are instant again.
#
# Why a good engineer would not guess it: one statement for two numbers saves a round trip everywhere else, and the query plan of the instant
# `count(*)` prints the same `SCAN queue` as the slow one. A page that shows the state of a job queue asks for just such pairs.
#
# Seen with SQLite 3.54.1 (PyPI apsw 3.54.1.0), a table of 1,000,000 rows with an index on `due`, steps of SQLite's virtual machine:
#
#   fewer than 1000     select count(*) from queue
#   fewer than 1000     select min(due) from queue
#   more than a million select count(*), min(due) from queue
#   more than a million select min(due), max(due) from queue
#   more than a million select count(*)+0 from queue
#   more than a million select count(id) from queue
#   fewer than 1000     select (select count(*) from queue), (select min(due) from queue)
source "$(dirname "$0")/lib/common.sh"
python_packages apsw==3.54.1.0

cat >"$work/run.py" <<'EOF'
import apsw

base = apsw.Connection(":memory:")
base.execute("create table queue (id integer primary key, due integer not null); create index queue_due on queue (due)")
with base:
    base.execute("with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000000) insert into queue select i, i % 1000 from n")


def steps(query):
    seen = []
    base.set_progress_handler(lambda: bool(seen.append(1)), 1000)
    base.execute(query).fetchall()
    base.set_progress_handler(None)
    return "fewer than 1000" if not seen else "more than a million" if len(seen) > 1000 else f"{len(seen)} thousand"


for query in (
    "select count(*) from queue",
    "select min(due) from queue",
    "select count(*), min(due) from queue",
    "select min(due), max(due) from queue",
    "select count(*)+0 from queue",
    "select count(id) from queue",
    "select (select count(*) from queue), (select min(due) from queue)",
):
    print(f"{steps(query):<19} {query}")
EOF
"$python" "$work/run.py" | expect
