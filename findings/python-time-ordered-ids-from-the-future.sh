#!/usr/bin/env bash
# PyPI uuid6 2025.0.1: `uuid7()` adds a millisecond to its timestamp for each id. The last of a million ids made at once has a time
# more than 15 minutes in the future. PyPI uuid7 0.1.0 makes ids of version 7 that PostgreSQL dates to the year 2203.
#
# uuid6 has no counter. If the millisecond is not later than the last one, it uses the last one plus one. So its clock runs ahead for as
# long as more than a thousand ids a second are made. uuid7 follows an early draft, in which the first 36 bits are seconds. In RFC 9562
# the first 48 bits are milliseconds. Both write the same version number, so a reader cannot see the difference.
#
# Why a good engineer would not guess it: the time in the id is the reason to choose version 7, and a single id of uuid6 has the right
# one. Ids stay unique and sorted, so nothing fails. A rule such as "a job younger than two minutes may not be known yet", a partition by
# day or a purge by age then reads the time from the ids of an import, and is wrong by minutes or by a century.
# Instead: use a library with a counter (uuid-utils, PostgreSQL 18), and keep the age in a column.
#
# Seen with uuid6 2025.0.1, uuid7 0.1.0, uuid-utils 1.2.0 and PostgreSQL 18.4. PostgreSQL reads the times, as the RFC defines them:
#
#   uuid6 one id: within a minute of the clock
#   uuid6 after 1000000 ids: more than 15 minutes in the future, ids sorted: yes
#   uuid-utils one id: within a minute of the clock
#   uuid-utils after 1000000 ids: within a minute of the clock, ids sorted: yes
#   PostgreSQL one id: within a minute of the clock
#   PostgreSQL after 1000000 ids: within a minute of the clock, ids sorted: yes
#   uuid7 one id: more than 100 years in the future
source "$(dirname "$0")/lib/common.sh"
source "$(dirname "$0")/lib/postgres.sh"
python_packages uuid6==2025.0.1 uuid7==0.1.0 uuid-utils==1.2.0 "psycopg[binary]==3.3.9"
start_postgres

cat >"$work/run.py" <<'EOF'
import time

import psycopg
import uuid6
import uuid_extensions
import uuid_utils

MANY = 1_000_000
MINUTE, YEAR = 60, 365 * 86400
base = psycopg.connect(autocommit=True)


def ahead(identifier):
    """How far the id's time is ahead of the clock, as PostgreSQL reads it."""
    (at,) = base.execute("select extract(epoch from uuid_extract_timestamp(%s::uuid))", (str(identifier),)).fetchone()
    seconds = float(at) - time.time()
    if abs(seconds) < MINUTE:
        return "within a minute of the clock"
    if seconds > YEAR:
        return f"more than {int(seconds / YEAR / 100) * 100} years in the future"
    return f"more than {int(seconds / MINUTE / 5) * 5} minutes in the future"


def by_library(make):
    return [str(make()) for _ in range(MANY)]


def by_postgres():
    return [text for (text,) in base.execute("select uuidv7()::text from generate_series(1, %s)", (MANY,)).fetchall()]


def one_by_postgres():
    return base.execute("select uuidv7()::text").fetchone()[0]


for name, one, many in (
    ("uuid6", uuid6.uuid7, lambda: by_library(uuid6.uuid7)),
    ("uuid-utils", uuid_utils.uuid7, lambda: by_library(uuid_utils.uuid7)),
    ("PostgreSQL", one_by_postgres, by_postgres),
):
    print(f"{name} one id: {ahead(one())}")
    ids = many()
    print(f"{name} after {MANY} ids: {ahead(ids[-1])}, ids sorted: {'yes' if ids == sorted(ids) else 'no'}")
print(f"uuid7 one id: {ahead(uuid_extensions.uuid7())}")
EOF
"$python" "$work/run.py" | expect
