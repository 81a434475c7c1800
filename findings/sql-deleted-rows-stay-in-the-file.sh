#!/usr/bin/env bash
# SQLite's `delete` erases the bytes of a row in Debian's build, and leaves them in the file in the builds of apsw 3.54.1.0 and of
# pysqlite3-binary 0.5.4.post2. In WAL mode the log keeps them. PostgreSQL 18.4 keeps them in the table's file even after `vacuum`.
#
# `pragma secure_delete` overwrites what is deleted with zeros. Its default is chosen when SQLite is compiled: Debian turns it on, SQLite
# itself has it off. The log of WAL mode keeps old pages until a checkpoint with `truncate`, or until the last connection closes.
# `vacuum` of PostgreSQL marks the room of a deleted row as free, and does not clear it. `vacuum full` writes a new file, and the
# write-ahead log keeps the rows until PostgreSQL reuses or removes its segments.
#
# Why a good engineer would not guess it: the same Python program erases rows or not, depending on how SQLite was installed, so a test that
# looks into the file passes with one of them. In both databases "vacuum" sounds like the cure. A service that has to erase identity
# numbers after 90 days deletes the rows, counts none, and still has the numbers in each copy of the file.
# Instead: `pragma secure_delete = on` on each SQLite connection, and `pragma wal_checkpoint(truncate)` after a purge. In PostgreSQL drop
# whole partitions, or encrypt personal data and destroy the key.
#
# Seen with SQLite 3.54.1 (apsw), 3.51.1 (pysqlite3-binary) and 3.40.1 (sqlite3 of Debian 12), PostgreSQL 18.4; 99 of 100 rows deleted:
#
#   SQLite, apsw: deleted rows in the file
#   SQLite, pysqlite3-binary: deleted rows in the file
#   SQLite, Debian: deleted rows nowhere
#   SQLite, apsw, secure_delete: deleted rows nowhere
#   SQLite, apsw, secure_delete, WAL: deleted rows in the log
#   SQLite, apsw, secure_delete, WAL, checkpoint: deleted rows in the log
#   SQLite, apsw, secure_delete, WAL, checkpoint with truncate: deleted rows nowhere
#   PostgreSQL, delete: deleted rows in the file, in the log
#   PostgreSQL, delete, vacuum: deleted rows in the file, in the log
#   PostgreSQL, delete, vacuum full: deleted rows in the log
source "$(dirname "$0")/lib/common.sh"
source "$(dirname "$0")/lib/postgres.sh"
need sqlite3
python_packages apsw==3.54.1.0 pysqlite3-binary==0.5.4.post2 "psycopg[binary]==3.3.9"
start_postgres

cat >"$work/run.py" <<'EOF'
import glob
import pathlib
import subprocess
import sys

import apsw
import psycopg
import pysqlite3

WORK = sys.argv[1]
GONE = "invented number 12345678901"
FILL = f"""create table people (id integer primary key, body text);
with recursive n(i) as (select 1 union all select i + 1 from n where i < 100)
insert into people select i, case i when 50 then 'kept' else '{GONE}' end || ' of person ' || i from n;"""
PURGE = "delete from people where id <> 50;"


def report(name, files):
    """Says in which of the files (a name and a list of paths) deleted rows can be found."""
    found = [word for word, paths in files.items() if any(GONE.encode() in pathlib.Path(path).read_bytes() for path in paths)]
    print(f"{name}: deleted rows {', '.join(found) or 'nowhere'}")


def sqlite(name, statements, run):
    """Runs the statements one by one, and looks at the files before the connection closes."""
    path = f"{WORK}/{len(glob.glob(WORK + '/*.db'))}.db"
    close = run(path, [*statements, FILL, PURGE])
    look(name, path)
    close()


def look(name, path):
    report(f"SQLite, {name}", {"in the file": [path], "in the log": glob.glob(path + "-wal")})


def by_apsw(path, statements):
    base = apsw.Connection(path)
    for statement in statements:
        base.execute(statement).fetchall()
    return base.close


def by_pysqlite3(path, statements):
    base = pysqlite3.connect(path)
    for statement in statements:
        base.executescript(statement)
    return base.close


def by_debian(path, statements):
    subprocess.run(["sqlite3", path], input="\n".join(statements), text=True, check=True, stdout=subprocess.DEVNULL)
    return lambda: None


def by_apsw_in_wal_mode():
    path = f"{WORK}/wal.db"
    base = apsw.Connection(path)
    name = "apsw, secure_delete, WAL"
    for statement in ("pragma secure_delete = on", "pragma journal_mode = wal", FILL, PURGE):
        base.execute(statement).fetchall()
    look(name, path)
    base.execute("pragma wal_checkpoint").fetchall()
    look(f"{name}, checkpoint", path)
    base.execute("pragma wal_checkpoint(truncate)").fetchall()
    look(f"{name}, checkpoint with truncate", path)
    base.close()


def by_postgres():
    base = psycopg.connect(autocommit=True)
    base.execute("create table people (id int primary key, body text) with (autovacuum_enabled = off)")
    kept = f"insert into people select i, case i when 50 then 'kept' else '{GONE}' end || ' of person ' || i from generate_series(1, 100) i"
    for words, statement in (("", kept), ("delete", PURGE), ("delete, vacuum", "vacuum people"), ("delete, vacuum full", "vacuum full people")):
        base.execute(statement)
        base.execute("checkpoint")
        (path,) = base.execute("select pg_relation_filepath('people')").fetchone()
        files = {"in the file": [f"{WORK}/data/{path}"], "in the log": glob.glob(f"{WORK}/data/pg_wal/0*")}
        if words:
            report(f"PostgreSQL, {words}", files)


sqlite("apsw", [], by_apsw)
sqlite("pysqlite3-binary", [], by_pysqlite3)
sqlite("Debian", [], by_debian)
sqlite("apsw, secure_delete", ["pragma secure_delete = on;"], by_apsw)
by_apsw_in_wal_mode()
by_postgres()
EOF
"$python" "$work/run.py" "$work" | expect
