//! Many workers on one store: each job once, late workers refused, the rate shared, no answer passed over.

use core::sync::atomic::{AtomicBool, Ordering};
use core::time::Duration;
use std::collections::HashSet;
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use smileid_core::ErrorKind;
use smileid_jobs::{Again, AsyncJobStore, Claim, Cursor, Done, JobStore, Mode, NewJob, Outcome, Rate, Retry, Why};
use smileid_jobs_conformance::answers::settlement;
use smileid_jobs_postgres::{Address, PostgresStore};

use crate::admin::Admin;
use crate::conformance::{FAKE_CLOCK, WITH_FAKE_CLOCK};
use crate::server::shared;

const LEASE: Duration = Duration::from_secs(60);

pub(crate) fn jobs(count: usize) -> Vec<NewJob> {
    (0..count).map(|n| NewJob::new("user", format!("job-{n}")).unwrap()).collect()
}

fn settled(claim: &Claim) -> Done {
    let outcome = Outcome::Settled(Box::new(settlement(&claim.query).unwrap()));
    Done { key: claim.key, epoch: claim.epoch, outcome }
}

fn again(claim: &Claim, due: i64) -> Done {
    let outcome = Outcome::Again(Again { due, why: Why::NotYet });
    Done { key: claim.key, epoch: claim.epoch, outcome }
}

#[test]
fn eight_workers_settle_each_job_once_and_an_export_passes_over_none() {
    let Some(server) = shared("eight_workers_settle_each_job_once_and_an_export_passes_over_none") else { return };
    server.database("many");
    let mut store = server.store("many", "");
    store.set_rate(Rate::MAX).unwrap();
    store.import(&jobs(4000), Mode::Write).unwrap();
    let claims = Mutex::new(HashSet::new());
    let finished = AtomicBool::new(false);
    let exported = thread::scope(|scope| {
        let workers: Vec<_> = (0..8)
            .map(|worker| {
                let (server, claims) = (&server, &claims);
                scope.spawn(move || {
                    let mut store = server.store("many", "");
                    let mut settlements = 0;
                    loop {
                        let claimed = store.claim(50, LEASE, &format!("worker-{worker}")).unwrap();
                        if claimed.jobs.is_empty() && claimed.then == smileid_jobs::Then::Empty {
                            return settlements;
                        }
                        for claim in &claimed.jobs {
                            assert!(claims.lock().unwrap().insert((claim.key, claim.epoch)), "claimed twice");
                        }
                        // Each job is asked for twice.
                        let done = |claim: &Claim| match claim.record.asks {
                            0 => again(claim, claimed.at),
                            _ => settled(claim),
                        };
                        let batch: Vec<Done> = claimed.jobs.iter().map(done).collect();
                        let recorded = store.record(&batch).unwrap();
                        assert_eq!(recorded.fenced, 0);
                        settlements += recorded.settled;
                    }
                })
            })
            .collect();
        let exporter = scope.spawn(|| {
            let mut store = server.store("many", "");
            let (mut cursor, mut ids) = (Cursor::START, Vec::new());
            loop {
                let last = finished.load(Ordering::SeqCst);
                let page = store.answers_after(&cursor, 100).unwrap();
                cursor = page.cursor;
                if page.rows.is_empty() && last {
                    return ids;
                }
                ids.extend(page.rows.into_iter().map(|row| row.job_id));
            }
        });
        let settlements: u64 = workers.into_iter().map(|worker| worker.join().unwrap()).sum();
        finished.store(true, Ordering::SeqCst);
        assert_eq!(settlements, 4000);
        exporter.join().unwrap()
    });
    assert_eq!((exported.len(), exported.iter().collect::<HashSet<_>>().len()), (4000, 4000));
    assert_eq!(claims.lock().unwrap().len(), 8000);
    let counts = store.counts().unwrap();
    assert_eq!((counts.waiting, counts.settled, counts.verdicts), (0, 4000, [4000, 0, 0, 0]));
}

#[test]
fn an_answer_that_is_committed_late_is_exported_all_the_same() {
    let Some(server) = shared("an_answer_that_is_committed_late_is_exported_all_the_same") else { return };
    server.database("late_commit");
    let mut store = server.store("late_commit", "");
    store.import(&jobs(2), Mode::Write).unwrap();
    let claimed = store.claim(2, LEASE, "w").unwrap().jobs;
    // Another worker has the smaller number, and does not commit yet: its transaction ends a little later.
    let slow = Admin::connect(&server, "late_commit").unwrap();
    slow.run(
        "begin; select pg_advisory_xact_lock_shared(1397574210, 'smileid_jobs.answers'::regclass::oid::int); \
         insert into smileid_jobs.answers (id, verdict, proof, signed_at, settled_at, body_sha256) \
         select id, 'rejected', 'hmac', 0, 0, decode(repeat('00', 32), 'hex') from smileid_jobs.jobs order by id limit 1; \
         delete from smileid_jobs.queue where id = (select min(id) from smileid_jobs.jobs)",
    );
    assert_eq!(store.record(&[settled(&claimed[1])]).unwrap().settled, 1);
    let exporter = thread::spawn({
        let mut store = server.store("late_commit", "");
        move || store.answers_after(&Cursor::START, 10).unwrap().rows
    });
    thread::sleep(Duration::from_millis(200));
    assert!(!exporter.is_finished(), "the export does not pass over the number that is not committed");
    slow.run("commit");
    let ids: Vec<String> = exporter.join().unwrap().into_iter().map(|row| row.job_id).collect();
    assert_eq!(ids, ["job-0", "job-1"]);
}

#[test]
fn a_late_worker_is_refused_200_times_of_200() {
    let Some(server) = shared("a_late_worker_is_refused_200_times_of_200") else { return };
    server.database("late");
    let admin = Admin::connect(&server, "late").unwrap();
    admin.run(FAKE_CLOCK);
    let (mut late, mut next) = (server.store("late", WITH_FAKE_CLOCK), server.store("late", WITH_FAKE_CLOCK));
    late.set_rate(Rate::MAX).unwrap();
    late.import(&jobs(200), Mode::Write).unwrap();
    let stale = late.claim(200, LEASE, "late").unwrap().jobs;
    admin.run("update fake.clock set at = at + interval '61 seconds'");
    let fresh = next.claim(200, LEASE, "next").unwrap().jobs;
    assert_eq!((stale.len(), fresh.len()), (200, 200));
    let refused = |store: &mut dyn JobStore, batch: &[Done]| {
        let recorded = store.record(batch).unwrap();
        assert_eq!((recorded.fenced, recorded.settled, recorded.again, recorded.needs_you), (200, 0, 0, 0));
    };
    let settlements: Vec<Done> = stale.iter().map(settled).collect();
    refused(&mut late, &settlements);
    refused(&mut late, &stale.iter().map(|claim| again(claim, 0)).collect::<Vec<_>>());
    // In one batch the stale outcome does not stand in for the fresh one of the same job, and no outcome counts twice.
    let person = |claim: &Claim| Done { outcome: Outcome::NeedsYou(ErrorKind::NotFound), ..again(claim, 0) };
    let mixed: Vec<Done> =
        settlements.iter().cloned().chain(fresh.iter().map(person)).chain(fresh.iter().map(settled)).collect();
    let recorded = next.record(&mixed).unwrap();
    assert_eq!((recorded.fenced, recorded.settled, recorded.again, recorded.needs_you), (400, 0, 0, 200));
    // A person sent the jobs back: the epochs go on from there, so that the late worker's do not fit again.
    assert_eq!(next.retry(Retry::All).unwrap(), 200);
    let third = next.claim(200, LEASE, "next").unwrap().jobs;
    assert_eq!(third.len(), 200);
    refused(&mut late, &settlements);
    let recorded = next.record(&third.iter().map(settled).collect::<Vec<_>>()).unwrap();
    assert_eq!(recorded.settled, 200);
    refused(&mut late, &settlements);
    assert_eq!(admin.number("select count(*) from smileid_jobs.answers"), 200);
}

#[test]
fn the_rate_is_exact_over_four_workers() {
    let Some(server) = shared("the_rate_is_exact_over_four_workers") else { return };
    server.database("rate");
    let rate = 200;
    let mut store = server.store("rate", "");
    store.import(&jobs(2000), Mode::Write).unwrap();
    store.set_rate(Rate::per_second(rate)).unwrap();
    let admin = Admin::connect(&server, "rate").unwrap();
    let time = "select (extract(epoch from clock_timestamp()) * 1000)::bigint";
    let (start, seconds) = (admin.number(time), 3);
    let workers: Vec<_> = (0..4)
        .map(|_| {
            let mut store = server.store("rate", "");
            thread::spawn(move || {
                let (end, mut claims) = (Instant::now() + Duration::from_secs(seconds), 0);
                while Instant::now() < end {
                    claims += store.claim(16, LEASE, "w").unwrap().jobs.len();
                    thread::sleep(Duration::from_millis(5));
                }
                claims
            })
        })
        .collect();
    let claims: usize = workers.into_iter().map(|worker| worker.join().unwrap()).sum();
    let passed = f64::from(i32::try_from(admin.number(time) - start).unwrap()) / 1000.0;
    let claims = f64::from(i32::try_from(claims).unwrap());
    let burst = 0.25 * f64::from(rate) + 1.0;
    let most = passed * f64::from(rate) + burst;
    assert!(claims <= most, "{claims} of at most {most}");
    // What is not used for longer than the burst is lost, so that a machine that is busy uses less.
    let least = f64::from(i32::try_from(seconds).unwrap()) * f64::from(rate) * 0.9;
    assert!(claims >= least, "{claims} of at least {least}");
}

/// The holder of the row only locks it and rolls back: a statement that waits for that keeps the time at which it started.
#[test]
fn time_that_is_spent_waiting_for_the_limiter_is_not_granted_twice() {
    let Some(server) = shared("time_that_is_spent_waiting_for_the_limiter_is_not_granted_twice") else { return };
    server.database("wait");
    let mut store = server.store("wait", "");
    store.import(&jobs(10), Mode::Write).unwrap();
    let holder = Admin::connect(&server, "wait").unwrap();
    for end in ["rollback", "commit"] {
        holder.run("begin; select * from smileid_jobs.control for update");
        let waiting = thread::spawn({
            let mut store = server.store("wait", "");
            move || store.claim(1, LEASE, "w").unwrap()
        });
        thread::sleep(Duration::from_millis(400));
        let released = holder.number("select floor(extract(epoch from clock_timestamp()) * 1000)::bigint");
        holder.run(end);
        let claimed = waiting.join().unwrap();
        assert_eq!(claimed.jobs.len(), 1);
        assert!(claimed.at >= released, "{end}: the clock was read {} ms too early", released - claimed.at);
    }
}

#[test]
fn a_callback_for_a_job_in_flight_is_not_lost() {
    let Some(server) = shared("a_callback_for_a_job_in_flight_is_not_lost") else { return };
    server.database("callback");
    let (mut worker, mut callbacks) = (server.store("callback", ""), server.store("callback", ""));
    worker.import(&jobs(1), Mode::Write).unwrap();
    let claim = worker.claim(1, LEASE, "w").unwrap().jobs.remove(0);
    assert_eq!(callbacks.wake(&claim.query).unwrap(), smileid_jobs::Woken::Due);
    assert!(callbacks.claim(1, LEASE, "v").unwrap().jobs.is_empty(), "the worker's lease goes on");
    assert_eq!(worker.record(&[again(&claim, i64::MAX)]).unwrap().again, 1);
    let jobs = worker.claim(1, LEASE, "w").unwrap().jobs;
    assert_eq!((jobs.len(), jobs[0].record.asks), (1, 1));
}

#[test]
fn a_callback_over_another_connection_is_noticed_and_comes_first() {
    let Some(server) = shared("a_callback_over_another_connection_is_noticed_and_comes_first") else { return };
    server.database("noticed");
    let (mut worker, mut callbacks) = (server.store("noticed", ""), server.store("noticed", ""));
    let all = jobs(3);
    worker.import(&all, Mode::Write).unwrap();
    assert!(!worker.was_woken().unwrap());
    let query = smileid_core::JobStatusQuery::new(all[2].user_id(), all[2].job_id()).unwrap();
    assert_eq!(callbacks.wake(&query).unwrap(), smileid_jobs::Woken::Due);
    assert!(worker.was_woken().unwrap());
    assert!(!worker.was_woken().unwrap());
    let claimed = worker.claim(1, LEASE, "w").unwrap().jobs;
    assert_eq!(claimed[0].query.job_id(), all[2].job_id());
    assert!(claimed[0].record.woken_at.is_some());
}

#[test]
fn imports_of_the_same_jobs_at_the_same_time_add_each_once() {
    let Some(server) = shared("imports_of_the_same_jobs_at_the_same_time_add_each_once") else { return };
    server.database("imports");
    let forward = jobs(3000);
    let backward: Vec<NewJob> = forward.iter().rev().cloned().collect();
    let added: u64 = thread::scope(|scope| {
        let imports = [&forward, &backward, &forward, &backward].map(|jobs| {
            let server = &server;
            // The tables are made by whichever comes first.
            scope.spawn(move || server.store("imports", "").import(jobs, Mode::Write).unwrap().new)
        });
        imports.into_iter().map(|import| import.join().unwrap()).sum()
    });
    let counts = server.store("imports", "").counts().unwrap();
    assert_eq!((added, counts.waiting), (3000, 3000));
}

#[test]
fn a_dropped_future_leaves_nothing_half_done() {
    let Some(server) = shared("a_dropped_future_leaves_nothing_half_done") else { return };
    server.database("dropped");
    let address: Address = server.url("dropped", "").parse().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (dropped, claimed) = runtime.block_on(async {
        let store = PostgresStore::connect(address).await.unwrap();
        store.import(&jobs(500), Mode::Write).await.unwrap();
        store.set_rate(Rate::MAX).await.unwrap();
        let (mut dropped, mut claimed) = (0, 0);
        for micros in (0..100).map(|n| n * 60) {
            match tokio::time::timeout(Duration::from_micros(micros), store.claim(1, LEASE, "w")).await {
                Ok(claim) => claimed += claim.unwrap().jobs.len(),
                Err(_) => dropped += 1,
            }
        }
        // The store connects again.
        assert_eq!(store.counts().await.unwrap().waiting, 500);
        (dropped, claimed)
    });
    assert!(dropped > 0, "a call that is this short cannot be whole");
    let admin = Admin::connect(&server, "dropped").unwrap();
    // A dropped call closes its connection. The server sees that at once, and ends the transaction.
    let open = "select count(*) from pg_stat_activity where state like 'idle in transaction%' and datname = 'dropped'";
    let start = Instant::now();
    while admin.number(open) > 0 {
        assert!(start.elapsed() < Duration::from_secs(10), "a transaction stays open");
    }
    // A claim whose future was dropped was rolled back, or committed whole.
    let leased = admin.number("select count(*) from smileid_jobs.queue where state = 1 and epoch = 1");
    assert_eq!(admin.number("select count(*) from smileid_jobs.queue where (state = 1) <> (epoch = 1)"), 0);
    assert!((i64::try_from(claimed).unwrap()..=100).contains(&leased), "{claimed} claimed, {leased} leased");
}

/// Small tables are where the planner would rather read everything.
#[test]
fn a_claim_reads_only_its_rows_and_writes_to_no_index() {
    let Some(server) = shared("a_claim_reads_only_its_rows_and_writes_to_no_index") else { return };
    server.database("plans");
    let admin = Admin::connect(&server, "plans").unwrap();
    let mut store = server.store("plans", "");
    store.import(&jobs(5000), Mode::Write).unwrap();
    store.set_rate(Rate::MAX).unwrap();
    admin.run("analyze");
    let claimed = store.claim(250, LEASE, "w").unwrap().jobs;
    assert_eq!(claimed.len(), 250);
    let (later, now) = claimed.split_at(100);
    let batch: Vec<Done> = later.iter().map(|claim| again(claim, i64::MAX)).chain(now.iter().map(settled)).collect();
    let recorded = store.record(&batch).unwrap();
    assert_eq!((recorded.again, recorded.settled), (100, 150));
    // A session that ends writes down what it did.
    drop(store);
    let number = |what: &str, table: &str| {
        admin.number(&format!("select {what}::bigint from pg_stat_user_tables where relname = '{table}'"))
    };
    let start = Instant::now();
    while number("n_tup_del", "queue") < 150 {
        assert!(start.elapsed() < Duration::from_secs(30), "the server does not count");
    }
    assert_eq!((number("seq_tup_read", "queue"), number("seq_tup_read", "jobs")), (0, 0), "a table is read as a whole");
    assert_eq!(
        (number("n_tup_upd", "queue"), number("n_tup_hot_upd", "queue")),
        (350, 250),
        "a claim writes to an index"
    );
}

/// While the service wants fewer requests each worker goes on claiming, to notice the end of that.
#[test]
fn a_claim_that_is_granted_nothing_reads_no_queue() {
    let Some(server) = shared("a_claim_that_is_granted_nothing_reads_no_queue") else { return };
    server.database("ungranted");
    let admin = Admin::connect(&server, "ungranted").unwrap();
    let mut store = server.store("ungranted", "");
    store.import(&jobs(5000), Mode::Write).unwrap();
    store.set_rate(Rate::MAX).unwrap();
    admin.run("analyze");
    let one = store.claim(1, LEASE, "w").unwrap().jobs.remove(0);
    let throttled = Outcome::Again(Again { due: 0, why: Why::Throttled(Some(Duration::from_secs(600))) });
    store.record(&[Done { key: one.key, epoch: one.epoch, outcome: throttled }]).unwrap();
    for _ in 0..100 {
        let claimed = store.claim(50, LEASE, "w").unwrap();
        assert!(claimed.jobs.is_empty() && matches!(claimed.then, smileid_jobs::Then::At(_)), "{:?}", claimed.then);
    }
    // A session that ends writes down what it did.
    drop(store);
    let read = "select (idx_tup_fetch + seq_tup_read)::bigint from pg_stat_user_tables where relname = 'queue'";
    let start = Instant::now();
    while admin.number("select n_tup_upd::bigint from pg_stat_user_tables where relname = 'queue'") < 2 {
        assert!(start.elapsed() < Duration::from_secs(30), "the server does not count");
    }
    let read = admin.number(read);
    assert!(read < 500, "{read} rows were read");
}
