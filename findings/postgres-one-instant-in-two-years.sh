#!/usr/bin/env bash
# PostgreSQL 18.4 rounds a timestamp with seven or nine digits, and so does Python's arrow 1.4.0; seven others cut it off or keep it. The last
# moment of 2026 is stored as 2027 if it comes as text, and as 2026 if a client has parsed it. `::date` of the same text is in 2026.
#
# .NET prints seven digits of a second, Go and Java up to nine. PostgreSQL, Python and DuckDB keep six, JavaScript and SQLite three. To round
# may carry into the second, the day and the year. `::date` reads the text on its own and ignores the clock. In one event log the same
# instant has three values: as text from any client, as `datetime` from psycopg or asyncpg, as `Date` from node-postgres.
#
# Why a good engineer would not guess it: a cast to `timestamptz` looks like a parse, and a parse should not return a later time than the
# text says. Half of all timestamps are off by one microsecond, which no report shows. But a key of job and time does not recognise the event that
# a second service stores again, `at = $1` finds nothing, and an answer may be billed to the next year, or be in the future of its own clock.
# Instead: cut the text to six digits before you send it, or parse it in one place. Use an id and not a time as the key.
#
# Seen with PostgreSQL 18.4, psycopg 3.3.9, asyncpg 0.32.0, pg 8.23.1, arrow 1.4.0, python-dateutil 2.9.0, pandas 3.1.1, polars 2.1.0, DuckDB
# 2.0.1, SQLite 3.40.1, Python 3.11.7 and Node 20.20.2:
#
#                           2026-12-31T23:59:59.9999999Z   2026-10-04T12:00:00.123456789Z
#   PostgreSQL timestamptz  2027-01-01T00:00:00            2026-10-04T12:00:00.123457
#   PostgreSQL date         2026-12-31                     2026-10-04
#   arrow                   2027-01-01T00:00:00            2026-10-04T12:00:00.123457
#   Python datetime         2026-12-31T23:59:59.999999     2026-10-04T12:00:00.123456
#   dateutil                2026-12-31T23:59:59.999999     2026-10-04T12:00:00.123456
#   polars                  2026-12-31T23:59:59.999999     2026-10-04T12:00:00.123456
#   DuckDB                  2026-12-31T23:59:59.999999     2026-10-04T12:00:00.123456
#   pandas                  2026-12-31T23:59:59.999999900  2026-10-04T12:00:00.123456789
#   SQLite                  2026-12-31T23:59:59.999        2026-10-04T12:00:00.123
#   JavaScript              2026-12-31T23:59:59.999        2026-10-04T12:00:00.123
#   stored with "on conflict do nothing" by psycopg as text, psycopg, asyncpg and pg as text, pg: 3 rows for 1 event
source "$(dirname "$0")/lib/common.sh"
source "$(dirname "$0")/lib/postgres.sh"
python_packages "psycopg[binary]==3.3.9" asyncpg==0.32.0 arrow==1.4.0 python-dateutil==2.9.0.post0 pandas==3.1.1 polars==2.1.0 duckdb==2.0.1
start_postgres

cat >"$work/store.js" <<'EOF'
const { Client } = require("pg");
(async () => {
  const client = new Client({ host: process.env.PGHOST });
  await client.connect();
  for (const at of [process.argv[2], new Date(process.argv[2])])
    await client.query("insert into events values (7, $1) on conflict do nothing", [at]);
  await client.end();
})();
EOF
cat >"$work/run.py" <<'EOF'
import asyncio
import os
import sqlite3
import subprocess
from datetime import datetime

import arrow
import asyncpg
import dateutil.parser
import duckdb
import pandas
import polars
import psycopg

TEXTS = ("2026-12-31T23:59:59.9999999Z", "2026-10-04T12:00:00.123456789Z")
base = psycopg.connect(autocommit=True, options="-c timezone=UTC")


def postgres(kind):
    return lambda text: base.execute(f"select %s::text::{kind}", (text,)).fetchone()[0].isoformat()


def sqlite(text):
    return sqlite3.connect(":memory:").execute("select strftime('%Y-%m-%dT%H:%M:%f', ?)", (text,)).fetchone()[0]


def javascript(text):
    return subprocess.check_output(["node", "-p", "new Date(process.argv[1]).toISOString()", text], text=True).strip()


READERS = {
    "PostgreSQL timestamptz": postgres("timestamptz"),
    "PostgreSQL date": postgres("date"),
    "arrow": lambda text: arrow.get(text).isoformat(),
    "Python datetime": lambda text: datetime.fromisoformat(text).isoformat(),
    "dateutil": lambda text: dateutil.parser.isoparse(text).isoformat(),
    "polars": lambda text: polars.Series([text]).str.to_datetime(time_zone="UTC")[0].isoformat(),
    "DuckDB": lambda text: duckdb.sql(f"select timestamptz '{text}' at time zone 'UTC'").fetchall()[0][0].isoformat(),
    "pandas": lambda text: pandas.Timestamp(text).isoformat(),
    "SQLite": sqlite,
    "JavaScript": javascript,
}


def row(*cells):
    print("{:<24}{:<31}{}".format(*cells))


async def store_with_asyncpg(query, *parameters):
    connection = await asyncpg.connect(host=os.environ["PGHOST"], user="postgres", database="postgres")
    await connection.execute(query, *parameters)
    await connection.close()


row("", *TEXTS)
for name, read in READERS.items():
    row(name, *(read(text).removesuffix("+00:00").removesuffix("Z") for text in TEXTS))
base.execute("create table events (job int, at timestamptz, primary key (job, at))")
text = TEXTS[1]
for at in (text, datetime.fromisoformat(text)):
    base.execute("insert into events values (7, %s) on conflict do nothing", (at,))
asyncio.run(store_with_asyncpg("insert into events values (7, $1) on conflict do nothing", datetime.fromisoformat(text)))
subprocess.run(["node", "store.js", text], check=True)
((rows,),) = base.execute("select count(*) from events")
print(f'stored with "on conflict do nothing" by psycopg as text, psycopg, asyncpg and pg as text, pg: {rows} rows for 1 event')
EOF
cd "$work"
"$python" run.py | expect
