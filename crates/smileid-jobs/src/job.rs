//! A job as a store keeps it: the ids, your own columns, and what was learned from asking so far.

use core::fmt;

use smileid_core::{InvalidInput, JobStatusQuery};

/// A job to import.
#[derive(Clone, PartialEq, Eq)]
pub struct NewJob {
    user_id: String,
    job_id: String,
    columns: Option<String>,
}

impl NewJob {
    /// Creates a job from the ids it was submitted with.
    ///
    /// # Errors
    /// Returns [`InvalidInput`] if an id is empty, longer than 1 KiB, or contains a control character.
    ///
    /// ```
    /// use smileid_jobs::NewJob;
    /// let job = NewJob::new("user-7", "job-7")?.with_columns(r#"{"branch":"Lagos"}"#);
    /// assert_eq!(job.columns(), Some(r#"{"branch":"Lagos"}"#));
    /// # Ok::<(), smileid_core::InvalidInput>(())
    /// ```
    pub fn new(user_id: impl Into<String>, job_id: impl Into<String>) -> Result<Self, InvalidInput> {
        let (user_id, job_id) = (user_id.into(), job_id.into());
        // The query's own rules are the only ones: a job that cannot be asked for is not stored.
        let _rules = JobStatusQuery::new(user_id.as_str(), job_id.as_str())?;
        Ok(Self { user_id, job_id, columns: None })
    }

    /// Sets your own columns as the text of a JSON object. They come back in every export.
    #[must_use]
    pub fn with_columns(mut self, json: impl Into<String>) -> Self {
        self.columns = Some(json.into());
        self
    }

    /// Returns the user id.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// Returns the job id.
    #[must_use]
    pub fn job_id(&self) -> &str {
        &self.job_id
    }

    /// Returns your own columns as the text of a JSON object.
    #[must_use]
    pub fn columns(&self) -> Option<&str> {
        self.columns.as_deref()
    }
}

/// Ids are not shown: partners put e-mail addresses and the like into them.
impl fmt::Debug for NewJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewJob").field("columns", &self.columns.is_some()).finish_non_exhaustive()
    }
}

/// A store's own number of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobKey(pub i64);

/// A job that a worker may ask for now.
#[derive(Debug, Clone)]
pub struct Claim {
    /// The store's number of the job.
    pub key: JobKey,
    /// The number of the claim. A store refuses an outcome that carries an older one.
    pub epoch: i64,
    /// The question to ask.
    pub query: JobStatusQuery,
    /// What is known so far.
    pub record: Record,
}

/// What is known of a job that is not settled yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Record {
    /// When the job was imported, in milliseconds since the Unix epoch.
    pub imported_at: i64,
    /// How many answers came that said "not yet".
    pub asks: u32,
    /// How many attempts failed in a row.
    pub errors: u32,
    /// When the first answer came that is final for now and may still change.
    pub provisional_since: Option<i64>,
    /// When a callback last made the job due.
    pub woken_at: Option<i64>,
}
