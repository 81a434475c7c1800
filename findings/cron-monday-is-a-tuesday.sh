#!/usr/bin/env bash
# `0 9 * * 1` runs on Monday in cron and in six libraries, on Tuesday in Python's APScheduler 3.11.3, and on Sunday in Rust's `cron` 0.17.0.
# In the night when Egypt's clocks go forward, `30 0 * * *` does not run at all in APScheduler, and runs at 01:00 or 01:30 in others.
#
# `CronTrigger.from_crontab` is named after crontab and counts days from Monday = 0; Rust's `cron` counts from Sunday = 1, as Quartz does. If a
# line restricts both day fields, cron runs on either. APScheduler, Celery and Rust's `cron` wait for a day that is both. No standard says what
# happens in an hour that the clock skips or repeats: a job is left out, moved, run once or run twice.
#
# Why a good engineer would not guess it: five fields look like one standard, and no library reports an error. A test that a line is accepted,
# or that runs it on each day, passes. A weekly export is a day early or late; a monthly one with `10 * 1` comes after months; a daily
# report that bills what was polled is missing on one day in April, or made twice in October.
# Instead: write `MON`, which all of them read alike. Restrict one day field. Run in UTC, or make the job safe to run twice and to miss.
#
# Seen with APScheduler 3.11.3, croniter 7.0.0, cronsim 2.8, Celery 5.7.0, croner 11.0.1, cron-parser 5.10.6, npm's cron 4.4.0 and Rust's cron
# 0.17.0 (a `0` for the seconds comes first there). "forward" is 2026-04-24, when 00:00 becomes 01:00 in Cairo; "back" is 2026-10-29,
# when 23:30 comes twice:
#
#                0 9 * * 1   0 9 * * MON  0 9 10 * 1        forward 30 0 * * *  back 30 23 * * *
#   APScheduler  Tue 6 Oct   Mon 5 Oct    Tue 10 Nov        none                23:30+03 23:30+02
#   croniter     Mon 5 Oct   Mon 5 Oct    Mon 5 Oct         01:00+03            23:30+03 23:30+02
#   cronsim      Mon 5 Oct   Mon 5 Oct    Mon 5 Oct         01:00+03            23:30+03
#   Celery       Mon 5 Oct   Mon 5 Oct    Mon 10 May 2027   -                   -
#   croner       Mon 5 Oct   Mon 5 Oct    Mon 5 Oct         01:00+03            23:30+03
#   cron-parser  Mon 5 Oct   Mon 5 Oct    Mon 5 Oct         01:30+03            23:30+03
#   npm's cron   Mon 5 Oct   Mon 5 Oct    Mon 5 Oct         01:00+03            23:30+03
#   Rust's cron  Sun 11 Oct  Mon 5 Oct    Sun 10 Jan 2027   -                   -
source "$(dirname "$0")/lib/common.sh"
need node cargo
python_packages apscheduler==3.11.3 croniter==7.0.0 cronsim==2.8 celery==5.7.0 tzdata==2026.6
node_packages croner@11.0.1 cron-parser@5.10.6 cron@4.4.0

# The first runs after an instant, as [library, label, [seconds, ...]] for each of these lines.
cat >"$work/lines.json" <<'EOF'
[
  ["day 1", "0 9 * * 1", "UTC", 1791115200, 1],
  ["MON", "0 9 * * MON", "UTC", 1791115200, 1],
  ["both", "0 9 10 * 1", "UTC", 1791115200, 1],
  ["forward", "30 0 * * *", "Africa/Cairo", 1776938400, 2],
  ["back", "30 23 * * *", "Africa/Cairo", 1793264400, 2]
]
EOF
cat >"$work/run.mjs" <<'EOF'
import { readFileSync } from "node:fs";
import { Cron } from "croner";
import { CronExpressionParser } from "cron-parser";
import { CronTime } from "cron";

const libraries = {
  croner: (line, zone, from, count) => new Cron(line, { timezone: zone }).nextRuns(count, from),
  "cron-parser": (line, zone, from, count) => {
    const times = CronExpressionParser.parse(line, { currentDate: from, tz: zone });
    return Array.from({ length: count }, () => times.next().toDate());
  },
  "npm's cron": (line, zone, from, count) => {
    const times = new CronTime(line, zone);
    return Array.from({ length: count }, () => (from = times.getNextDateFrom(from, zone).toJSDate()));
  },
};
const rows = [];
for (const [name, next] of Object.entries(libraries))
  for (const [label, line, zone, from, count] of JSON.parse(readFileSync("lines.json")))
    rows.push([name, label, next(line, zone, new Date(from * 1000), count).map((time) => time.getTime() / 1000)]);
console.log(JSON.stringify(rows));
EOF
rust_package program 'cron = "=0.17.0"
chrono = { version = "0.4", default-features = false, features = ["std", "clock"] }' <<'EOF'
use std::str::FromStr;

use chrono::{TimeZone, Utc};

fn main() {
    let rows: Vec<String> = [("day 1", "0 0 9 * * 1"), ("MON", "0 0 9 * * MON"), ("both", "0 0 9 10 * 1")]
        .iter()
        .map(|(label, line)| {
            let schedule = cron::Schedule::from_str(line).unwrap();
            let next = schedule.after(&Utc.timestamp_opt(1_791_115_200, 0).unwrap()).next().unwrap();
            format!(r#"["Rust's cron", "{label}", [{}]]"#, next.timestamp())
        })
        .collect();
    println!("[{}]", rows.join(","));
}
EOF
cat >"$work/run.py" <<'EOF'
import json
import sys
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from celery import Celery
from celery.schedules import crontab
from croniter import croniter
from cronsim import CronSim


def by_apscheduler(line, start):
    trigger, last = CronTrigger.from_crontab(line, timezone=start.tzinfo), None
    while True:
        last = trigger.get_next_fire_time(last, last or start)
        yield last


def by_celery(line, start):
    schedule = crontab.from_string(line)
    schedule.app, schedule.nowfun = Celery(timezone="UTC"), lambda: start
    yield start + schedule.remaining_estimate(start)


LIBRARIES = {
    "APScheduler": by_apscheduler,
    "croniter": lambda line, start: iter(croniter(line, start, ret_type=datetime)),
    "cronsim": CronSim,
    "Celery": by_celery,
}
rows = {}
with open(sys.argv[1]) as file:
    lines = json.load(file)
for name, times in LIBRARIES.items():
    for label, line, zone, start, count in lines:
        if name == "Celery" and zone != "UTC":
            continue
        found = times(line, datetime.fromtimestamp(start, ZoneInfo(zone)))
        rows[name, label] = [next(found).timestamp() for _ in range(count)]
for other in sys.argv[2:]:
    rows |= {(name, label): times for name, label, times in json.loads(other)}


def day(name, label):
    time = datetime.fromtimestamp(rows[name, label][0], timezone.utc)
    return f"{time:%a} {time.day} {time:%b}" + ("" if time.year == 2026 else f" {time.year}")


def on(name, label, date):
    """The runs on one day in Cairo."""
    if (name, label) not in rows:
        return "-"
    times = (datetime.fromtimestamp(time, ZoneInfo("Africa/Cairo")) for time in rows[name, label])
    return " ".join(f"{time:%H:%M%z}"[:8] for time in times if f"{time:%Y-%m-%d}" == date) or "none"


def row(*cells):
    print("{:<13}{:<12}{:<13}{:<18}{:<20}{}".format(*cells))


row("", "0 9 * * 1", "0 9 * * MON", "0 9 10 * 1", "forward 30 0 * * *", "back 30 23 * * *")
for name in dict.fromkeys(name for name, _ in rows):
    row(name, *(day(name, label) for label in ("day 1", "MON", "both")), on(name, "forward", "2026-04-24"), on(name, "back", "2026-10-29"))
EOF
cd "$work"
javascript=$(TZ=UTC node run.mjs)
rust=$(rust_run program)
"$python" run.py lines.json "$javascript" "$rust" | expect
