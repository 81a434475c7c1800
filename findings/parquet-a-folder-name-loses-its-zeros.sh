#!/usr/bin/env bash
# pyarrow 26.0.1 and pandas 3.1.1 write a Parquet data set by result code, read it back, and have the number 810 for the text `0810`. polars
# 2.1.0 reads a number, text or no code at all, depending on the path and the writer. DuckDB 2.0.1 always reads text.
#
# A partitioned data set keeps the value in the name of a folder, `code=0810`, and writers leave the column out of the files. The folder has no
# type, so readers guess one from the names that they find. One folder with another kind of name, `code=N1`, turns all of them into
# text. polars writes the column into the files as well, and then neither pyarrow nor pandas reads the data set.
#
# Why a good engineer would not guess it: Parquet is chosen because it has types, and the column was text when the same library wrote it. A
# comparison with "0810" finds no row in pandas, and is an error elsewhere, until the day on which the first `N1` arrives: from then on it
# works. A path with `*` in polars removes the column. The number of refused persons is zero, without an error.
# Instead: give each reader a schema (`partitioning=` in pyarrow, `hive_schema` in polars), or store the code under a second name.
#
# Seen with the versions above; three jobs with the codes 0810, 0811 and 1012, and then a fourth with N1. Each line has the codes of the first two:
#
#   written by pyarrow: pyarrow 810, 811; pandas 810, 811; polars 810, 811; polars with * no column; DuckDB "0810", "0811"
#   written by pandas: pyarrow 810, 811; pandas 810, 811; polars 810, 811; polars with * no column; DuckDB "0810", "0811"
#   written by DuckDB: pyarrow 810, 811; pandas 810, 811; polars 810, 811; polars with * no column; DuckDB "0810", "0811"
#   written by polars: pyarrow ArrowTypeError; pandas ArrowTypeError; polars "0810", "0811"; polars with * "0810", "0811"; DuckDB "0810", "0811"
#   rows with "0810" by pandas: 0; with N1 there: 1
#   rows with "0810" by pyarrow: ArrowNotImplementedError; with N1 there: 1
#   with a schema, written by pyarrow: pyarrow "0810", "0811"; polars "0810", "0811"
source "$(dirname "$0")/lib/common.sh"
python_packages pandas==3.1.1 polars==2.1.0 duckdb==2.0.1 pyarrow==26.0.1

cat >"$work/run.py" <<'EOF'
import json
import os
import sys

import duckdb
import pandas
import polars
import pyarrow
import pyarrow.dataset
import pyarrow.parquet

os.chdir(sys.argv[1])


def table(codes):
    return pyarrow.table({"job": [f"job {i}" for i in range(len(codes))], "code": codes})


def with_duckdb(folder):
    return duckdb.sql(f"select * from '{folder}/**/*.parquet'").to_arrow_table().to_pylist()


WRITERS = {
    "pyarrow": lambda rows, folder: pyarrow.parquet.write_to_dataset(rows, folder, partition_cols=["code"]),
    "pandas": lambda rows, folder: rows.to_pandas().to_parquet(folder, partition_cols=["code"]),
    "DuckDB": lambda rows, folder: duckdb.sql(f"copy (select * from rows) to '{folder}' (format parquet, partition_by (code))"),
    "polars": lambda rows, folder: polars.from_arrow(rows).write_parquet(folder, partition_by=["code"]),
}
READERS = {
    "pyarrow": lambda folder: pyarrow.parquet.read_table(folder).to_pylist(),
    "pandas": lambda folder: pandas.read_parquet(folder).to_dict("records"),
    "polars": lambda folder: polars.read_parquet(folder).to_dicts(),
    "polars with *": lambda folder: polars.read_parquet(f"{folder}/*/*.parquet").to_dicts(),
    "DuckDB": with_duckdb,
}
TEXT = pyarrow.dataset.partitioning(pyarrow.schema([("code", pyarrow.string())]), flavor="hive")
WITH_A_SCHEMA = {
    "pyarrow": lambda folder: pyarrow.dataset.dataset(folder, partitioning=TEXT).to_table().to_pylist(),
    "polars": lambda folder: polars.read_parquet(folder, hive_schema={"code": polars.String}).to_dicts(),
}
FILTERS = {
    "pandas": lambda folder: len(pandas.read_parquet(folder).query("code == '0810'")),
    "pyarrow": lambda folder: len(pyarrow.parquet.read_table(folder, filters=[("code", "==", "0810")])),
}


def attempt(read, folder):
    try:
        return read(folder)
    except Exception as error:
        return type(error).__name__


def codes(read, folder):
    rows = attempt(read, folder)
    if isinstance(rows, str):
        return rows
    rows.sort(key=lambda row: row["job"])
    return ", ".join(json.dumps(row["code"]) for row in rows[:2]) if "code" in rows[0] else "no column"


def report(name, readers, folder):
    print(f"{name}:", "; ".join(f"{reader} {codes(read, folder)}" for reader, read in readers.items()))


few, more = table(["0810", "0811", "1012"]), table(["0810", "0811", "1012", "N1"])
for writer, write in WRITERS.items():
    write(few, writer)
    report(f"written by {writer}", READERS, writer)
WRITERS["pyarrow"](more, "more")
for name, read in FILTERS.items():
    print(f'rows with "0810" by {name}: {attempt(read, "pyarrow")}; with N1 there: {attempt(read, "more")}')
report("with a schema, written by pyarrow", WITH_A_SCHEMA, "pyarrow")
EOF
"$python" "$work/run.py" "$work" | expect
