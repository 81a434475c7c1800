//! The store: each method is a transaction around the statements of the other files.

use core::fmt;
use core::time::Duration;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rusqlite::{Connection, TransactionBehavior};
use smileid_core::JobStatusQuery;
use smileid_jobs::{
    Answers, Claimed, Counts, Cursor, Done, Imported, JobStore, Mode, NewJob, Pause, Rate, Recorded, Retry, StoreError,
    Woken,
};

use crate::error::failed;
use crate::flight::Flight;
use crate::open::{Owner, durable, open};
use crate::{control, export, import, record};

/// A store in one SQLite file.
pub struct SqliteStore {
    pub(crate) connection: Connection,
    path: PathBuf,
    clock: Box<dyn FnMut() -> i64 + Send>,
    owner: Option<Owner>,
    flight: Flight,
    /// Whether a commit is on the disk when it returns, and overwrites what it deletes or moves.
    lasts: bool,
    /// What SQLite counts the changes of other connections by, as it was last seen.
    seen: Option<i64>,
}

impl SqliteStore {
    /// Opens the store at `path`, or creates one if there is no file yet.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the file is not a store, if a newer version made it, or if it cannot be opened.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_with_clock(path, || {
            let passed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            i64::try_from(passed.as_millis()).unwrap_or(i64::MAX)
        })
    }

    /// Opens the store at `path` with a clock of your own, which returns milliseconds since the Unix epoch.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn open_with_clock(path: &Path, clock: impl FnMut() -> i64 + Send + 'static) -> Result<Self, StoreError> {
        let connection = open(path)?;
        let (path, clock, flight) = (path.to_owned(), Box::new(clock), Flight::default());
        Ok(Self { connection, path, clock, owner: None, flight, lasts: true, seen: None })
    }

    /// Makes this process the one that runs on the store. The first claim does so as well.
    ///
    /// # Errors
    /// Returns [`StoreError`] of kind [`Locked`](smileid_jobs::StoreErrorKind::Locked) if another process runs on it.
    pub fn own(&mut self) -> Result<(), StoreError> {
        if self.owner.is_none() {
            self.owner = Some(Owner::of(&self.path)?);
        }
        Ok(())
    }

    /// Runs statements as one transaction, on the disk when it returns if `lasts`.
    fn change<T>(
        &mut self,
        lasts: bool,
        statements: impl FnOnce(&Connection, &Flight, i64) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if self.lasts != lasts {
            durable(&self.connection, lasts)?;
            self.lasts = lasts;
        }
        let change = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        // Read once the transaction has its lock: the time of a statement that waited would be old.
        let now = (self.clock)();
        let value = statements(&change, &self.flight, now)?;
        change.commit().map_err(failed)?;
        Ok(value)
    }
}

impl JobStore for SqliteStore {
    fn bind(&mut self, partner_id: &str) -> Result<(), StoreError> {
        self.change(true, |connection, _, _| control::bind(connection, partner_id))
    }

    fn import(&mut self, jobs: &[NewJob], mode: Mode) -> Result<Imported, StoreError> {
        if mode == Mode::DryRun {
            return import::import(&self.connection, 0, jobs, mode);
        }
        self.change(true, |connection, _, now| import::import(connection, now, jobs, mode))
    }

    fn claim(&mut self, wanted: u32, lease: Duration, _worker: &str) -> Result<Claimed, StoreError> {
        self.own()?;
        // A claim writes only the limiter: losing it to a power failure costs one burst.
        let (found, then, now) = self.change(false, |connection, flight, now| {
            let (found, then) = record::claim(connection, flight, now, wanted)?;
            Ok((found, then, now))
        })?;
        Ok(record::depart(&mut self.flight, now, lease, found, then))
    }

    fn record(&mut self, batch: &[Done]) -> Result<Recorded, StoreError> {
        self.own()?;
        let landed: Vec<_> = batch.iter().map(|done| self.flight.land(done.key.0, done.epoch)).collect();
        let recorded =
            self.change(record::must_last(batch), |connection, _, now| record::record(connection, now, batch, &landed));
        if recorded.is_err() {
            for (done, flying) in batch.iter().zip(landed) {
                if let Some(flying) = flying {
                    self.flight.go_on(done.key.0, flying);
                }
            }
        }
        recorded
    }

    fn counts(&mut self) -> Result<Counts, StoreError> {
        let now = (self.clock)();
        // One snapshot for all of it; it takes no lock.
        let read = self.connection.transaction().map_err(failed)?;
        export::counts(&read, now)
    }

    fn pause(&mut self) -> Result<(), StoreError> {
        self.change(true, |connection, _, _| control::pause(connection, Pause::Asked))
    }

    fn resume(&mut self) -> Result<(), StoreError> {
        self.change(true, |connection, _, _| control::resume(connection))
    }

    fn set_rate(&mut self, rate: Rate) -> Result<(), StoreError> {
        self.change(true, |connection, _, _| {
            let (_, mut limiter) = control::read(connection)?;
            limiter.set(rate);
            control::write(connection, &limiter)
        })
    }

    fn answers_after(&mut self, cursor: &Cursor, most: u32) -> Result<Answers, StoreError> {
        export::answers_after(&self.connection, cursor, most)
    }

    fn retry(&mut self, which: Retry) -> Result<u64, StoreError> {
        self.change(true, |connection, _, now| export::retry(connection, now, which))
    }

    fn wake(&mut self, query: &JobStatusQuery) -> Result<Woken, StoreError> {
        // Its changes are not counted for this connection.
        self.seen = None;
        self.change(true, |connection, _, now| export::wake(connection, now, query))
    }

    fn was_woken(&mut self) -> Result<bool, StoreError> {
        let mut read = self.connection.prepare_cached("pragma data_version").map_err(failed)?;
        let version = Some(read.query_row((), |row| row.get(0)).map_err(failed)?);
        Ok(core::mem::replace(&mut self.seen, version) != version)
    }

    /// Deletes in several transactions, so that a run can go on meanwhile, and empties the log that had the rows too.
    ///
    /// SQLite can leave copies of a few ids in unused parts of pages, until a `vacuum` with its own tools.
    fn purge(&mut self, older_than: Duration) -> Result<u64, StoreError> {
        let before = (self.clock)().saturating_sub(i64::try_from(older_than.as_millis()).unwrap_or(i64::MAX));
        let mut purged = 0;
        loop {
            let some = self.change(true, |connection, _, _| export::purge_some(connection, before))?;
            purged += some;
            if some == 0 {
                break;
            }
        }
        // A reader elsewhere can keep the log from being emptied; the next checkpoint does it then.
        let _busy = self.connection.query_row("pragma wal_checkpoint(truncate)", (), |_| Ok(()));
        Ok(purged)
    }
}

/// The path is shown; nothing of the content is.
impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore")
            .field("path", &self.path)
            .field("owner", &self.owner.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use smileid_jobs::{Again, Outcome, StoreErrorKind, Why};

    use super::*;

    #[test]
    fn what_could_not_be_recorded_is_recorded_the_next_time() {
        let path = std::env::temp_dir().join(format!("smileid-jobs-unwritable-{}", std::process::id()));
        let mut store = SqliteStore::open(&path).unwrap();
        store.import(&[NewJob::new("user", "job").unwrap()], Mode::Write).unwrap();
        let claim = store.claim(1, Duration::from_secs(60), "w").unwrap().jobs.remove(0);
        let again = Outcome::Again(Again { due: i64::MAX, why: Why::NotYet });
        let done = || Done { key: claim.key, epoch: claim.epoch, outcome: again.clone() };
        store.connection.pragma_update(None, "query_only", true).unwrap();
        assert_eq!(store.record(&[done()]).unwrap_err().kind(), StoreErrorKind::Invalid);
        store.connection.pragma_update(None, "query_only", false).unwrap();
        assert!(store.claim(1, Duration::from_secs(60), "w").unwrap().jobs.is_empty(), "its lease goes on");
        // Twice in a batch: the second one is refused.
        let recorded = store.record(&[done(), done()]).unwrap();
        assert_eq!((recorded.again, recorded.fenced), (1, 1));
        drop(store);
        for end in ["", "-owner"] {
            std::fs::remove_file(format!("{}{end}", path.display())).unwrap();
        }
    }

    #[test]
    fn a_full_disk_is_an_error_that_loses_nothing() {
        let path = std::env::temp_dir().join(format!("smileid-jobs-full-{}", std::process::id()));
        let mut store = SqliteStore::open(&path).unwrap();
        let jobs = |from: usize| {
            (from..from + 500).map(|n| NewJob::new("user", format!("job-{n}")).unwrap()).collect::<Vec<_>>()
        };
        store.import(&jobs(0), Mode::Write).unwrap();
        // SQLite reports this limit in the same way as a full disk.
        let pages: i64 = store.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        store.connection.query_row(&format!("pragma max_page_count = {pages}"), (), |_| Ok(())).unwrap();
        let error = (1..100).find_map(|n| store.import(&jobs(n * 500), Mode::Write).err()).unwrap();
        assert_eq!(error.kind(), StoreErrorKind::Full, "{error}");
        let waiting = store.counts().unwrap().waiting;
        assert!(waiting >= 500 && waiting.is_multiple_of(500), "{waiting}: a batch is there whole or not at all");
        assert!(!store.claim(5, Duration::from_secs(60), "w").unwrap().jobs.is_empty());
        drop(store);
        for end in ["", "-owner", "-wal", "-shm"] {
            let _gone = std::fs::remove_file(format!("{}{end}", path.display()));
        }
    }
}
