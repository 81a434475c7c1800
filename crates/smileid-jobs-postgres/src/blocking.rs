//! The same store for threads: a runtime on the calling thread, that works only during a call.

use core::fmt;
use core::time::Duration;

use smileid_core::JobStatusQuery;
use smileid_jobs::{
    Answers, AsyncJobStore, Claimed, Counts, Cursor, Done, Imported, JobStore, Mode, NewJob, Rate, Recorded, Retry,
    StoreError, StoreErrorKind, Woken,
};
use tokio::runtime::{Builder, Runtime};

use crate::address::Address;
use crate::store::PostgresStore;

/// A store in a schema of a PostgreSQL database, for blocking code. Do not use it inside an async runtime: that panics.
pub struct BlockingPostgresStore {
    // Dropped first: its connection belongs to the runtime.
    store: PostgresStore,
    runtime: Runtime,
}

impl BlockingPostgresStore {
    /// Connects, and makes the store's tables if the schema has none.
    ///
    /// # Errors
    /// Those of [`PostgresStore::connect`].
    pub fn connect(address: Address) -> Result<Self, StoreError> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| {
            let message = "the system has no resources for a connection: close other programs and try again";
            StoreError::new(StoreErrorKind::Other, message).with_source(error)
        })?;
        let store = runtime.block_on(PostgresStore::connect(address))?;
        Ok(Self { store, runtime })
    }
}

/// Hands each method to the async store.
macro_rules! twins {
    ($(fn $name:ident($($arg:ident: $kind:ty),*) -> $out:ty;)*) => {
        impl JobStore for BlockingPostgresStore {
            $(fn $name(&mut self, $($arg: $kind),*) -> Result<$out, StoreError> {
                self.runtime.block_on(AsyncJobStore::$name(&self.store, $($arg),*))
            })*
        }
    };
}

twins! {
    fn bind(partner_id: &str) -> ();
    fn import(jobs: &[NewJob], mode: Mode) -> Imported;
    fn claim(wanted: u32, lease: Duration, worker: &str) -> Claimed;
    fn record(batch: &[Done]) -> Recorded;
    fn counts() -> Counts;
    fn pause() -> ();
    fn resume() -> ();
    fn set_rate(rate: Rate) -> ();
    fn answers_after(cursor: &Cursor, most: u32) -> Answers;
    fn retry(which: Retry) -> u64;
    fn wake(query: &JobStatusQuery) -> Woken;
    fn was_woken() -> bool;
    fn purge(older_than: Duration) -> u64;
}

/// Only the schema is shown.
impl fmt::Debug for BlockingPostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockingPostgresStore").field("store", &self.store).finish_non_exhaustive()
    }
}
