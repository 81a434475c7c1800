//! The blocking client, for programs without an async runtime. It only passes on: every decision is made in `smileid-core`.

use smileid_core::{
    Answer, Callback, Config, Credentials, Environment, Error, HeaderPair, JobStatus, JobStatusQuery, Verified,
    WaitPolicy,
};
use smileid_http::TransportOptions;
use smileid_http_blocking::HttpTransport as Transport;

use crate::builder::{Build, ClientBuilder, sealed};

mod interrupt;

pub use self::interrupt::Interrupt;

/// Asks for the status of jobs, without a runtime.
///
/// Clones are cheap. They share connections and one retry budget.
///
/// ```no_run
/// use smileid::{Answer, JobStatusQuery, blocking::Client};
///
/// # fn ask() -> Result<(), smileid::Error> {
/// match Client::from_env()?.status(JobStatusQuery::new("user-7", "job-7")?)? {
///     Answer::Pending(_) => println!("ask again later"),
///     Answer::Final(status) => println!("{}", status.verdict()),
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    inner: smileid_core::Client<Transport>,
    #[cfg(feature = "images")]
    options: TransportOptions,
}

impl Client {
    /// Returns a builder of a client for this partner and API key. Keep the partner id's leading zeros.
    pub fn builder(partner_id: impl Into<String>, api_key: impl Into<String>) -> ClientBuilder<Self> {
        ClientBuilder::new(partner_id, api_key)
    }

    /// Returns a builder of a client whose settings so far are those of [environment variables](crate#set-up-a-client).
    ///
    /// # Errors
    /// Returns an error of kind `invalid_input` or `credentials` that says which variable to set.
    pub fn builder_from_env() -> Result<ClientBuilder<Self>, Error> {
        ClientBuilder::from_env()
    }

    /// Builds a client from environment variables: [which ones](crate#set-up-a-client).
    ///
    /// # Errors
    /// Returns an error of kind `invalid_input` or `credentials` that says which variable to set, or of kind `tls` if the system has no
    /// trusted certificates.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder_from_env()?.build()
    }

    /// Asks once for the state of a job. Failures that may pass are retried within the call's deadline (30 s by default).
    ///
    /// # Errors
    /// Returns an [`Error`] whose kind says what went wrong.
    pub fn status(&self, query: JobStatusQuery) -> Result<Answer, Error> {
        self.inner.job_status(query)
    }

    /// Asks until the answer is final and proven: every 2 s, for at most 2 minutes.
    ///
    /// # Errors
    /// Returns an [`Error`]. After the deadline its kind is `deadline`, and it carries the last answer.
    pub fn wait(&self, query: JobStatusQuery) -> Result<Verified<JobStatus>, Error> {
        self.inner.wait(query)
    }

    /// Asks until the answer is final and proven, as often and as long as `policy` says.
    ///
    /// # Errors
    /// Returns an [`Error`]. After the deadline its kind is `deadline`, and it carries the last answer.
    pub fn wait_with(&self, query: JobStatusQuery, policy: WaitPolicy) -> Result<Verified<JobStatus>, Error> {
        self.inner.wait_with(query, policy)
    }

    /// Checks a callback's body, which carries its own timestamp and signature. Nothing is sent.
    ///
    /// A callback is a reason to ask for the status, never a verdict: its signature covers no byte of its body.
    ///
    /// # Errors
    /// Returns an error of kind `malformed`, `unproven`, `signature` or `replay`. [`Error::stale_callback`] returns a callback that is only
    /// too old.
    pub fn receive_callback(&self, body: impl Into<Vec<u8>>) -> Result<Verified<Callback>, Error> {
        self.inner.receive_callback(body.into())
    }

    /// Checks a callback whose timestamp and signature came in its HTTP headers. Nothing is sent.
    ///
    /// # Errors
    /// As [`receive_callback`](Self::receive_callback).
    pub fn receive_callback_with(
        &self,
        body: impl Into<Vec<u8>>,
        headers: HeaderPair<'_>,
    ) -> Result<Verified<Callback>, Error> {
        self.inner.receive_callback_with(body.into(), headers)
    }

    /// Returns a downloader of images that trusts the same certificates and uses the same limits as this client.
    ///
    /// # Errors
    /// Returns an error of kind `invalid_input` if this client uses a proxy that `policy` does not trust.
    #[cfg(feature = "images")]
    pub fn images(&self, policy: crate::images::ImagePolicy) -> Result<smileid_images::blocking::Downloader, Error> {
        Ok(smileid_images::blocking::Downloader::with_options(policy, &self.options)?)
    }

    /// Returns the configuration: its URL and limits. It shows no key.
    #[must_use]
    pub const fn config(&self) -> &Config {
        self.inner.config()
    }
}

impl Build for Client {}

impl sealed::Build for Client {
    fn of(
        credentials: &Credentials,
        environment: &Environment,
        settings: impl FnOnce(Config) -> Config,
        options: TransportOptions,
    ) -> Result<Self, Error> {
        let config = settings(Config::new(credentials, environment));
        let transport = Transport::with_options(&options)?;
        Ok(Self {
            inner: smileid_core::Client::new(transport, config),
            #[cfg(feature = "images")]
            options,
        })
    }
}
