//! A callback into the store: a proven one makes its job due now. It decides nothing about the job.

use std::borrow::Cow;

use smileid_core::{Callback, Error, ErrorKind, JobStatusQuery, Verified};

use crate::error::StoreError;
use crate::store::{AsyncJobStore, JobStore, Woken};

/// The ids from a callback's headers, for a body that names no user or no job. Nothing proves them, nor those of the body.
#[derive(Clone, Copy, Default)]
pub struct HeaderIds<'h> {
    /// The value of `User-ID`.
    pub user_id: Option<&'h str>,
    /// The value of `Job-ID`.
    pub job_id: Option<&'h str>,
}

impl HeaderIds<'_> {
    /// No ids: the headers name none.
    pub const NONE: Self = Self { user_id: None, job_id: None };
}

/// Ids are not shown.
impl core::fmt::Debug for HeaderIds<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("HeaderIds")
            .field("user_id", &self.user_id.is_some())
            .field("job_id", &self.job_id.is_some())
            .finish()
    }
}

/// What became of a callback.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Called {
    /// It is proven, and a reason to ask for its job.
    Woken(Woken),
    /// It is proven and not about a final result: another callback follows.
    AnotherFollows,
    /// It cannot be read, or does not say which job it is about.
    Malformed,
    /// Its proof is missing or wrong: another sender is possible.
    Refused,
}

impl Called {
    /// Returns the HTTP status to answer the service with. It delivers a callback again after anything other than 2xx.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Woken(Woken::Due | Woken::Settled) | Self::AnotherFollows => 200,
            Self::Malformed => 400,
            Self::Refused => 401,
            // Not imported yet, or not yours.
            Self::Woken(Woken::Unknown) => 404,
        }
    }
}

/// Makes the job of a callback due now, if the callback is proven.
///
/// Give it what `receive_callback_with` returned. A stale callback whose proof holds counts as well: the service delivers again for
/// hours with the first signature, and asking is safe. The run that works on the store notices within half a second, and usually within a
/// tenth. It asks for this job before any other that is due, as soon as the rate allows; a further callback for the job within a minute
/// makes it due, and no more. If the answer is "not yet", the job is due again after 250 ms, and after twice as long each time, until the
/// policy's own time is shorter. It then waits its turn among the jobs that are due.
///
/// # Errors
/// Returns [`StoreError`] if the store fails. Answer 503, so that the callback is delivered again.
pub fn called<S: JobStore + ?Sized>(
    store: &mut S,
    received: &Result<Verified<Callback>, Error>,
    headers: HeaderIds<'_>,
) -> Result<Called, StoreError> {
    match job_of(received, headers) {
        Ok(query) => store.wake(&query).map(Called::Woken),
        Err(called) => Ok(called),
    }
}

/// Does the same as [`called`], for an async store.
///
/// # Errors
/// Those of [`called`].
pub async fn called_async<S: AsyncJobStore>(
    store: &S,
    received: &Result<Verified<Callback>, Error>,
    headers: HeaderIds<'_>,
) -> Result<Called, StoreError> {
    match job_of(received, headers) {
        Ok(query) => store.wake(&query).await.map(Called::Woken),
        Err(called) => Ok(called),
    }
}

/// The job to ask for, or why there is none.
fn job_of(received: &Result<Verified<Callback>, Error>, headers: HeaderIds<'_>) -> Result<JobStatusQuery, Called> {
    let callback: &Callback = match received {
        Ok(callback) => callback,
        Err(error) => match error.stale_callback() {
            Some(stale) => stale.callback(),
            None if error.kind() == ErrorKind::Malformed => return Err(Called::Malformed),
            None => return Err(Called::Refused),
        },
    };
    if !callback.stage().is_reason_to_ask() {
        return Err(Called::AnotherFollows);
    }
    let user_id = agreed(callback.user_id(), headers.user_id).ok_or(Called::Malformed)?;
    let job_id = agreed(callback.job_id(), headers.job_id).ok_or(Called::Malformed)?;
    JobStatusQuery::new(user_id, job_id).map_err(|_| Called::Malformed)
}

/// The id that the body and the headers agree on, or that one of them gives.
fn agreed(body: Option<Cow<'_, str>>, header: Option<&str>) -> Option<String> {
    match (body, header) {
        (Some(body), Some(header)) if body != header => None,
        (Some(body), _) => Some(body.into_owned()),
        (None, header) => header.map(str::to_owned),
    }
}
