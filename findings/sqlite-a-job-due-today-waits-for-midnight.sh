#!/usr/bin/env bash
# SQLite 3.54.1: if due times are ISO 8601 text, `where due <= datetime('now')` does not find a job that became due today. At midnight UTC it
# finds all of them.
#
# SQLite has no type for times. `datetime` returns text with a space between date and clock, and text is compared byte by byte. A space sorts
# before `T`, so the stored `2026-10-04T00:00:01Z` is greater than `2026-10-04 12:00:00`. On any other day the dates decide, and the result
# is right. In the same way `.` sorts before `Z`, so `12:00:00Z` is greater than `12:00:00.500Z`. Printers that leave out `.000` write both.
#
# Why a good engineer would not guess it: `datetime` reads the ISO text correctly, so the two look like one type, and in PostgreSQL they are. A
# test with a job of yesterday and one of tomorrow passes. In production each job is up to a day late, and no error says so.
# Instead: store milliseconds as an integer, or compare `unixepoch(due) <= unixepoch('now')`. `strftime` helps if all texts have one format.
#
# Seen with SQLite 3.54.1 (PyPI apsw 3.54.1.0); the current time is 2026-10-04 12:00:00.250, given as a parameter instead of `now`:
#
#   due                       <= datetime(now)  <= strftime(…%fZ, now)  unixepoch(due) <= unixepoch(now)
#   2026-10-03T23:59:59Z      yes               yes                     yes
#   2026-10-04T00:00:01Z      no                yes                     yes
#   2026-10-04T11:59:59.999Z  no                yes                     yes
#   2026-10-04T12:00:00Z      no                no                      yes
#   2026-10-04T12:00:00.000Z  no                yes                     yes
#   2026-10-05T00:00:01Z      no                no                      no
#   order by due: 12:00:00.000Z, 12:00:00.500Z, 12:00:00Z, 12:00:01Z
source "$(dirname "$0")/lib/common.sh"
python_packages apsw==3.54.1.0

cat >"$work/run.py" <<'EOF'
import apsw

NOW = "2026-10-04 12:00:00.250"
TESTS = {
    "<= datetime(now)": "due <= datetime(:now)",
    "<= strftime(…%fZ, now)": "due <= strftime('%Y-%m-%dT%H:%M:%fZ', :now)",
    "unixepoch(due) <= unixepoch(now)": "unixepoch(due) <= unixepoch(:now)",
}
base = apsw.Connection(":memory:")
base.execute("create table queue (due text not null)")


def row(*cells):
    print("{:<24}  {:<16}  {:<22}  {}".format(*cells).rstrip())


row("due", *TESTS)
for due in (
    "2026-10-03T23:59:59Z",
    "2026-10-04T00:00:01Z",
    "2026-10-04T11:59:59.999Z",
    "2026-10-04T12:00:00Z",
    "2026-10-04T12:00:00.000Z",
    "2026-10-05T00:00:01Z",
):
    base.execute("delete from queue")
    base.execute("insert into queue values (?)", (due,))
    found = (base.execute(f"select 1 from queue where {test}", {"now": NOW}).fetchall() for test in TESTS.values())
    row(due, *("yes" if rows else "no" for rows in found))
base.execute("delete from queue")
for clock in ("12:00:00Z", "12:00:00.000Z", "12:00:00.500Z", "12:00:01Z"):
    base.execute("insert into queue values (?)", (f"2026-10-04T{clock}",))
print("order by due:", ", ".join(due[11:] for (due,) in base.execute("select due from queue order by due")))
EOF
"$python" "$work/run.py" | expect
