#!/usr/bin/env bash
# SQLite 3.54.1: a column declared `JSON`, `STRING`, `UUID` or `DATETIME` turns the text `0810` into the integer 810.
#
# SQLite derives a column's affinity from substrings of the declared type. `INT`, `CHAR`, `CLOB`, `TEXT`, `BLOB`, `REAL`, `FLOA` and
# `DOUB` mean something; every other name gets numeric affinity. Text that looks like a number is converted when it is stored, so a
# result code loses its zeros and `1E3` becomes 1000. The same column keeps an object or an id with a letter in it as text.
#
# Why a good engineer would not guess it: `STRING` and `JSON` name what the column stores, and ORMs and migrations from other
# databases write them. Tests pass, because most values are no numbers.
# SQLite's own `jsonb()` keeps the digits `1E3`, which PostgreSQL's `jsonb` does not: neither the name nor the habit carries over.
#
# Seen with SQLite 3.54.1 (PyPI apsw 3.54.1.0):
#
#   TEXT          '0810' -> '0810'   '1E3' -> '1E3'   '{"code":1E3}' -> '{"code":1E3}'
#   VARCHAR(9)    '0810' -> '0810'   '1E3' -> '1E3'   '{"code":1E3}' -> '{"code":1E3}'
#   (none)        '0810' -> '0810'   '1E3' -> '1E3'   '{"code":1E3}' -> '{"code":1E3}'
#   STRING        '0810' -> 810      '1E3' -> 1000    '{"code":1E3}' -> '{"code":1E3}'
#   JSON          '0810' -> 810      '1E3' -> 1000    '{"code":1E3}' -> '{"code":1E3}'
#   UUID          '0810' -> 810      '1E3' -> 1000    '{"code":1E3}' -> '{"code":1E3}'
#   DATETIME      '0810' -> 810      '1E3' -> 1000    '{"code":1E3}' -> '{"code":1E3}'
#   json(jsonb('{"code":1E3}')) -> '{"code":1E3}'
source "$(dirname "$0")/lib/common.sh"
python_packages apsw==3.54.1.0

cat >"$work/run.py" <<'EOF'
import apsw

base = apsw.Connection(":memory:")


def stored(declared, text):
    base.execute(f"create table t(value {declared})")
    base.execute("insert into t values (?)", (text,))
    (value,), = base.execute("select value from t")
    base.execute("drop table t")
    return repr(value)


for declared in ("TEXT", "VARCHAR(9)", "", "STRING", "JSON", "UUID", "DATETIME"):
    zeros, digits, whole = (stored(declared, text) for text in ("0810", "1E3", '{"code":1E3}'))
    print(f"{declared or '(none)':<13} '0810' -> {zeros:<8} '1E3' -> {digits:<7} '{{\"code\":1E3}}' -> {whole}")
(value,), = base.execute("select json(jsonb(?))", ('{"code":1E3}',))
print(f"json(jsonb('{{\"code\":1E3}}')) -> {value!r}")
EOF
"$python" "$work/run.py" | expect
