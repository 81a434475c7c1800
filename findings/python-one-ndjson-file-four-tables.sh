#!/usr/bin/env bash
# pandas 3.1.1, polars 2.1.0, DuckDB 2.0.1 and pyarrow 26.0.1 make four different tables of one NDJSON file. By default pandas turns *quoted*
# text into numbers, and polars drops a key that first comes after row 100, without an error.
#
# pandas tries to read each text column as numbers, and keeps them if every value converts. So one row decides for all: a single `N/A` keeps
# the zeros of the others. polars takes the columns from the first 100 rows, and ignores any other key. DuckDB takes them from
# 20,480 rows and refuses the file at another key; it also reads a UUID as one, and prints it in small letters. pyarrow does none of this.
#
# Why a good engineer would not guess it: quotes are how JSON says that `"0810"` is text, and guessing types is what CSV is known for. Result
# codes lose zeros, an identity number of 20 digits loses its last ones, a phone number loses its plus. And a rare key, such as the mark of a
# duplicate user, is the one that comes late: with polars there are no duplicates at all, in a file that was read without an error.
# Instead: `dtype=False` for pandas, `infer_schema_length=None` for polars, `columns` for DuckDB. Count the rows that have the rare key.
#
# Seen with pandas 3.1.1, polars 2.1.0, DuckDB 2.0.1, pyarrow 26.0.1; 30,000 rows, `late` in 29,850 of them, `rare` in the last 5,000:
#
#   pandas: "0810" -> 810
#   pandas: "12345678901234567890" -> 1.2345678901234567e+19
#   pandas: "+2348010000000" -> 2348010000000
#   pandas: "1E3" -> 1000.0
#   pandas: rows with late 29850, with rare 5000
#   pandas, "N/A" in the last row: code "0810"
#   pandas, dtype=False: rows with late 29850, with rare 5000
#   polars: rows with late 0, with rare 0
#   polars, infer_schema_length=None: rows with late 29850, with rare 5000
#   DuckDB: InvalidInputException
#   DuckDB, without rare: "01A22285-9EC5-71D1-AECF-6EFBC549D359" -> "01a22285-9ec5-71d1-aecf-6efbc549d359"
#   DuckDB, without rare: rows with late 29850, with rare 0
#   pyarrow: rows with late 29850, with rare 5000
source "$(dirname "$0")/lib/common.sh"
python_packages pandas==3.1.1 polars==2.1.0 duckdb==2.0.1 pyarrow==26.0.1

cat >"$work/run.py" <<'EOF'
import json
import sys

import duckdb
import pandas
import polars
import pyarrow.json

path = sys.argv[1]
TEXTS = {
    "code": "0810",
    "number": "12345678901234567890",
    "phone": "+2348010000000",
    "amount": "1E3",
    "job": "01A22285-9EC5-71D1-AECF-6EFBC549D359",
}


def write(rare=True, last=None):
    rows = [dict(TEXTS) for _ in range(30_000)]
    for row in rows[150:]:
        row["late"] = "yes"
    for row in rows[25_000:] if rare else []:
        row["rare"] = "yes"
    rows[-1]["code"] = last or TEXTS["code"]
    with open(path, "w") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


def report(name, read):
    """Says which texts changed, and how many rows have the two keys."""
    try:
        rows = read()
    except duckdb.Error as error:
        print(f"{name}: {type(error).__name__}")
        return
    for key, text in TEXTS.items():
        if rows[0][key] != text:
            value = rows[0][key]
            print(f'{name}: "{text}" -> {json.dumps(value) if isinstance(value, str) else value}')
    late, rare = (sum(row.get(key) == "yes" for row in rows) for key in ("late", "rare"))
    print(f"{name}: rows with late {late}, with rare {rare}")


def by_duckdb():
    return duckdb.sql("select * from read_json($path)", params={"path": path}).to_arrow_table().to_pylist()


write()
report("pandas", lambda: pandas.read_json(path, lines=True).to_dict("records"))
write(last="N/A")
print(f'pandas, "N/A" in the last row: code "{pandas.read_json(path, lines=True)["code"][0]}"')
write()
report("pandas, dtype=False", lambda: pandas.read_json(path, lines=True, dtype=False).to_dict("records"))
report("polars", lambda: polars.read_ndjson(path).to_dicts())
report("polars, infer_schema_length=None", lambda: polars.read_ndjson(path, infer_schema_length=None).to_dicts())
report("DuckDB", by_duckdb)
write(rare=False)
report("DuckDB, without rare", by_duckdb)
write()
report("pyarrow", lambda: pyarrow.json.read_json(path).to_pylist())
EOF
"$python" "$work/run.py" "$work/results.ndjson" | expect
