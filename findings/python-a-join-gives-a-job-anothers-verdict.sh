#!/usr/bin/env bash
# pandas 3.1.1: `merge` joins a job without an id with a result without an id. And if one row of the results has no id, two jobs with ids above
# 2^53 become one, and both get the same verdict. polars, DuckDB and pyarrow do neither.
#
# pandas treats a missing key as a value that is equal to itself, in `merge`, `join` and `map`, unlike SQL. And a column of integers that has a
# missing value becomes a column of floats when it is read or made. A float keeps 53 bits, so 9007199254740993 is read as
# 9007199254740992. To compare an integer key with a float key, pandas makes floats of both, so that the jobs' own ids, read in full, match
# their neighbours'.
#
# Why a good engineer would not guess it: a left join keeps the number of rows and fills the gaps, so nothing looks wrong, and no error is
# raised. Joins in SQL, where missing is never equal to missing, do not do this. The person whose submission failed before it
# had an id gets the verdict of another whose answer came without one. That is a decision about a person.
# Instead: `dropna(subset="job")` on both sides, and ids as text. `dtype={"job": "Int64"}` helps with `read_csv` only: `read_json` makes floats
# first, and then the wrong job is the only one that matches. `engine="pyarrow", dtype_backend="pyarrow"` reads each digit of both.
#
# Seen with pandas 3.1.1, polars 2.1.0, DuckDB 2.0.1 and pyarrow 26.0.1; all read from NDJSON, unless a line says CSV:
#
#   jobs a, b and one without an id; results for a and for one without an id:
#   pandas   ann: a's verdict, ben: none, cat: verdict without an id
#   polars   ann: a's verdict, ben: none, cat: none
#   DuckDB   ann: a's verdict, ben: none, cat: none
#   pyarrow  ann: a's verdict, ben: none, cat: none
#   jobs 9007199254740992 and 9007199254740993; results for the second, and for one without an id:
#   pandas   ann: ben's verdict, ben: ben's verdict
#   polars   ann: none, ben: ben's verdict
#   DuckDB   ann: none, ben: ben's verdict
#   pyarrow  ann: none, ben: ben's verdict
#   pandas, CSV           ann: ben's verdict, ben: ben's verdict
#   pandas, CSV, Int64    ann: none, ben: ben's verdict
#   pandas, JSON, Int64   ann: ben's verdict, ben: none
#   pandas, JSON, engine  ann: none, ben: ben's verdict
source "$(dirname "$0")/lib/common.sh"
python_packages pandas==3.1.1 polars==2.1.0 duckdb==2.0.1 pyarrow==26.0.1

cat >"$work/run.py" <<'EOF'
import json
import os
import sys

import duckdb
import pandas
import polars
import pyarrow.json

os.chdir(sys.argv[1])


def write(name, rows):
    with open(name, "w") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def join(jobs, results):
    return jobs.merge(results, on="job", how="left").to_dict("records")


def with_pandas(**options):
    return join(*(pandas.read_json(name, lines=True, **options) for name in ("jobs.ndjson", "results.ndjson")))


def with_pandas_from_csv(**options):
    with open("results.csv", "w") as file:
        file.write("job,verdict\n9007199254740993,ben's verdict\n,verdict without an id\n")
    return join(pandas.read_json("jobs.ndjson", lines=True), pandas.read_csv("results.csv", **options))


def with_polars():
    return polars.read_ndjson("jobs.ndjson").join(polars.read_ndjson("results.ndjson"), on="job", how="left").to_dicts()


def with_duckdb():
    rows = duckdb.sql("select name, verdict from 'jobs.ndjson' left join 'results.ndjson' using (job)").fetchall()
    return [{"name": name, "verdict": verdict} for name, verdict in rows]


def with_pyarrow():
    jobs, results = (pyarrow.json.read_json(name) for name in ("jobs.ndjson", "results.ndjson"))
    return jobs.join(results, "job").to_pylist()


def row(name, rows):
    verdicts = {each["name"]: each["verdict"] if isinstance(each["verdict"], str) else "none" for each in rows}
    print(name, ", ".join(f"{person}: {verdict}" for person, verdict in sorted(verdicts.items())))


def compare():
    row("pandas  ", with_pandas())
    row("polars  ", with_polars())
    row("DuckDB  ", with_duckdb())
    row("pyarrow ", with_pyarrow())


print("jobs a, b and one without an id; results for a and for one without an id:")
write("jobs.ndjson", [{"job": "a", "name": "ann"}, {"job": "b", "name": "ben"}, {"job": None, "name": "cat"}])
write("results.ndjson", [{"job": "a", "verdict": "a's verdict"}, {"job": None, "verdict": "verdict without an id"}])
compare()
print("jobs 9007199254740992 and 9007199254740993; results for the second, and for one without an id:")
write("jobs.ndjson", [{"job": 9007199254740992, "name": "ann"}, {"job": 9007199254740993, "name": "ben"}])
write("results.ndjson", [{"job": 9007199254740993, "verdict": "ben's verdict"}, {"job": None, "verdict": "verdict without an id"}])
compare()
row("pandas, CSV          ", with_pandas_from_csv())
row("pandas, CSV, Int64   ", with_pandas_from_csv(dtype={"job": "Int64"}))
row("pandas, JSON, Int64  ", with_pandas(dtype={"job": "Int64"}))
row("pandas, JSON, engine ", with_pandas(engine="pyarrow", dtype_backend="pyarrow"))
EOF
"$python" "$work/run.py" "$work" | expect
