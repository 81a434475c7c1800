//! The store tells every scenario as the table says. The server's clock is in the tests' hands.

use core::time::Duration;
use std::sync::Arc;

use smileid_jobs::{JobStore, StoreError};
use smileid_jobs_conformance::{Bench, SCENARIOS, run};
use smileid_jobs_postgres::BlockingPostgresStore;

use crate::admin::Admin;
use crate::server::{Server, shared};

/// The store's statements call `clock_timestamp()` by its bare name. A search path that names `pg_catalog` last hides the real one.
pub(crate) const FAKE_CLOCK: &str = "
    create schema fake;
    create table fake.clock (at timestamptz not null);
    insert into fake.clock values ('2026-10-04 12:00:00+00');
    create function fake.clock_timestamp() returns timestamptz language sql volatile as 'select at from fake.clock'";
pub(crate) const WITH_FAKE_CLOCK: &str = "&options=-c%20search_path%3Dfake,pg_catalog";

struct Postgres<'a> {
    server: &'a Server,
    admin: &'a Admin,
    schema: String,
    store: Option<BlockingPostgresStore>,
}

impl Bench for Postgres<'_> {
    fn store(&mut self) -> Result<&mut dyn JobStore, StoreError> {
        let options = format!("{WITH_FAKE_CLOCK}&schema={}", self.schema);
        Ok(self.store.get_or_insert_with(|| self.server.store("conformance", &options)))
    }

    fn advance(&mut self, by: Duration) -> Result<(), StoreError> {
        self.admin.run(&format!("update fake.clock set at = at + interval '{} seconds'", by.as_secs()));
        Ok(())
    }

    fn set_back(&mut self, by: Duration) -> Result<(), StoreError> {
        self.admin.run(&format!("update fake.clock set at = at - interval '{} seconds'", by.as_secs()));
        Ok(())
    }

    /// The real crashes are in `kills.rs`; here the connection ends without a word.
    fn crash(&mut self) -> bool {
        self.store = None;
        true
    }
}

impl Postgres<'_> {
    /// Compares the numbers that the store keeps with the rows.
    fn miscounted(&mut self) -> Option<String> {
        let counts = self.store().unwrap().counts().unwrap();
        let count = |rows: &str| self.admin.number(&format!("select count(*) from {}.queue where {rows}", self.schema));
        let now = "(select (extract(epoch from at) * 1000)::bigint from fake.clock)";
        let counted = [count("true"), count(&format!("due <= {now}")), count("provisional_since is not null")];
        let kept = [counts.waiting, counts.due, counts.provisional].map(u64::cast_signed);
        (kept != counted).then(|| format!("the store says {kept:?}, the rows {counted:?}"))
    }
}

#[test]
fn postgres_store_passes_every_scenario() {
    let Some(server) = shared("postgres_store_passes_every_scenario") else { return };
    server.database("conformance");
    let admin = Admin::connect(&server, "conformance").unwrap();
    admin.run(FAKE_CLOCK);
    let failures: Vec<String> = SCENARIOS
        .iter()
        .enumerate()
        .filter_map(|(number, scenario)| {
            let schema = format!("scenario_{number}");
            let mut bench = Postgres { server: &Arc::clone(&server), admin: &admin, schema, store: None };
            let failed = run(scenario, &mut bench).err().map(|failed| failed.to_string());
            failed.or_else(|| bench.miscounted().map(|found| format!("{}: {found}", scenario.name)))
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
