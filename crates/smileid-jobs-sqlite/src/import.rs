//! Jobs in: a batch is one transaction, and a job that is there already is only counted.

use std::collections::HashSet;

use rusqlite::Connection;
use smileid_jobs::{Imported, Mode, NewJob, StoreError};

use crate::error::failed;
use crate::tally::Tally;

pub(crate) fn import(connection: &Connection, now: i64, jobs: &[NewJob], mode: Mode) -> Result<Imported, StoreError> {
    match mode {
        Mode::Write => add(connection, now, jobs),
        Mode::DryRun => count(connection, jobs),
    }
}

fn add(connection: &Connection, now: i64, jobs: &[NewJob]) -> Result<Imported, StoreError> {
    let mut imported = Imported::default();
    let add = "insert into jobs (user_id, job_id, columns, imported_at) values (?1, ?2, ?3, ?4) on conflict do nothing";
    let mut add = connection.prepare_cached(add).map_err(failed)?;
    let mut enqueue = connection.prepare_cached("insert into queue (id, due) values (?1, ?2)").map_err(failed)?;
    // In the order of the index: a large batch of random ids then changes each of its pages once.
    let mut jobs: Vec<&NewJob> = jobs.iter().collect();
    jobs.sort_unstable_by_key(|job| (job.job_id(), job.user_id()));
    for job in jobs {
        if add.execute((job.user_id(), job.job_id(), job.columns(), now)).map_err(failed)? == 0 {
            imported.known += 1;
        } else {
            enqueue.execute((connection.last_insert_rowid(), now)).map_err(failed)?;
            imported.new += 1;
        }
    }
    Tally::waiting(i64::try_from(imported.new).unwrap_or(i64::MAX)).write(connection)?;
    Ok(imported)
}

fn count(connection: &Connection, jobs: &[NewJob]) -> Result<Imported, StoreError> {
    let mut imported = Imported::default();
    let mut find =
        connection.prepare_cached("select 1 from jobs where user_id = ?1 and job_id = ?2").map_err(failed)?;
    let mut seen = HashSet::new();
    for job in jobs {
        let ids = (job.user_id(), job.job_id());
        if seen.insert(ids) && !find.exists(ids).map_err(failed)? {
            imported.new += 1;
        } else {
            imported.known += 1;
        }
    }
    Ok(imported)
}
