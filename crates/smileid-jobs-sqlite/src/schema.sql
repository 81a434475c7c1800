-- Version 1 of a store. Times are milliseconds since the Unix epoch; the limiter's are nanoseconds.

-- One row: whose store it is, whether it is paused, the limiter, and how many jobs are settled by verdict, are waiting, and are waiting
-- with a provisional answer. Each transaction that changes the other tables changes these numbers too: nobody counts ten million rows.
create table control (
    one integer primary key check (one = 1),
    partner text,
    paused text,
    rate integer not null,
    spent_until integer not null,
    held_until integer not null,
    lowered_to integer not null,
    lowered_at integer not null,
    approved integer not null default 0,
    provisional integer not null default 0,
    rejected integer not null default 0,
    undetermined integer not null default 0,
    waiting integer not null default 0,
    waiting_provisional integer not null default 0,
    last_answer integer not null default 0
) strict;

-- What was imported. A job is in exactly one of queue, answers and needs_you as well.
create table jobs (
    id integer primary key,
    user_id text not null,
    job_id text not null,
    columns text,
    imported_at integer not null
) strict;
-- Job ids are often made in the order of time, and user ids come back: in this order most imports write to the end of the index.
create unique index jobs_ids on jobs (job_id, user_id);

-- Jobs that are waiting. It is narrow, because every answer of "not yet" writes to it. A time that is due is negative after a callback,
-- which puts the job before all others; woken_at has the callback's time.
create table queue (
    id integer primary key,
    due integer not null,
    asks integer not null default 0,
    errors integer not null default 0,
    provisional_since integer,
    woken_at integer
) strict;
create index queue_due on queue (due);

-- Settled jobs, in the order of their settlement. control.last_answer is the largest number that was ever given: after a purge no
-- number comes again, and an export that goes on from a number misses nothing.
create table answers (
    number integer primary key,
    id integer not null,
    verdict text not null,
    reason text,
    code text,
    result_code text,
    proof text not null,
    signed_at integer not null,
    body_sha256 blob not null,
    settled_at integer not null,
    body text
) strict;

-- Jobs that a person has to look at, with what a retry keeps.
create table needs_you (
    id integer primary key,
    kind text not null,
    at integer not null,
    asks integer not null,
    provisional_since integer
) strict;
