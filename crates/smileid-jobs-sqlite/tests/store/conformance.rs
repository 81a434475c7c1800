//! The store tells every scenario as the table says, through crashes.

use core::time::Duration;

use smileid_conformance::FakeClock;
use smileid_core::Clock;
use smileid_jobs::{JobStore, StoreError};
use smileid_jobs_conformance::{Bench, SCENARIOS, run};
use smileid_jobs_sqlite::SqliteStore;

use crate::folder::Folder;

struct Sqlite {
    folder: Folder,
    clock: FakeClock,
    store: Option<SqliteStore>,
}

impl Bench for Sqlite {
    fn store(&mut self) -> Result<&mut dyn JobStore, StoreError> {
        if self.store.is_none() {
            let clock = self.clock.clone();
            self.store = Some(SqliteStore::open_with_clock(&self.folder.store(), move || clock.now().unix_millis())?);
        }
        Ok(self.store.as_mut().unwrap())
    }

    fn advance(&mut self, by: Duration) -> Result<(), StoreError> {
        self.clock.advance(by);
        Ok(())
    }

    fn set_back(&mut self, by: Duration) -> Result<(), StoreError> {
        self.clock.jump(-i64::try_from(by.as_millis()).unwrap());
        Ok(())
    }

    /// The real crashes are in `kills.rs`; here whatever is in memory is lost.
    fn crash(&mut self) -> bool {
        self.store = None;
        true
    }
}

impl Sqlite {
    /// Compares the numbers that the store keeps with the rows.
    fn miscounted(&mut self) -> Option<String> {
        let now = self.clock.now().unix_millis();
        let counts = self.store().unwrap().counts().unwrap();
        let rows = rusqlite::Connection::open(self.folder.store()).unwrap();
        let sql = "select count(*), count(*) filter (where due <= ?1), count(provisional_since) from queue";
        let counted: (i64, i64, i64) =
            rows.query_row(sql, (now,), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        let kept = [counts.waiting, counts.due, counts.provisional].map(u64::cast_signed);
        (kept != <[i64; 3]>::from(counted)).then(|| format!("the store says {kept:?}, the rows {counted:?}"))
    }
}

#[test]
fn sqlite_store_passes_every_scenario() {
    let failures: Vec<String> = SCENARIOS
        .iter()
        .filter_map(|scenario| {
            let folder = Folder::new(scenario.name);
            let mut bench = Sqlite { folder, clock: FakeClock::at(1_791_115_200_000), store: None };
            let failed = run(scenario, &mut bench).err().map(|failed| failed.to_string());
            failed.or_else(|| bench.miscounted().map(|found| format!("{}: {found}", scenario.name)))
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
