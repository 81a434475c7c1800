//! The same work on redb, an embedded key-value store, in a straightforward layout: a table each for jobs, their ids, the queue, its order
//! by time, and answers.
//!
//! What is recorded in our store survives the end of the process. In redb only a commit that is flushed to the disk does, so each
//! batch is flushed; a claim is not, as it is of no use after a crash. Another row flushes an "again" only now and then, and loses
//! more than a run may.

use std::time::Instant;

use redb::{Database, Durability, ReadableTable, TableDefinition, WriteTransaction};

use crate::{CLAIMED, IMPORTED, Result, ids, rate};

/// When it is due, how often it was asked for, errors in a row, and when it became provisional.
type Queued = (i64, u32, u32, i64);

const CONTROL: TableDefinition<'_, &str, i64> = TableDefinition::new("control");
const JOBS: TableDefinition<'_, u64, (&str, &str, i64)> = TableDefinition::new("jobs");
const IDS: TableDefinition<'_, (&str, &str), u64> = TableDefinition::new("ids");
const QUEUE: TableDefinition<'_, u64, Queued> = TableDefinition::new("queue");
const DUE: TableDefinition<'_, (i64, u64), ()> = TableDefinition::new("due");
/// Verdict, code, result code, proof, when it was signed and settled, digest, body.
type Answer<'a> = (u64, &'a str, &'a str, &'a str, &'a str, i64, i64, [u8; 32], &'a str);
const ANSWERS: TableDefinition<'_, u64, Answer<'_>> = TableDefinition::new("answers");

/// How many batches of "again" there are for each that is flushed, in the row that loses the others: without any that is, redb cannot
/// use freed pages again.
pub const UNFLUSHED: usize = 64;

pub fn phase(phase: &str, place: &str, jobs: usize, flushed: usize) -> Result<()> {
    let database = Database::create(place)?;
    match phase {
        "import" => import(&database, jobs),
        _ => work(&database, jobs, flushed),
    }
}

fn start(database: &Database, flushed: bool) -> Result<WriteTransaction> {
    let mut change = database.begin_write()?;
    change.set_durability(if flushed { Durability::Immediate } else { Durability::None })?;
    Ok(change)
}

fn import(database: &Database, jobs: usize) -> Result<()> {
    let timer = Instant::now();
    let mut id = 0;
    for from in (0..jobs).step_by(IMPORTED) {
        let change = start(database, true)?;
        {
            let (mut known, mut table) = (change.open_table(IDS)?, change.open_table(JOBS)?);
            let (mut queue, mut due) = (change.open_table(QUEUE)?, change.open_table(DUE)?);
            for (user, job) in (from..jobs.min(from + IMPORTED)).map(ids) {
                if known.get((user.as_str(), job.as_str()))?.is_some() {
                    continue;
                }
                id += 1;
                known.insert((user.as_str(), job.as_str()), id)?;
                table.insert(id, (user.as_str(), job.as_str(), 0))?;
                queue.insert(id, (0, 0, 0, -1))?;
                due.insert((0, id), ())?;
            }
        }
        change.commit()?;
    }
    rate("import", jobs, timer);
    Ok(())
}

fn work(database: &Database, jobs: usize, flushed: usize) -> Result<()> {
    let timer = Instant::now();
    let (mut asked, mut commits) = (0, 0);
    while asked < jobs {
        let claimed = claim(database)?;
        commits += 1;
        again(database, &claimed, i64::try_from(commits)?, commits % flushed == 0)?;
        asked += claimed.len();
    }
    rate("again", jobs, timer);
    let second = Instant::now();
    while asked < 2 * jobs {
        let claimed = claim(database)?;
        settle(database, &claimed)?;
        asked += claimed.len();
    }
    rate("settle", jobs, second);
    rate("polls", 2 * jobs, timer);
    Ok(())
}

/// A claimed job: its number, its place in the queue, and the question.
type Claimed = (u64, Queued, String, String);

fn claim(database: &Database) -> Result<Vec<Claimed>> {
    let change = start(database, false)?;
    let mut claimed = Vec::new();
    {
        let (due, queue, jobs) = (change.open_table(DUE)?, change.open_table(QUEUE)?, change.open_table(JOBS)?);
        for row in due.iter()?.take(CLAIMED as usize) {
            let (_, id) = row?.0.value();
            let queued = queue.get(id)?.ok_or("a job that is due is queued")?.value();
            let job = jobs.get(id)?.ok_or("a job that is due is there")?;
            let (user, name, _) = job.value();
            claimed.push((id, queued, user.to_owned(), name.to_owned()));
        }
        let mut control = change.open_table(CONTROL)?;
        let spent = control.get("spent until")?.map_or(0, |spent| spent.value());
        control.insert("spent until", spent + i64::try_from(claimed.len())?)?;
    }
    change.commit()?;
    Ok(claimed)
}

fn again(database: &Database, claimed: &[Claimed], at: i64, flushed: bool) -> Result<()> {
    let change = start(database, flushed)?;
    {
        let (mut due, mut queue) = (change.open_table(DUE)?, change.open_table(QUEUE)?);
        for (id, (old, asks, ..), ..) in claimed {
            due.remove((*old, *id))?;
            due.insert((at, *id), ())?;
            queue.insert(*id, (at, asks + 1, 0, -1))?;
        }
    }
    change.commit()?;
    Ok(())
}

fn settle(database: &Database, claimed: &[Claimed]) -> Result<()> {
    let body = "x".repeat(1024);
    let change = start(database, true)?;
    {
        let (mut due, mut queue) = (change.open_table(DUE)?, change.open_table(QUEUE)?);
        let (mut answers, mut control) = (change.open_table(ANSWERS)?, change.open_table(CONTROL)?);
        let mut number = answers.last()?.map_or(0, |row| row.0.value());
        for (id, (old, ..), ..) in claimed {
            due.remove((*old, *id))?;
            queue.remove(*id)?;
            number += 1;
            let answer = (*id, "approved", "2302", "0810", "hmac", 0, 0, [7; 32], body.as_str());
            answers.insert(number, answer)?;
        }
        let approved = control.get("approved")?.map_or(0, |approved| approved.value());
        control.insert("approved", approved + i64::try_from(claimed.len())?)?;
    }
    change.commit()?;
    Ok(())
}
