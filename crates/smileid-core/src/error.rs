//! The one error of the SDK: a kind, what to do next, the cause beneath, and what was known when it ended. It decides nothing.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use core::fmt;
use core::time::Duration;

use crate::input::InvalidInput;
pub use crate::kind::ErrorKind;
use crate::policy::Failure;
use crate::reply::{Pending, StaleCallback};

/// Why a call or a wait gave no answer.
///
/// The text says what to do next. It never contains a value from a reply's body, a key, or a URL's query; nor do its causes.
///
/// ```
/// use smileid_core::{Error, ErrorKind, JobStatusQuery};
/// let error = Error::from(JobStatusQuery::new("", "job-7").unwrap_err());
/// assert_eq!(error.kind(), ErrorKind::InvalidInput);
/// assert_eq!(error.to_string(), "user_id: is empty: give the id the job was submitted with");
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    failure: Failure,
    message: Cow<'static, str>,
    code: Option<Cow<'static, str>>,
    http_status: Option<u16>,
    request_id: Option<Box<str>>,
    retry_after: Option<Duration>,
    source: Option<Box<dyn core::error::Error + Send + Sync>>,
    last_answer: Option<Box<Pending>>,
    stale_callback: Option<Box<StaleCallback>>,
    polls: u32,
    elapsed: Duration,
}

impl Error {
    /// Creates an error of kind `invalid_input`, for code that reads its own settings. Nothing was sent.
    ///
    /// `message` is shown to people. It must contain no secret and nothing from a reply. Errors about a reply cannot be constructed: only a
    /// session creates them.
    #[must_use]
    pub fn invalid_input(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidInput, message)
    }

    /// Creates an error of kind `credentials`, for code that reads a key from its own store. Nothing was sent.
    ///
    /// `message` is shown to people. It must contain no secret.
    #[must_use]
    pub fn credentials(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Credentials, message)
    }

    /// Creates an error of kind `tls`, for a transport that cannot set up TLS. Nothing was sent.
    ///
    /// A failure while a request is sent is a [`TransportError`](crate::transport::TransportError) instead. `message` is shown to people.
    #[must_use]
    pub fn tls(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Tls, message)
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            failure: Failure::Kind(kind),
            message: message.into(),
            code: None,
            http_status: None,
            request_id: None,
            retry_after: None,
            source: None,
            last_answer: None,
            stale_callback: None,
            polls: 0,
            elapsed: Duration::ZERO,
        }))
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn core::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Returns what went wrong, in one word.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the code the service gave, if it looks like one: `2304`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Returns the HTTP status of the reply, if one came.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// Returns the service's or its gateway's id of the request, from the head of the response. Give it to the service's support.
    ///
    /// It is at most 64 letters, digits and signs of `-_.:=+/`; anything else in that header is left out. If this error ended a
    /// wait or a row of retries, it is the id of the last attempt that had one.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        let beneath = || self.0.source.as_ref()?.downcast_ref::<Self>()?.request_id();
        self.0.request_id.as_deref().or_else(beneath)
    }

    /// Returns how long the service asked to be left alone, as it asked.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns the last pending answer before this error, if there was one: nothing that was learnt is lost.
    #[must_use]
    pub fn last_answer(&self) -> Option<&Pending> {
        self.0.last_answer.as_deref()
    }

    /// Returns the callback that was refused as a replay while its proof holds: it is a reason to ask for the job's status.
    ///
    /// Its time is outside the tolerance, or it looks like the pair of one of your own requests, as one in a thousand does by chance.
    /// The kind is `replay`, and [`source`](core::error::Error::source) is the [`Replay`](crate::policy::Replay) that says which.
    #[must_use]
    pub fn stale_callback(&self) -> Option<&StaleCallback> {
        self.0.stale_callback.as_deref()
    }

    /// Returns how many requests were sent.
    #[must_use]
    pub fn polls(&self) -> u32 {
        self.0.polls
    }

    /// Returns how much time was spent, from the first step on.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// Returns whether asking again later may well succeed with nothing changed: transport, server, throttled, deadline.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Transport | ErrorKind::Server | ErrorKind::Throttled | ErrorKind::Deadline)
    }

    /// Returns whether an answer came and could not be trusted: unproven, signature, replay, mismatch.
    #[must_use]
    pub fn is_untrusted(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Unproven | ErrorKind::Signature | ErrorKind::Replay | ErrorKind::Mismatch)
    }

    /// Returns whether the service does not know the job.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
    }

    /// Returns whether the deadline passed.
    #[must_use]
    pub fn is_deadline(&self) -> bool {
        self.0.kind == ErrorKind::Deadline
    }

    /// Returns whether the call was cancelled on this side.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.kind == ErrorKind::Cancelled
    }

    pub(crate) fn failure(&self) -> Failure {
        self.0.failure
    }

    /// Sets a reaction that differs from the one for the error's kind.
    pub(crate) fn with_failure(mut self, failure: Failure) -> Self {
        self.0.failure = failure;
        self
    }

    /// Adds to the end of the message.
    pub(crate) fn with_note(mut self, note: fmt::Arguments<'_>) -> Self {
        self.0.message = alloc::format!("{}{note}", self.0.message).into();
        self
    }

    pub(crate) fn with_code(mut self, code: Option<Cow<'static, str>>) -> Self {
        self.0.code = code;
        self
    }

    pub(crate) fn with_reply(mut self, http_status: u16, retry_after: Option<Duration>) -> Self {
        self.0.http_status = Some(http_status);
        self.0.retry_after = retry_after;
        self
    }

    /// Adds the id of the request, which was found to be harmless.
    pub(crate) fn with_request_id(mut self, id: &str) -> Self {
        self.0.request_id = Some(id.into());
        self
    }

    pub(crate) fn stale(mut self, callback: StaleCallback) -> Self {
        self.0.stale_callback = Some(Box::new(callback));
        self
    }

    pub(crate) fn with_last_answer(mut self, last_answer: Box<Pending>) -> Self {
        self.0.last_answer = Some(last_answer);
        self
    }

    /// What the session knew when it ended.
    pub(crate) fn ended(mut self, polls: u32, elapsed: Duration) -> Self {
        self.0.polls = polls;
        self.0.elapsed = elapsed;
        self
    }
}

/// Creates an error of any kind, for the other crates of this workspace.
#[must_use]
pub fn new_error(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(kind, message)
}

impl From<InvalidInput> for Error {
    fn from(input: InvalidInput) -> Self {
        Self::new(ErrorKind::InvalidInput, alloc::format!("{input}"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .field("code", &self.0.code)
            .field("http_status", &self.0.http_status)
            .field("request_id", &self.0.request_id)
            .field("polls", &self.0.polls)
            .field("elapsed", &self.0.elapsed)
            .field("stale_callback", &self.0.stale_callback)
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match &self.0.source {
            Some(source) => Some(source.as_ref()),
            None => None,
        }
    }
}
