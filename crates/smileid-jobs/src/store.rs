//! What a store must do, as two twin traits, and the values that go in and come out.

use core::future::Future;
use core::time::Duration;

use smileid_core::{ErrorKind, JobStatusQuery};

use crate::error::StoreError;
use crate::job::{Claim, JobKey, NewJob};
use crate::limiter::Rate;
use crate::outcome::Outcome;

/// Keeps jobs and their answers, for one thread at a time.
///
/// # Contract
/// - Every method is one transaction: it happens whole or not at all, whenever the process or the machine ends.
/// - A job exists once for each pair of user id and job id.
/// - [`claim`](Self::claim) returns first the jobs that a callback made due, then those that have been due longest, each with a new epoch, no more than the limiter allows, and
///   counts them as asked. A claimed job is not claimed again before its lease ends.
/// - [`record`](Self::record) refuses an outcome whose epoch is not the job's latest, so that a late worker changes nothing, and returns
///   only when a settlement is durable.
/// - All times are the store's own; no two processes compare their clocks. A clock that goes back delays a waiting job by as
///   much as it went back, and stops nothing else.
///
/// `smileid-jobs-conformance` tests all of it.
pub trait JobStore: Send {
    /// Makes the store this partner's, if it has no partner yet. Call it before anything is sent.
    ///
    /// # Errors
    /// Returns [`StoreError`] of kind [`Partner`](crate::StoreErrorKind::Partner) if the store is another partner's.
    fn bind(&mut self, partner_id: &str) -> Result<(), StoreError>;

    /// Adds the jobs that are not there yet. They are due at once.
    ///
    /// # Errors
    /// Returns [`StoreError`]; then no job of the batch was added.
    fn import(&mut self, jobs: &[NewJob], mode: Mode) -> Result<Imported, StoreError>;

    /// Claims up to `wanted` jobs for `worker`.
    ///
    /// # Errors
    /// Returns [`StoreError`]; then nothing was claimed.
    fn claim(&mut self, wanted: u32, lease: Duration, worker: &str) -> Result<Claimed, StoreError>;

    /// Records what came of claimed jobs, as one batch.
    ///
    /// A [`Stop`](Outcome::Stop) pauses the store, and a throttled answer reduces the rate for everyone.
    ///
    /// # Errors
    /// Returns [`StoreError`]; then nothing of the batch was recorded.
    fn record(&mut self, batch: &[Done]) -> Result<Recorded, StoreError>;

    /// Counts the jobs by state.
    ///
    /// # Errors
    /// Returns [`StoreError`].
    fn counts(&mut self) -> Result<Counts, StoreError>;

    /// Pauses every run on this store.
    ///
    /// # Errors
    /// Returns [`StoreError`].
    fn pause(&mut self) -> Result<(), StoreError>;

    /// Ends a pause, whatever it came from.
    ///
    /// # Errors
    /// Returns [`StoreError`].
    fn resume(&mut self) -> Result<(), StoreError>;

    /// Sets the rate for every run on this store.
    ///
    /// # Errors
    /// Returns [`StoreError`].
    fn set_rate(&mut self, rate: Rate) -> Result<(), StoreError>;

    /// Returns up to `most` answers after `cursor`, in the order in which they were recorded.
    ///
    /// # Errors
    /// Returns [`StoreError`].
    fn answers_after(&mut self, cursor: &Cursor, most: u32) -> Result<Answers, StoreError>;

    /// Makes jobs that need a person due again, and returns how many.
    ///
    /// Their failures are counted anew, because a person looked. What their answers said stays: how many said "not yet", and since
    /// when they have been provisional.
    ///
    /// # Errors
    /// Returns [`StoreError`].
    fn retry(&mut self, which: Retry) -> Result<u64, StoreError>;

    /// Makes a job due now, before all that are due by themselves: a callback said that it changed.
    ///
    /// # Errors
    /// Returns [`StoreError`].
    fn wake(&mut self, query: &JobStatusQuery) -> Result<Woken, StoreError>;

    /// Returns whether a callback may have made a job due since this was last called. It may say so after any other change too.
    ///
    /// A run that waits calls it ten times a second, so it must be cheap.
    ///
    /// # Errors
    /// Returns [`StoreError`].
    fn was_woken(&mut self) -> Result<bool, StoreError>;

    /// Deletes settled jobs, and their answers, that were settled at least this long ago. Returns how many.
    ///
    /// # Errors
    /// Returns [`StoreError`].
    fn purge(&mut self, older_than: Duration) -> Result<u64, StoreError>;
}

/// The twin of [`JobStore`] for async code. The contract is the same.
///
/// A dropped future leaves nothing half done: its transaction is rolled back, or was committed.
pub trait AsyncJobStore: Send + Sync {
    /// See [`JobStore::bind`].
    fn bind(&self, partner_id: &str) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// See [`JobStore::import`].
    fn import(&self, jobs: &[NewJob], mode: Mode) -> impl Future<Output = Result<Imported, StoreError>> + Send;
    /// See [`JobStore::claim`].
    fn claim(
        &self,
        wanted: u32,
        lease: Duration,
        worker: &str,
    ) -> impl Future<Output = Result<Claimed, StoreError>> + Send;
    /// See [`JobStore::record`].
    fn record(&self, batch: &[Done]) -> impl Future<Output = Result<Recorded, StoreError>> + Send;
    /// See [`JobStore::counts`].
    fn counts(&self) -> impl Future<Output = Result<Counts, StoreError>> + Send;
    /// See [`JobStore::pause`].
    fn pause(&self) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// See [`JobStore::resume`].
    fn resume(&self) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// See [`JobStore::set_rate`].
    fn set_rate(&self, rate: Rate) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// See [`JobStore::answers_after`].
    fn answers_after(&self, cursor: &Cursor, most: u32) -> impl Future<Output = Result<Answers, StoreError>> + Send;
    /// See [`JobStore::retry`].
    fn retry(&self, which: Retry) -> impl Future<Output = Result<u64, StoreError>> + Send;
    /// See [`JobStore::wake`].
    fn wake(&self, query: &JobStatusQuery) -> impl Future<Output = Result<Woken, StoreError>> + Send;
    /// See [`JobStore::was_woken`].
    fn was_woken(&self) -> impl Future<Output = Result<bool, StoreError>> + Send;
    /// See [`JobStore::purge`].
    fn purge(&self, older_than: Duration) -> impl Future<Output = Result<u64, StoreError>> + Send;
}

/// The time that is due, for a store that keeps its jobs in this order, if a callback came `at` this time: before any other, and after
/// earlier callbacks. [`due_since`] takes it back.
#[must_use]
pub const fn due_first(at: i64) -> i64 {
    at.saturating_sub(FIRST)
}

/// Returns when a job is due by a callback that comes `at` this time: before all others, or now if the last callback for it came less than
/// a minute ago. Anyone with one callback of the service can send it again for each job whose ids they know, as often as they like.
#[must_use]
pub const fn due_called(woken_at: Option<i64>, at: i64) -> i64 {
    match woken_at {
        Some(last) if last <= at && at - last < CALLED_EVERY => at,
        _ => due_first(at),
    }
}

/// How often the callbacks for one job put it before all others, in milliseconds.
const CALLED_EVERY: i64 = 60_000;

/// When a job became due: the time itself, or that of the callback if [`due_first`] made it.
#[must_use]
pub const fn due_since(due: i64) -> i64 {
    if due < 0 { due.saturating_add(FIRST) } else { due }
}

/// More milliseconds than any clock shows.
const FIRST: i64 = 1 << 50;

/// Whether an import writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The new jobs are added.
    Write,
    /// The jobs are only counted.
    DryRun,
}

/// What became of an imported batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// Jobs that were added, or would be.
    pub new: u64,
    /// Jobs that were there already, in whatever state, or twice in the batch.
    pub known: u64,
}

/// The jobs that a worker may ask for now.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The jobs, in the order in which they are to be asked for.
    pub jobs: Vec<Claim>,
    /// The store's time of the claim, in milliseconds since the Unix epoch.
    pub at: i64,
    /// When to claim again.
    pub then: Then,
}

/// When to claim again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Not before this time, in milliseconds since the Unix epoch: nothing is due, or the rate is used up. It may lie in the past.
    At(i64),
    /// When the store is resumed.
    Paused(Pause),
    /// Never: no job is waiting, claimed ones included.
    Empty,
}

/// Why a store is paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// Somebody asked for it.
    Asked,
    /// A job met an error that every other would meet.
    Stopped(ErrorKind),
}

/// What came of one claimed job.
#[derive(Debug, Clone)]
pub struct Done {
    /// The store's number of the job.
    pub key: JobKey,
    /// The epoch that the claim carried.
    pub epoch: i64,
    /// What follows.
    pub outcome: Outcome,
}

/// What a store made of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recorded {
    /// Jobs that are settled now.
    pub settled: u64,
    /// Jobs that are asked for again.
    pub again: u64,
    /// Jobs that need a person now.
    pub needs_you: u64,
    /// Outcomes that were refused, because the job was claimed again meanwhile.
    pub fenced: u64,
}

/// How many jobs are in each state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Counts {
    /// Jobs that are neither settled nor need a person.
    pub waiting: u64,
    /// Waiting jobs that are due. Those that a worker is asking for count until their outcome is recorded.
    pub due: u64,
    /// Waiting jobs whose last answer may still change.
    pub provisional: u64,
    /// Settled jobs.
    pub settled: u64,
    /// Settled jobs by verdict: approved, provisional, rejected, undetermined.
    pub verdicts: [u64; 4],
    /// Jobs that need a person, by kind, in the order of the kinds' words.
    pub needs_you: Vec<(ErrorKind, u64)>,
    /// How long the oldest due job has been due.
    pub oldest_due: Option<Duration>,
    /// Why the store is paused, if it is.
    pub paused: Option<Pause>,
    /// The rate that was set.
    pub rate: Rate,
    /// The rate that is allowed now.
    pub allowed: Rate,
}

impl Counts {
    /// Returns how many jobs need a person.
    #[must_use]
    pub fn needing_you(&self) -> u64 {
        self.needs_you.iter().map(|(_, jobs)| jobs).sum()
    }
}

/// A place in the order of answers. Keep it between two exports to get each answer once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cursor(String);

impl Cursor {
    /// The place before the first answer.
    pub const START: Self = Self(String::new());

    /// Creates a cursor from a text that a store wrote. A store refuses one that another kind of store wrote.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the text to keep; empty before the first answer.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A page of answers.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// The answers.
    pub rows: Vec<AnswerRow>,
    /// The place after the last of them.
    pub cursor: Cursor,
}

/// A settled job as it is exported.
#[derive(Clone, PartialEq, Eq)]
pub struct AnswerRow {
    /// The user id.
    pub user_id: String,
    /// The job id.
    pub job_id: String,
    /// Your own columns as the text of a JSON object.
    pub columns: Option<String>,
    /// `approved`, `provisional`, `rejected` or `undetermined`.
    pub verdict: String,
    /// Why the verdict is undetermined.
    pub reason: Option<String>,
    /// The code of the call.
    pub code: Option<String>,
    /// The code of the result.
    pub result_code: Option<String>,
    /// The form of the proof that held: `hmac` or `sec_key`.
    pub proof: String,
    /// When the answer was signed, in milliseconds since the Unix epoch, by the signer's clock.
    pub signed_at: i64,
    /// The SHA-256 digest of the body.
    pub body_sha256: [u8; 32],
    /// When the job was settled, in milliseconds since the Unix epoch.
    pub settled_at: i64,
    /// The body, if it was kept. It contains personal data: do not log it.
    pub body: Option<String>,
}

/// Ids, columns and the body are not shown.
impl core::fmt::Debug for AnswerRow {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("AnswerRow")
            .field("verdict", &self.verdict)
            .field("proof", &self.proof)
            .field("settled_at", &self.settled_at)
            .finish_non_exhaustive()
    }
}

/// Which jobs that need a person are asked for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// All of them.
    All,
    /// Those of one kind.
    Kind(ErrorKind),
}

/// What became of a job that was to be due now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Woken {
    /// The job is due now. If it is claimed at the moment, it is due as soon as that claim is recorded.
    Due,
    /// The job is settled already, and is not asked for again.
    Settled,
    /// The store has no such job.
    Unknown,
}

/// Returns the kind that a word names, for stores that keep the word.
#[must_use]
pub fn kind_of(word: &str) -> Option<ErrorKind> {
    ErrorKind::ALL.iter().copied().find(|kind| kind.as_str() == word)
}
