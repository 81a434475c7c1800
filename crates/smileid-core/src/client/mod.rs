//! The paved road: a session and a transport, put together. Nothing is decided here; the two drivers are twins.

mod drive;
mod drive_async;

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::error::{Error, ErrorKind};
use crate::policy::WaitPolicy;
use crate::reply::{Callback, JobStatus};
use crate::request::JobStatusQuery;
use crate::session::{Answer, Config, Session, Verified};
use crate::signature::HeaderPair;
use crate::transport::{AsyncTransport, Transport};

pub use self::drive::drive;
pub use self::drive_async::drive_async;

/// Asks for jobs over a blocking transport.
///
/// Clones share the transport's connections, if the transport does, and one retry budget.
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
    pub fn job_status(&self, query: JobStatusQuery) -> Result<Answer, Error> {
        drive(&self.transport, Box::new(Session::job_status(&self.config, query)))
    }

    /// Asks until the answer is final and proven: every 2 s, for at most 2 minutes.
    ///
    /// # Errors
    /// Returns an [`Error`]. After the deadline its kind is `deadline`, and it carries the last answer, the polls and the time spent.
    pub fn wait(&self, query: JobStatusQuery) -> Result<Verified<JobStatus>, Error> {
        self.wait_with(query, WaitPolicy::DEFAULT)
    }

    /// Asks until the answer is final and proven, as often and as long as `policy` says.
    ///
    /// # Errors
    /// Returns an [`Error`]. After the deadline its kind is `deadline`, and it carries the last answer, the polls and the time spent.
    pub fn wait_with(&self, query: JobStatusQuery, policy: WaitPolicy) -> Result<Verified<JobStatus>, Error> {
        settled(drive(&self.transport, Box::new(Session::wait(&self.config, query, policy)))?)
    }

    /// Receives a callback by the transport's clock: [`Config::receive_callback`] with the present. Nothing is sent.
    ///
    /// # Errors
    /// Of kind `malformed`, `unproven`, `signature` or `replay`; [`Error::stale_callback`] returns one that is only too old.
    pub fn receive_callback(&self, body: Vec<u8>) -> Result<Verified<Callback>, Error> {
        self.config.receive_callback(body, self.transport.now())
    }

    /// Receives a callback whose pair came in its HTTP headers: [`Config::receive_callback_with`] with the present. Nothing is sent.
    ///
    /// # Errors
    /// Of kind `malformed`, `unproven`, `signature` or `replay`; [`Error::stale_callback`] returns one that is only too old.
    pub fn receive_callback_with(&self, body: Vec<u8>, headers: HeaderPair<'_>) -> Result<Verified<Callback>, Error> {
        self.config.receive_callback_with(body, headers, self.transport.now())
    }

    /// Returns the transport.
    pub const fn transport(&self) -> &T {
        &self.transport
    }

    /// Returns the configuration.
    pub const fn config(&self) -> &Config {
        &self.config
    }
}

/// Asks for jobs over an async transport.
///
/// Every future can be dropped at any time: nothing is left behind.
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
    pub fn job_status(&self, query: JobStatusQuery) -> impl Future<Output = Result<Answer, Error>> {
        drive_async(&self.transport, Box::new(Session::job_status(&self.config, query)))
    }

    /// Asks until the answer is final and proven: every 2 s, for at most 2 minutes.
    ///
    /// # Errors
    /// Returns an [`Error`]. After the deadline its kind is `deadline`, and it carries the last answer, the polls and the time spent.
    pub fn wait(&self, query: JobStatusQuery) -> impl Future<Output = Result<Verified<JobStatus>, Error>> {
        self.wait_with(query, WaitPolicy::DEFAULT)
    }

    /// Asks until the answer is final and proven, as often and as long as `policy` says.
    ///
    /// # Errors
    /// Returns an [`Error`]. After the deadline its kind is `deadline`, and it carries the last answer, the polls and the time spent.
    pub fn wait_with(
        &self,
        query: JobStatusQuery,
        policy: WaitPolicy,
    ) -> impl Future<Output = Result<Verified<JobStatus>, Error>> {
        // Put together here and not inside the future, which would hold the parts as well for as long as it waits.
        let session = Box::new(Session::wait(&self.config, query, policy));
        async move { settled(drive_async(&self.transport, session).await?) }
    }

    /// Receives a callback by the transport's clock: [`Config::receive_callback`] with the present. Nothing is sent.
    ///
    /// # Errors
    /// Of kind `malformed`, `unproven`, `signature` or `replay`; [`Error::stale_callback`] returns one that is only too old.
    pub fn receive_callback(&self, body: Vec<u8>) -> Result<Verified<Callback>, Error> {
        self.config.receive_callback(body, self.transport.now())
    }

    /// Receives a callback whose pair came in its HTTP headers: [`Config::receive_callback_with`] with the present. Nothing is sent.
    ///
    /// # Errors
    /// Of kind `malformed`, `unproven`, `signature` or `replay`; [`Error::stale_callback`] returns one that is only too old.
    pub fn receive_callback_with(&self, body: Vec<u8>, headers: HeaderPair<'_>) -> Result<Verified<Callback>, Error> {
        self.config.receive_callback_with(body, headers, self.transport.now())
    }

    /// Returns the transport.
    pub const fn transport(&self) -> &T {
        &self.transport
    }

    /// Returns the configuration.
    pub const fn config(&self) -> &Config {
        &self.config
    }
}

/// A wait's session ends with a final answer or an error. Anything else is a bug in this crate, and is reported as one.
fn settled(answer: Answer) -> Result<Verified<JobStatus>, Error> {
    match answer {
        Answer::Final(verified) => Ok(*verified),
        Answer::Pending(_) => {
            Err(Error::new(ErrorKind::Internal, "a wait ended with a pending answer: please report this"))
        }
    }
}
