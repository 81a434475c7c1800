//! How many jobs are in which state: numbers in the row of `control`, changed by the transactions that move jobs.

use rusqlite::{Connection, Row};
use smileid_core::Verdict;
use smileid_jobs::{Counts, StoreError};

use crate::error::failed;

/// What a transaction changes of the numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Settled jobs by verdict: approved, provisional, rejected, undetermined.
    pub(crate) verdicts: [i64; 4],
    pub(crate) waiting: i64,
    /// Those of the waiting that have a provisional answer.
    pub(crate) provisional: i64,
    /// Answers that were numbered.
    pub(crate) answers: i64,
}

impl Tally {
    /// Jobs that start to wait, or stop if the number is negative.
    pub(crate) const fn waiting(jobs: i64) -> Self {
        Self { verdicts: [0; 4], waiting: jobs, provisional: 0, answers: 0 }
    }

    /// Counts a settled job, whose answer was numbered.
    pub(crate) fn settle(&mut self, verdict: &str) {
        self.answers += 1;
        self.settled(verdict, 1);
    }

    /// Takes back a settled job that is deleted.
    pub(crate) fn purge(&mut self, verdict: &str) {
        self.settled(verdict, -1);
    }

    fn settled(&mut self, verdict: &str, jobs: i64) {
        let words = [Verdict::Approved, Verdict::Provisional, Verdict::Rejected].map(Verdict::as_str);
        let at = words.iter().position(|word| *word == verdict).unwrap_or(words.len());
        if let Some(count) = self.verdicts.get_mut(at) {
            *count += jobs;
        }
    }

    /// Adds the changes to the numbers, in the transaction that made them.
    pub(crate) fn write(self, connection: &Connection) -> Result<(), StoreError> {
        if self == Self::default() {
            return Ok(());
        }
        let sql = "update control set approved = approved + ?1, provisional = provisional + ?2, rejected = rejected + ?3, \
                   undetermined = undetermined + ?4, waiting = waiting + ?5, waiting_provisional = waiting_provisional + ?6, \
                   last_answer = last_answer + ?7";
        let mut add = connection.prepare_cached(sql).map_err(failed)?;
        let [approved, provisional, rejected, undetermined] = self.verdicts;
        let values = (approved, provisional, rejected, undetermined, self.waiting, self.provisional, self.answers);
        add.execute(values).map(drop).map_err(failed)
    }
}

/// Reads the numbers.
pub(crate) fn read(connection: &Connection, counts: &mut Counts) -> Result<(), StoreError> {
    let sql = "select approved, provisional, rejected, undetermined, waiting, waiting_provisional from control";
    let number = |row: &Row<'_>, at| row.get::<_, i64>(at).map(|number| u64::try_from(number).unwrap_or(0));
    let mut read = connection.prepare_cached(sql).map_err(failed)?;
    (counts.verdicts, counts.waiting, counts.provisional) = read
        .query_row((), |row| {
            let verdicts = [number(row, 0)?, number(row, 1)?, number(row, 2)?, number(row, 3)?];
            Ok((verdicts, number(row, 4)?, number(row, 5)?))
        })
        .map_err(failed)?;
    counts.settled = counts.verdicts.iter().sum();
    Ok(())
}

/// How many rows are looked at first, on each side of the present.
const FIRST: i64 = 1 << 12;

/// Counts the waiting jobs that are due: from the side of the present on which there are fewer, so that a backlog that is all due, or not
/// due at all, costs nothing.
pub(crate) fn due(connection: &Connection, now: i64, waiting: u64) -> Result<u64, StoreError> {
    let mut due = connection
        .prepare_cached("select count(*) from (select 1 from queue where due <= ?1 limit ?2)")
        .map_err(failed)?;
    let mut later = connection
        .prepare_cached("select count(*) from (select 1 from queue where due > ?1 limit ?2)")
        .map_err(failed)?;
    let mut most = FIRST;
    loop {
        let found: i64 = due.query_row((now, most), |row| row.get(0)).map_err(failed)?;
        if found < most {
            return Ok(found.cast_unsigned());
        }
        let found: i64 = later.query_row((now, most), |row| row.get(0)).map_err(failed)?;
        if found < most {
            return Ok(waiting.saturating_sub(found.cast_unsigned()));
        }
        most = most.saturating_mul(4);
    }
}
