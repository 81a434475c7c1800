//! Settles many jobs, within a rate and through crashes: what to decide from each answer, where to keep it, and the loop.
//!
//! This crate does no I/O, reads no clock and needs no runtime. A store keeps the jobs: `smileid-jobs-sqlite` for one machine,
//! `smileid-jobs-postgres` for many, [`MemoryStore`] for tests.
//!
//! ```text
//!            claim(n)                   ask                    ask_once                 record(batch)
//!  JobStore ──────────► Claim, epoch ────────► Answer | Error ──────────► Outcome ─────────────────► JobStore
//!     ▲                                                                                                 │
//!     └─────────────── due again at a time · settled · needs you · stop the whole run ◄─────────────────┘
//! ```
//!
//! [`ask_once`] is the only place that decides. If you run River, Restate or Temporal already, call it from your handler and use no
//! store of this crate at all.
//!
//! All times are milliseconds since the Unix epoch, by the store's clock.

mod callback;
mod decide;
mod driver;
mod error;
mod job;
mod limiter;
mod memory;
mod outcome;
mod policy;
mod settlement;
mod store;

pub use self::callback::{Called, HeaderIds, called, called_async};
pub use self::decide::ask_once;
pub use self::driver::{Driver, Ended, Flow, Progress};
pub use self::error::{StoreError, StoreErrorKind};
pub use self::job::{Claim, JobKey, NewJob, Record};
pub use self::limiter::{Limiter, NotARate, Rate};
pub use self::memory::MemoryStore;
pub use self::outcome::{Again, Outcome, Why};
pub use self::policy::{NotFound, Pace, Policy, Provisional};
pub use self::settlement::{KeepBody, Settlement};
pub use self::store::{
    AnswerRow, Answers, AsyncJobStore, Claimed, Counts, Cursor, Done, Imported, JobStore, Mode, Pause, Recorded, Retry,
    Then, Woken, due_called, due_first, due_since, kind_of,
};
