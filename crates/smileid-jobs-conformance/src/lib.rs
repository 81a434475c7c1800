//! Tests what any store of `smileid-jobs` must do: one table of scenarios, and a function that runs them. It contains no store.

pub mod answers;
mod called;
mod run;
mod table;

use core::time::Duration;

use smileid_core::ErrorKind;
use smileid_jobs::{JobStore, StoreError};

pub use self::run::{Failed, run};
pub use self::table::SCENARIOS;

/// A store under test, with its clock in the test's hands.
pub trait Bench {
    /// Returns the store, opened.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the store cannot be opened.
    fn store(&mut self) -> Result<&mut dyn JobStore, StoreError>;

    /// Lets time pass for the store.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the store's clock cannot be moved.
    fn advance(&mut self, by: Duration) -> Result<(), StoreError>;

    /// Sets the store's clock back.
    ///
    /// # Errors
    /// Returns [`StoreError`] if the store's clock cannot be moved.
    fn set_back(&mut self, by: Duration) -> Result<(), StoreError>;

    /// Ends the process that works on the store, as a crash does: nothing is said to the store. The next use opens it again.
    ///
    /// Returns whether the store can do this: one in memory cannot.
    fn crash(&mut self) -> bool;
}

/// A story that every store must tell in the same way.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// Its name.
    pub name: &'static str,
    /// What is done, one after the other, and what must come of it.
    pub steps: &'static [Step],
}

/// One step of a scenario. Jobs are named by one word, which is both their user id and their job id.
#[derive(Debug, Clone, Copy)]
pub enum Step {
    /// Binds the store to a partner: whether it is this one's.
    Bind(&'static str, bool),
    /// Imports jobs: how many are new, and how many known.
    Import(&'static [&'static str], u64, u64),
    /// Imports jobs without writing.
    DryRun(&'static [&'static str], u64, u64),
    /// Claims up to so many jobs as a worker, for so many seconds: exactly these, in this order.
    Claim(u32, u64, &'static str, &'static [&'static str]),
    /// Claims up to so many jobs as a worker: this many, whichever they are.
    ClaimSome(u32, &'static str, usize),
    /// Claims and finds nothing, for this reason.
    Idle(Idle),
    /// A worker records an outcome for its latest claim of each job: it is accepted.
    Record(&'static str, &'static [(&'static str, What)]),
    /// A worker records an outcome for its latest claim of each job: every one is refused, and nothing changes.
    Fenced(&'static str, &'static [(&'static str, What)]),
    /// Seconds pass.
    Advance(u64),
    /// The clock is set back by seconds.
    SetBack(u64),
    /// The process ends without a word, and the store is opened again. A store in memory ends the scenario here.
    Crash,
    /// Pauses the store.
    Pause,
    /// Resumes the store.
    Resume,
    /// Sets the rate in questions a second.
    Rate(u32),
    /// Counts: waiting, settled, needing a person.
    Counts(u64, u64, u64),
    /// So many jobs are due, those included that are claimed, and the oldest for so many seconds.
    Due(u64, u64),
    /// Exports everything, two answers at a time: exactly these jobs, in this order.
    Export(&'static [&'static str]),
    /// Exports what came after the last export.
    ExportOn(&'static [&'static str]),
    /// Exports what came after a cursor that the store did not write: it is refused.
    ForeignCursor(&'static str),
    /// Makes jobs that need a person due again, all or those of a kind: this many.
    Retry(Option<ErrorKind>, u64),
    /// A callback for a job: whether the store is due to ask for it.
    Wake(&'static str, smileid_jobs::Woken),
    /// Whether the store says that a callback came since this was last asked.
    WasWoken(bool),
    /// Deletes answers older than so many seconds: this many.
    Purge(u64, u64),
}

/// What came of a question.
#[derive(Debug, Clone, Copy)]
pub enum What {
    /// A proven answer: approved.
    Settled,
    /// Not yet: again in so many seconds.
    Again(u64),
    /// The answer may still change: again in so many seconds.
    Provisional(u64),
    /// The attempt failed: again in so many seconds.
    Failed(u64),
    /// The service asked for fewer requests, and to be left alone for so many seconds.
    Throttled(u64),
    /// The job was given back.
    Released,
    /// A person has to look at the job.
    NeedsYou(ErrorKind),
    /// The run stops.
    Stop(ErrorKind),
}

/// Why nothing is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idle {
    /// No job is waiting.
    Empty,
    /// Somebody paused the store.
    Paused,
    /// An error paused the store.
    Stopped(ErrorKind),
    /// Jobs are waiting, and none may be claimed before so many seconds.
    For(u64),
}

pub(crate) const fn scenario(name: &'static str, steps: &'static [Step]) -> Scenario {
    Scenario { name, steps }
}
