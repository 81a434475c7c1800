#!/usr/bin/env bash
# SQLite 3.54.1: with the default 4 KiB pages one byte more in each row makes a table almost twice as large. The step is at half a page.
#
# A row that has no room in what a leaf page has left goes to the next leaf whole. Two rows of 2,034 bytes share a 4 KiB page. Of 2,036
# bytes each page has one, and 2,050 bytes stay empty. With 16 KiB pages seven such rows share a page, and nothing happens at this size.
#
# Why a good engineer would not guess it: the usual advice is that page size hardly matters and that large values go to overflow pages.
# Overflow starts near 4,061 bytes. Rows of 1 to 2 KiB, such as a JSON reply with its receipt, are the ones that lose.
#
# Seen with SQLite 3.54.1 (PyPI apsw 3.54.1.0), 1,000 rows, size of the database:
#
#   bytes a row  pages of 4 KiB  pages of 16 KiB
#   2034         2008 KiB        2032 KiB
#   2035         3764 KiB        2032 KiB
#   2036         4016 KiB        2032 KiB
source "$(dirname "$0")/lib/common.sh"
python_packages apsw==3.54.1.0

cat >"$work/run.py" <<'EOF'
import apsw


def kib(page, size):
    base = apsw.Connection(":memory:")
    base.execute(f"pragma page_size={page}; create table replies(id integer primary key, body blob)")
    with base:
        for row in range(1, 1001):
            base.execute("insert into replies values (?, ?)", (row, bytes(size)))
    (pages,), = base.execute("pragma page_count")
    return f"{pages * page // 1024} KiB"


print(f"{'bytes a row':<13}{'pages of 4 KiB':<16}pages of 16 KiB")
for size in (2034, 2035, 2036):
    print(f"{size:<13}{kib(4096, size):<16}{kib(16384, size)}")
EOF
"$python" "$work/run.py" | expect
