//! The blocking transport of `smileid-core`. It carries messages and reads the clock; it decides nothing.
//!
//! [`HttpTransport`] keeps the contract of [`Transport`](smileid_core::Transport): no redirects, no cookies, no retries, no
//! proxy unless you give one, no compression unless you ask for it; head, body and time are bounded. TLS is rustls with the ring
//! provider, passed explicitly: nothing is installed for the whole process. [`HttpTransport::interrupt`] returns a handle that ends
//! calls and sleeps from another thread.
//!
//! HTTP/1.1 is read by `httparse` and this crate, over sockets of the standard library. There is no HTTP client beneath, so no feature
//! that another crate turns on changes how this one behaves, and nothing logs what is sent and received.
//!
//! An exchange runs on the caller's thread. Looking up a name and opening a socket, which nothing can interrupt, run on a separate
//! thread while the caller waits. So a call ends in time, and can be interrupted, even then. Such a thread ends when the operating
//! system gives up, and there are never more of them than allowed requests in flight.
//!
//! A response without a length, which only the end of the connection ends, is complete if that end came in order; a reset, and over
//! TLS an unannounced end, cut it short.
//!
//! # Features
//!
//! `sec-key` and `tracing`: features of core ([what they are](smileid_core#features)). `ureq-agent`: a transport over your own
//! `ureq::Agent`, `UreqTransport`. It is outside semver, and the features and the configuration of your ureq change what it does.

extern crate alloc;

#[cfg(feature = "ureq-agent")]
mod agent;
mod dial;
mod error;
mod pool;
mod request;
mod response;
mod semaphore;
mod socket;
mod transport;

pub use smileid_core;
pub use smileid_core::{
    Answer, ApiKey, Attempt, BaseUrl, Callback, Config, Credentials, Environment, Error, ErrorKind, FirstPoll,
    Freshness, HeaderPair, IdPolicy, InvalidInput, JobStatus, JobStatusQuery, NotFoundPolicy, OutcomeKind, PartnerId,
    Pending, ProofStatus, Reason, RetryPolicy, Scheme, StaleCallback, State, Verdict, Verified, WaitPolicy,
};
pub use smileid_http::{Cause, Compression, Proxy, Roots, SetupError, TransportOptions, config_from_env};

#[cfg(feature = "ureq-agent")]
pub use self::agent::UreqTransport;
pub use self::transport::{HttpTransport, Interrupt};

/// A blocking client over [`HttpTransport`].
///
/// ```no_run
/// use smileid_http_blocking::{Answer, ApiKey, Client, Config, Credentials, Environment, Error, JobStatusQuery, PartnerId, HttpTransport};
///
/// # fn ask() -> Result<(), Error> {
/// let credentials = Credentials::new(PartnerId::new("023")?, ApiKey::new("the key from a secret store")?);
/// let client = Client::new(HttpTransport::new()?, Config::new(&credentials, &Environment::Sandbox));
/// match client.job_status(JobStatusQuery::new("user-7", "job-7")?)? {
///     Answer::Pending(_) => println!("ask again later"),
///     Answer::Final(status) => println!("{}", status.verdict()),
/// }
/// # Ok(()) }
/// ```
///
/// [`client_from_env`] reads all of that from the environment.
pub type Client = smileid_core::Client<HttpTransport>;

/// Creates a client from environment variables: [`config_from_env`] lists them.
///
/// # Errors
/// Returns an error of kind `invalid_input` or `credentials` that says which variable to set, or of kind `tls` if the system has no trusted
/// certificates.
pub fn client_from_env() -> Result<Client, Error> {
    Ok(Client::new(HttpTransport::new()?, config_from_env()?))
}
