//! The model store with a say in its claims and records: tests see them, and hold them up.

use core::future::poll_fn;
use core::task::Poll;
use core::time::Duration;
use std::sync::Mutex;

use smileid_conformance::FakeClock;
use smileid_core::JobStatusQuery;
use smileid_jobs::{
    Answers, AsyncJobStore, Claimed, Counts, Cursor, Done, Imported, JobStore, MemoryStore, Mode, NewJob, Rate,
    Recorded, Retry, StoreError, StoreErrorKind, Woken,
};

/// A call of the driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    /// So many jobs are wanted.
    Claim(u32),
    /// So many came.
    Claimed(usize),
    /// So many outcomes are to be recorded.
    Record(usize),
}

/// What a test does at a call. The async store makes a call again later if it returns false.
type See = Box<dyn FnMut(Call) -> bool + Send>;

pub(crate) struct Watched {
    pub(crate) store: MemoryStore<FakeClock>,
    see: Mutex<See>,
    /// Whether the store cannot be reached.
    pub(crate) lost: bool,
    /// Why the next record fails, once.
    pub(crate) fails: Mutex<Option<StoreErrorKind>>,
}

impl Watched {
    pub(crate) fn new(store: MemoryStore<FakeClock>, see: impl FnMut(Call) -> bool + Send + 'static) -> Self {
        Self { store, see: Mutex::new(Box::new(see)), lost: false, fails: Mutex::new(None) }
    }

    fn reached(&self) -> Result<(), StoreError> {
        if self.lost { Err(StoreError::new(StoreErrorKind::Lost, "out of reach: this is a test")) } else { Ok(()) }
    }

    fn recorded(&self) -> Result<(), StoreError> {
        let kind = self.fails.lock().unwrap().take();
        kind.map_or(Ok(()), |kind| Err(StoreError::new(kind, "cannot be written: this is a test")))
    }

    fn see(&self, call: Call) -> bool {
        (self.see.lock().unwrap())(call)
    }

    async fn seen(&self, call: Call) {
        poll_fn(|context| {
            if self.see(call) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
}

macro_rules! delegated {
    ($(fn $name:ident($($arg:ident: $kind:ty),*) -> $out:ty;)*) => {
        impl JobStore for Watched {
            $(fn $name(&mut self, $($arg: $kind),*) -> Result<$out, StoreError> {
                JobStore::$name(&mut self.store, $($arg),*)
            })*

            fn claim(&mut self, wanted: u32, lease: Duration, worker: &str) -> Result<Claimed, StoreError> {
                self.reached()?;
                self.see(Call::Claim(wanted));
                let claimed = JobStore::claim(&mut self.store, wanted, lease, worker)?;
                self.see(Call::Claimed(claimed.jobs.len()));
                Ok(claimed)
            }

            fn record(&mut self, batch: &[Done]) -> Result<Recorded, StoreError> {
                self.recorded()?;
                self.see(Call::Record(batch.len()));
                JobStore::record(&mut self.store, batch)
            }
        }

        impl AsyncJobStore for Watched {
            $(async fn $name(&self, $($arg: $kind),*) -> Result<$out, StoreError> {
                AsyncJobStore::$name(&self.store, $($arg),*).await
            })*

            async fn claim(&self, wanted: u32, lease: Duration, worker: &str) -> Result<Claimed, StoreError> {
                // A call over a network takes a while: the driver goes on meanwhile.
                let mut waits = self.lost;
                poll_fn(|context| {
                    context.waker().wake_by_ref();
                    if core::mem::take(&mut waits) { Poll::Pending } else { Poll::Ready(()) }
                })
                .await;
                self.reached()?;
                self.seen(Call::Claim(wanted)).await;
                let claimed = AsyncJobStore::claim(&self.store, wanted, lease, worker).await?;
                self.see(Call::Claimed(claimed.jobs.len()));
                Ok(claimed)
            }

            async fn record(&self, batch: &[Done]) -> Result<Recorded, StoreError> {
                self.recorded()?;
                self.seen(Call::Record(batch.len())).await;
                AsyncJobStore::record(&self.store, batch).await
            }
        }
    };
}

delegated! {
    fn bind(partner_id: &str) -> ();
    fn import(jobs: &[NewJob], mode: Mode) -> Imported;
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
