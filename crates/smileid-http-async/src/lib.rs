//! The async transport of `smileid-core`, over reqwest and tokio. It carries messages and reports the time; it decides nothing.
//!
//! [`ReqwestTransport`] keeps the contract of [`AsyncTransport`](smileid_core::AsyncTransport): no redirects, no cookies, no
//! retries, no proxy unless you give one, no compression unless you ask for it; head, body and time are bounded. TLS is rustls with
//! the ring provider, passed explicitly: nothing is installed for the whole process. Dropping a future ends its exchange,
//! closes its socket and frees its place among the requests in flight.
//!
//! The futures need a tokio runtime with its timer and its sockets: `#[tokio::main]` has both, and a `Builder` by `enable_all`. Outside of
//! any runtime a call is an error ([`Cause::NoRuntime`]); on one without them, tokio itself panics.
//!
//! A name is looked up by the operating system on one of tokio's blocking threads. A look-up that hangs does not hold the caller
//! beyond its timeout, but its thread ends only when the system gives up.
//!
//! # Features
//!
//! `sec-key` and `tracing`: features of core ([what they are](smileid_core#features)). `reqwest-client`: a transport over your own
//! `reqwest::Client`, outside semver.

extern crate alloc;

mod error;
mod resolver;
mod setup;
mod transport;

pub use smileid_core;
pub use smileid_core::{
    Answer, ApiKey, Attempt, BaseUrl, Callback, Config, Credentials, Environment, Error, ErrorKind, FirstPoll,
    Freshness, HeaderPair, IdPolicy, InvalidInput, JobStatus, JobStatusQuery, NotFoundPolicy, OutcomeKind, PartnerId,
    Pending, ProofStatus, Reason, RetryPolicy, Scheme, StaleCallback, State, Verdict, Verified, WaitPolicy,
};
pub use smileid_http::{Cause, Compression, Proxy, Roots, SetupError, TransportOptions, config_from_env};

pub use self::transport::ReqwestTransport;

/// An async client over [`ReqwestTransport`].
///
/// ```no_run
/// use smileid_http_async::{Answer, ApiKey, Client, Config, Credentials, Environment, Error, JobStatusQuery, PartnerId, ReqwestTransport};
///
/// # async fn ask() -> Result<(), Error> {
/// let credentials = Credentials::new(PartnerId::new("023")?, ApiKey::new("the key from a secret store")?);
/// let client = Client::new(ReqwestTransport::new()?, Config::new(&credentials, &Environment::Sandbox));
/// match client.job_status(JobStatusQuery::new("user-7", "job-7")?).await? {
///     Answer::Pending(_) => println!("ask again later"),
///     Answer::Final(status) => println!("{}", status.verdict()),
/// }
/// # Ok(()) }
/// ```
///
/// [`client_from_env`] reads all of that from the environment.
pub type Client = smileid_core::AsyncClient<ReqwestTransport>;

/// Creates a client from environment variables: [`config_from_env`] lists them.
///
/// # Errors
/// Returns an error of kind `invalid_input` or `credentials` that says which variable to set, or of kind `tls` if the system has no trusted
/// certificates.
pub fn client_from_env() -> Result<Client, Error> {
    Ok(Client::new(ReqwestTransport::new()?, config_from_env()?))
}
