//! Our stores: what a driver does with them, without anyone to ask. Each job is asked for again once, and is then settled.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use smileid_core::JobStatusQuery;
use smileid_jobs::{Again, Claim, Done, JobStore, KeepBody, Mode, NewJob, Outcome, Rate, Settlement, Why};
use smileid_jobs_conformance::answers::{answer, final_members, signed};
use smileid_jobs_postgres::BlockingPostgresStore;
use smileid_jobs_sqlite::SqliteStore;

use crate::{CLAIMED, IMPORTED, Result, WORKERS, ids, rate};

const LEASE: Duration = Duration::from_secs(600);

/// How many jobs are imported at a time, and their ids.
type Many = (usize, fn(usize) -> (String, String));

pub fn on_sqlite(phase: &str, place: &str, jobs: usize, many: Many) -> Result<()> {
    let mut store = SqliteStore::open(Path::new(place))?;
    match phase {
        "import" => import(&mut store, jobs, many)?,
        "count" => count(&mut store)?,
        "round" => work(&mut [store], jobs, &AtomicUsize::new(0), &|claim, at| again(claim, at))?,
        _ => halves(&mut [store], jobs)?,
    }
    if let Some(peak) = crate::peak().filter(|_| phase != "count") {
        println!("peak {peak:.0}");
    }
    Ok(())
}

pub fn on_postgres(phase: &str, place: &str, jobs: usize) -> Result<()> {
    let connect = || Ok::<_, crate::Error>(BlockingPostgresStore::connect(place.parse()?)?);
    match phase {
        "import" => import(&mut connect()?, jobs, (IMPORTED, ids)),
        "count" => count(&mut connect()?),
        // Asks for every job again, once.
        "round" => work(&mut connected(connect)?, jobs, &AtomicUsize::new(0), &|claim, at| again(claim, at)),
        _ => halves(&mut connected(connect)?, jobs),
    }
}

fn connected<S>(connect: impl Fn() -> Result<S>) -> Result<Vec<S>> {
    (0..WORKERS).map(|_| connect()).collect()
}

fn import(store: &mut impl JobStore, jobs: usize, (at_a_time, ids): Many) -> Result<()> {
    store.set_rate(Rate::MAX)?;
    let start = Instant::now();
    for from in (0..jobs).step_by(at_a_time) {
        let batch = (from..jobs.min(from + at_a_time)).map(ids).map(|(user, job)| NewJob::new(user, job));
        store.import(&batch.collect::<Result<Vec<_>, _>>()?, Mode::Write)?;
    }
    rate("import", jobs, start);
    Ok(())
}

/// How long the counts take, in milliseconds: the second time, when the pages are in memory.
fn count(store: &mut impl JobStore) -> Result<()> {
    store.counts()?;
    let start = Instant::now();
    store.counts()?;
    println!("count {:.3}", start.elapsed().as_secs_f64() * 1e3);
    Ok(())
}

fn halves(stores: &mut [impl JobStore], jobs: usize) -> Result<()> {
    let settled = settled()?;
    let start = Instant::now();
    let asked = AtomicUsize::new(0);
    work(stores, jobs, &asked, &|claim, at| again(claim, at))?;
    rate("again", jobs, start);
    let second = Instant::now();
    work(stores, 2 * jobs, &asked, &|claim, _| done(claim, Outcome::Settled(Box::new(settled.clone()))))?;
    rate("settle", jobs, second);
    rate("polls", 2 * jobs, start);
    Ok(())
}

/// Claims and records with every store at once, until this many questions were asked.
fn work<S: JobStore>(
    stores: &mut [S],
    until: usize,
    asked: &AtomicUsize,
    done: &(impl Fn(&Claim, i64) -> Done + Sync),
) -> Result<()> {
    std::thread::scope(|scope| {
        let worker = |store: &mut S| -> Result<()> {
            while asked.load(Ordering::Relaxed) < until {
                let claimed = store.claim(CLAIMED, LEASE, "bench")?;
                let batch: Vec<_> = claimed.jobs.iter().map(|claim| done(claim, claimed.at)).collect();
                if batch.is_empty() {
                    std::thread::yield_now();
                    continue;
                }
                let recorded = store.record(&batch)?;
                assert_eq!(recorded.fenced, 0, "no other process has these jobs");
                asked.fetch_add(batch.len(), Ordering::Relaxed);
            }
            Ok(())
        };
        let workers: Vec<_> = stores.iter_mut().map(|store| scope.spawn(move || worker(store))).collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| "a worker panicked")?)
    })
}

fn again(claim: &Claim, at: i64) -> Done {
    // Due at once, and behind all that were not asked for yet.
    done(claim, Outcome::Again(Again { due: at, why: Why::NotYet }))
}

fn done(claim: &Claim, outcome: Outcome) -> Done {
    Done { key: claim.key, epoch: claim.epoch, outcome }
}

/// A proven final answer whose body is kept, and is 1 KiB long.
fn settled() -> Result<Settlement> {
    let query = JobStatusQuery::new("user-7", "job-7")?;
    let length = signed(&final_members(true, "0810"))?.body.len();
    let filled = format!("{},\"fill\":\"{}\"", final_members(true, "0810"), "x".repeat(1024 - length - 10));
    let answer = answer(&query, Ok(signed(&filled)?))?;
    let verified = answer.verified().ok_or("the canned answer is final")?;
    assert_eq!(verified.expose_body().len(), 1024);
    Ok(Settlement::of(verified, KeepBody::Yes))
}
