-- Version 1 of a store. Times are milliseconds since the Unix epoch; the limiter's are nanoseconds. {s} is the schema.

-- One row: the version of these tables, whose store it is, whether it is paused, and the limiter. A claim locks it.
create table {s}.control (
    one boolean primary key default true check (one),
    version integer not null,
    partner text,
    paused text,
    rate bigint not null,
    spent_until bigint not null,
    held_until bigint not null,
    lowered_to bigint not null,
    lowered_at bigint not null
);

-- How many jobs are settled by verdict, and how many are waiting, spread over rows so that workers do not wait for each other. Only the
-- sum means something.
create table {s}.tally (
    slot smallint primary key,
    approved bigint not null default 0,
    provisional bigint not null default 0,
    rejected bigint not null default 0,
    undetermined bigint not null default 0,
    waiting bigint not null default 0
) with (fillfactor = 50);
insert into {s}.tally (slot) select generate_series(0, 15);

-- What was imported. A job is in exactly one of queue, answers and needs_you as well.
create table {s}.jobs (
    id bigint generated always as identity primary key,
    user_id text collate "C" not null,
    job_id text collate "C" not null,
    columns text,
    imported_at bigint not null
);
create unique index jobs_ids on {s}.jobs (user_id, job_id);

-- Jobs that are waiting. It is narrow, because every answer of "not yet" writes to it, and vacuumed early for the same reason. A claim
-- changes no column of an index and finds room in the same page, so that it writes to no index.
-- due: negative after a callback, which puts the job before all others. until: the end of the lease. state: 0 waiting, 1 claimed, 2 claimed,
-- and a callback came meanwhile. woken_at: when the last callback came.
create table {s}.queue (
    id bigint primary key,
    due bigint not null,
    until bigint not null default 0,
    provisional_since bigint,
    epoch integer not null default 0,
    asks integer not null default 0,
    errors integer not null default 0,
    state smallint not null default 0,
    woken_at bigint
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.1, autovacuum_vacuum_cost_delay = 0);
create index queue_due on {s}.queue (due);
create index queue_provisional on {s}.queue (id) where provisional_since is not null;

-- Settled jobs, in the order of their settlement. The body is what was received, byte by byte, and there only when it is kept.
create table {s}.answers (
    number bigint generated always as identity primary key,
    id bigint not null,
    signed_at bigint not null,
    settled_at bigint not null,
    verdict text not null,
    reason text,
    code text,
    result_code text,
    proof text not null,
    body_sha256 bytea not null,
    body bytea
);

-- Jobs that a person has to look at. The epoch stays with the job, so that a late worker is refused after a retry too.
create table {s}.needs_you (
    id bigint primary key,
    at bigint not null,
    provisional_since bigint,
    epoch integer not null,
    asks integer not null,
    kind text not null
);
