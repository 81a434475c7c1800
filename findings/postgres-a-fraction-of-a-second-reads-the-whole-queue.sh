#!/usr/bin/env bash
# PostgreSQL 18.4: `due <= extract(epoch from now()) * 1000` on an indexed `bigint` column reads the whole queue for each claim. So does a
# `float` or a `Decimal` from psycopg 3.3.9, such as `time.time() * 1000`. The plan says "Index Scan" all the same.
#
# `extract` returns `numeric`, and psycopg sends a Python float as `float8`. To compare a `bigint` with either, PostgreSQL converts the
# column and not the value. The index has no entries of the converted type: it serves `order by due`, and the condition filters every row.
# node-postgres sends a number as text without a type, so PostgreSQL makes a `bigint` of it, or reports an error for a fraction.
#
# Why a good engineer would not guess it: the result is right, the value is milliseconds in both, and the plan names the right index. SQLite
# compares a float in the index, so the same statement is fast there. Ten due jobs end the scan at once: only the poll that finds nothing,
# as most polls do, reads every waiting job.
# Instead: `(extract(epoch from now()) * 1000)::bigint`, `int(…)` in Python, or a `timestamptz` column. Look for "Filter" in the plan.
#
# Seen with PostgreSQL 18.4 (npm embedded-postgres 18.4.0-beta.17), psycopg 3.3.9 and SQLite 3.54.1 (PyPI apsw 3.54.1.0); 200,000 jobs
# that are due in the future, `select id from queue where due <= … order by due limit 10`:
#
#   PostgreSQL, extract(epoch from now()) * 1000: Index Scan, rows removed by filter: 200000
#   PostgreSQL, (extract(epoch from now()) * 1000)::bigint: Index Scan, rows removed by filter: 0
#   PostgreSQL, float from psycopg: Index Scan, rows removed by filter: 200000
#   PostgreSQL, Decimal from psycopg: Index Scan, rows removed by filter: 200000
#   PostgreSQL, int from psycopg: Index Scan, rows removed by filter: 0
#   PostgreSQL, id = float: Seq Scan, rows removed by filter: 200000
#   PostgreSQL, id = int: Index Scan, rows removed by filter: 0
#   SQLite, float: fewer than 1000 steps
source "$(dirname "$0")/lib/common.sh"
source "$(dirname "$0")/lib/postgres.sh"
python_packages "psycopg[binary]==3.3.9" apsw==3.54.1.0
start_postgres

cat >"$work/run.py" <<'EOF'
import json
import time
from decimal import Decimal

import apsw
import psycopg

JOBS = 200_000
NOW = time.time() * 1000
TABLE = "create table queue (id bigint primary key, due bigint not null)"
INDEX = "create index queue_due on queue (due)"
DUE = "select id from queue where due <= {} order by due limit 10"
base = psycopg.connect(autocommit=True)


def nodes(plan):
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes(inner)


def report(name, query, *parameters):
    (((whole,),),) = base.execute(f"explain (analyze, format json) {query}", parameters or None).fetchall()
    scan = next(node for node in nodes(whole["Plan"]) if "Relation Name" in node)
    print(f"PostgreSQL, {name}: {scan['Node Type']}, rows removed by filter: {scan.get('Rows Removed by Filter', 0):.0f}")


base.execute(TABLE)
base.execute("insert into queue select i, %s + i * 1000 from generate_series(1, %s) i", (int(NOW) + 3_600_000, JOBS))
base.execute(INDEX)
base.execute("vacuum analyze queue")
base.execute("set max_parallel_workers_per_gather = 0")
for clock in ("extract(epoch from now()) * 1000", "(extract(epoch from now()) * 1000)::bigint"):
    report(clock, DUE.format(clock))
report("float from psycopg", DUE.format("%s"), NOW)
report("Decimal from psycopg", DUE.format("%s"), Decimal(int(NOW)))
report("int from psycopg", DUE.format("%s"), int(NOW))
report("id = float", "select due from queue where id = %s", float(JOBS + 1))
report("id = int", "select due from queue where id = %s", JOBS + 1)

embedded = apsw.Connection(":memory:")
embedded.execute(f"{TABLE}; {INDEX}")
with embedded:
    rows = ((i, int(NOW) + 3_600_000 + i * 1000) for i in range(1, JOBS + 1))
    embedded.executemany("insert into queue values (?, ?)", rows)
seen = []
embedded.set_progress_handler(lambda: bool(seen.append(1)), 1000)
embedded.execute(DUE.format("?"), (NOW,)).fetchall()
print(f"SQLite, float: {'more' if seen else 'fewer'} than 1000 steps")
EOF
"$python" "$work/run.py" | expect
