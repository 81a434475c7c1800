//! The blocking client of v3. It only passes on: every decision is made in `smileid-v3`.

use smileid_core::{Config as Settings, Credentials, Environment, Error, Verified, WaitPolicy};
use smileid_http::TransportOptions;
use smileid_http_blocking::HttpTransport as Transport;
use smileid_v3::{Answer, Config, Decided, FromService, JobRef, Webhook, WebhookHeaders};

use crate::builder::{Build, ClientBuilder, sealed};

/// Asks for the status of v3 jobs, without a runtime.
///
/// Clones are cheap. They share connections, the token and one retry budget.
///
/// ```no_run
/// use smileid::v3::{JobRef, blocking::Client};
///
/// # fn ask() -> Result<(), smileid::Error> {
/// let client = Client::from_env()?;
/// let answer = client.wait(JobRef::new("job_01m43cj1g0f3strfaebxg730mk")?)?;
/// println!("{}", answer.decision());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Client(smileid_v3::Client<Transport>);

impl Client {
    /// Returns a builder of a client for this partner and API key. Give the partner id without its leading zeros.
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
    /// trusted certificates. A partner id with leading zeros is refused.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder_from_env()?.build()
    }

    /// Changes what only v3 has, such as the origin that an answer must have.
    #[must_use]
    pub fn with_config(self, change: impl FnOnce(Config) -> Config) -> Self {
        Self(self.0.with_config(change))
    }

    /// Asks once for the state of a job. Failures that may pass are retried within the call's deadline (30 s by default).
    ///
    /// # Errors
    /// Returns an [`Error`] whose kind says what went wrong.
    pub fn status(&self, job: JobRef) -> Result<Answer, Error> {
        self.0.status(job)
    }

    /// Asks until the job is decided: every 2 s, for at most 2 minutes.
    ///
    /// # Errors
    /// Returns an [`Error`]. After the deadline its kind is `deadline`.
    pub fn wait(&self, job: JobRef) -> Result<FromService<Decided>, Error> {
        self.0.wait(job)
    }

    /// Asks until the job is decided, as often and as long as `policy` says.
    ///
    /// # Errors
    /// Returns an [`Error`]. After the deadline its kind is `deadline`.
    pub fn wait_with(&self, job: JobRef, policy: WaitPolicy) -> Result<FromService<Decided>, Error> {
        self.0.wait_with(job, policy)
    }

    /// Checks a webhook's proof. Nothing is sent.
    ///
    /// A webhook is a reason to ask for the status, never a decision: its signature covers no byte of its body.
    ///
    /// # Errors
    /// Returns an error of kind `malformed`, `unproven`, `signature` or `replay`.
    pub fn receive_webhook(&self, body: &[u8], headers: WebhookHeaders<'_>) -> Result<Verified<Webhook>, Error> {
        self.0.receive_webhook(body, headers)
    }

    /// Returns the configuration: its URL and limits. It shows no key.
    #[must_use]
    pub const fn config(&self) -> &Config {
        self.0.config()
    }
}

impl Build for Client {}

impl sealed::Build for Client {
    fn of(
        credentials: &Credentials,
        environment: &Environment,
        settings: impl FnOnce(Settings) -> Settings,
        options: TransportOptions,
    ) -> Result<Self, Error> {
        let config = Config::new(credentials, environment)?.with_settings(settings);
        Ok(Self(smileid_v3::Client::new(Transport::with_options(&options)?, config)))
    }
}
