//! The store: one connection, made again after it was lost.

use core::fmt;
use core::time::Duration;

use smileid_core::JobStatusQuery;
use smileid_jobs::{
    Answers, AsyncJobStore, Claimed, Counts, Cursor, Done, Imported, Mode, NewJob, Pause, Rate, Recorded, Retry,
    StoreError, StoreErrorKind, Woken,
};
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::timeout;

use crate::address::Address;
use crate::error::{Failed, UNREACHABLE};
use crate::open::{Session, open};
use crate::{claim, control, export, import, manage, record};

/// How long a call of a run may take. A server that is stopped, and not gone, would keep it waiting forever.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often a call is made again that another transaction stood in the way of.
const CONFLICTS: u32 = 3;

/// A store in a schema of a PostgreSQL database. It needs tokio, with its time and I/O enabled.
///
/// It has one connection, and one call at a time uses it. Connect once for each worker.
pub struct PostgresStore {
    address: Address,
    session: Mutex<Option<Session>>,
}

impl PostgresStore {
    /// Connects, and makes the store's tables if the schema has none.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the server cannot be reached or refuses the user, if the schema contains something else, or if a newer
    /// version made the store.
    pub async fn connect(address: Address) -> Result<Self, StoreError> {
        let session = open(&address).await.map_err(Failed::into_store_error)?;
        Ok(Self { address, session: Mutex::new(Some(session)) })
    }

    /// Returns the connection, made again if it was lost.
    async fn session(&self) -> Result<InUse<'_>, Failed> {
        let mut session = self.session.lock().await;
        if session.as_ref().is_none_or(|session| session.client.is_closed()) {
            *session = None;
            *session = Some(open(&self.address).await?);
        }
        Ok(InUse { session, ended: false })
    }
}

/// The connection during a call. If the call fails, or is dropped before it ends, the connection is closed: a transaction that it left
/// open would keep everybody else waiting.
struct InUse<'a> {
    session: MutexGuard<'a, Option<Session>>,
    ended: bool,
}

impl Drop for InUse<'_> {
    fn drop(&mut self) {
        if !self.ended {
            *self.session = None;
        }
    }
}

/// Calls a function over the connection: again if another transaction stood in its way, and for as long as is allowed.
macro_rules! call {
    ($self:ident, $patience:expr, |$session:ident, $schema:ident| $call:expr) => {{
        let $schema = &$self.address.schema;
        let mut conflicts = 0;
        loop {
            let mut using = $self.session().await.map_err(Failed::into_store_error)?;
            let Some($session) = using.session.as_mut() else {
                return Err(StoreError::new(StoreErrorKind::Lost, UNREACHABLE));
            };
            let outcome = match timeout($patience, $call).await {
                Ok(outcome) => outcome,
                Err(_) => Err(StoreError::new(StoreErrorKind::Lost, UNREACHABLE).into()),
            };
            match outcome {
                Ok(value) => {
                    using.ended = true;
                    return Ok(value);
                }
                Err(failed) if failed.is_conflict() && conflicts < CONFLICTS => conflicts += 1,
                Err(failed) => return Err(failed.into_store_error()),
            }
        }
    }};
}

impl AsyncJobStore for PostgresStore {
    async fn bind(&self, partner_id: &str) -> Result<(), StoreError> {
        call!(self, PATIENCE, |session, schema| control::bind(&session.client, schema, partner_id))
    }

    async fn import(&self, jobs: &[NewJob], mode: Mode) -> Result<Imported, StoreError> {
        call!(self, Duration::MAX, |session, schema| import::import(&mut session.client, schema, jobs, mode))
    }

    async fn claim(&self, wanted: u32, lease: Duration, _worker: &str) -> Result<Claimed, StoreError> {
        call!(self, PATIENCE, |session, schema| claim::claim(session, schema, wanted, lease))
    }

    async fn record(&self, batch: &[Done]) -> Result<Recorded, StoreError> {
        call!(self, PATIENCE, |session, schema| record::record(session, schema, batch))
    }

    async fn counts(&self) -> Result<Counts, StoreError> {
        call!(self, Duration::MAX, |session, schema| export::counts(&mut session.client, schema))
    }

    async fn pause(&self) -> Result<(), StoreError> {
        call!(self, PATIENCE, |session, schema| control::pause(&session.client, schema, Pause::Asked))
    }

    async fn resume(&self) -> Result<(), StoreError> {
        call!(self, PATIENCE, |session, schema| control::resume(&session.client, schema))
    }

    async fn set_rate(&self, rate: Rate) -> Result<(), StoreError> {
        call!(self, PATIENCE, |session, schema| control::set_rate(session, schema, rate))
    }

    async fn answers_after(&self, cursor: &Cursor, most: u32) -> Result<Answers, StoreError> {
        call!(self, Duration::MAX, |session, schema| export::answers_after(session, schema, cursor, most))
    }

    async fn retry(&self, which: Retry) -> Result<u64, StoreError> {
        call!(self, Duration::MAX, |session, schema| manage::retry(&session.client, schema, which))
    }

    async fn wake(&self, query: &JobStatusQuery) -> Result<Woken, StoreError> {
        call!(self, PATIENCE, |session, schema| manage::wake(&mut session.client, schema, query))
    }

    async fn was_woken(&self) -> Result<bool, StoreError> {
        call!(self, PATIENCE, |session, schema| manage::was_woken(session, schema))
    }

    async fn purge(&self, older_than: Duration) -> Result<u64, StoreError> {
        call!(self, Duration::MAX, |session, schema| manage::purge(&session.client, schema, older_than))
    }
}

/// Only the schema is shown.
impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").field("address", &self.address).finish_non_exhaustive()
    }
}
