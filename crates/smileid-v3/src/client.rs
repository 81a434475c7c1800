//! The clients: a session of v3 and a transport, put together. Nothing is decided here.

use alloc::boxed::Box;
use core::future::Future;

use smileid_core::{
    __internal::new_error as error, AsyncTransport, Error, ErrorKind, Transport, Verified, WaitPolicy, drive,
    drive_async,
};

use crate::answer::Answer;
use crate::config::Config;
use crate::decided::{Decided, FromService};
use crate::job::JobRef;
use crate::session::Session;
use crate::webhook::{Webhook, WebhookHeaders};

/// Asks for v3 jobs over a blocking transport. Clones share one token and one retry budget.
#[derive(Debug, Clone)]
pub struct Client<T> {
    transport: T,
    config: Config,
}

impl<T: Transport> Client<T> {
    /// Puts a transport and a configuration together.
    pub const fn new(transport: T, config: Config) -> Self {
        Self { transport, config }
    }

    /// Asks once for a job's status, and retries when that is safe and likely to help.
    ///
    /// # Errors
    /// [`Error`]; its kind says what went wrong.
    pub fn status(&self, job: JobRef) -> Result<Answer, Error> {
        drive(&self.transport, Box::new(Session::status(&self.config, job)))
    }

    /// Asks until the job is decided: every 2 s, for at most 2 minutes.
    ///
    /// # Errors
    /// Returns an [`Error`]. After the deadline its kind is `deadline`.
    pub fn wait(&self, job: JobRef) -> Result<FromService<Decided>, Error> {
        self.wait_with(job, WaitPolicy::DEFAULT)
    }

    /// Asks until the job is decided, as often and as long as `policy` says.
    ///
    /// # Errors
    /// Returns an [`Error`]. After the deadline its kind is `deadline`.
    pub fn wait_with(&self, job: JobRef, policy: WaitPolicy) -> Result<FromService<Decided>, Error> {
        settled(drive(&self.transport, Box::new(Session::wait(&self.config, job, policy)))?)
    }

    /// Checks a webhook's proof by the transport's clock. Nothing is sent.
    ///
    /// # Errors
    /// Of kind `malformed`, `unproven`, `signature` or `replay`.
    pub fn receive_webhook(&self, body: &[u8], headers: WebhookHeaders<'_>) -> Result<Verified<Webhook>, Error> {
        self.config.receive_webhook(body, headers, self.transport.now())
    }

    /// Changes the configuration.
    #[must_use]
    pub fn with_config(mut self, change: impl FnOnce(Config) -> Config) -> Self {
        self.config = change(self.config);
        self
    }

    /// Returns the configuration.
    pub const fn config(&self) -> &Config {
        &self.config
    }
}

/// Asks for v3 jobs over an async transport. Every future can be dropped at any time: nothing is left behind.
#[derive(Debug, Clone)]
pub struct AsyncClient<T> {
    transport: T,
    config: Config,
}

impl<T: AsyncTransport> AsyncClient<T> {
    /// Puts a transport and a configuration together.
    pub const fn new(transport: T, config: Config) -> Self {
        Self { transport, config }
    }

    /// Asks once for a job's status, and retries when that is safe and likely to help.
    ///
    /// # Errors
    /// [`Error`]; its kind says what went wrong.
    pub fn status(&self, job: JobRef) -> impl Future<Output = Result<Answer, Error>> {
        drive_async(&self.transport, Box::new(Session::status(&self.config, job)))
    }

    /// Asks until the job is decided: every 2 s, for at most 2 minutes.
    ///
    /// # Errors
    /// Returns an [`Error`]. After the deadline its kind is `deadline`.
    pub fn wait(&self, job: JobRef) -> impl Future<Output = Result<FromService<Decided>, Error>> {
        self.wait_with(job, WaitPolicy::DEFAULT)
    }

    /// Asks until the job is decided, as often and as long as `policy` says.
    ///
    /// # Errors
    /// Returns an [`Error`]. After the deadline its kind is `deadline`.
    pub fn wait_with(
        &self,
        job: JobRef,
        policy: WaitPolicy,
    ) -> impl Future<Output = Result<FromService<Decided>, Error>> {
        let session = Box::new(Session::wait(&self.config, job, policy));
        async move { settled(drive_async(&self.transport, session).await?) }
    }

    /// Checks a webhook's proof by the transport's clock. Nothing is sent.
    ///
    /// # Errors
    /// Of kind `malformed`, `unproven`, `signature` or `replay`.
    pub fn receive_webhook(&self, body: &[u8], headers: WebhookHeaders<'_>) -> Result<Verified<Webhook>, Error> {
        self.config.receive_webhook(body, headers, self.transport.now())
    }

    /// Changes the configuration.
    #[must_use]
    pub fn with_config(mut self, change: impl FnOnce(Config) -> Config) -> Self {
        self.config = change(self.config);
        self
    }

    /// Returns the configuration.
    pub const fn config(&self) -> &Config {
        &self.config
    }
}

/// A wait's session ends with a final answer or an error. Anything else is a bug in this crate, and is reported as one.
fn settled(answer: Answer) -> Result<FromService<Decided>, Error> {
    match answer {
        Answer::Final(decided) => Ok(*decided),
        Answer::Pending(_) => Err(error(ErrorKind::Internal, "a wait ended with a pending answer: please report this")),
    }
}
