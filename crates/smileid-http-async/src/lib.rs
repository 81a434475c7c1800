//! The async transport: reqwest and tokio beneath `smileid-core`. It carries messages and tells time; it decides nothing.
//!
//! [`Reqwest`] keeps the contract of [`AsyncTransport`](smileid_core::transport::AsyncTransport): no redirects, no cookies, no
//! retries, no proxy but one that was given, no compression but where asked for; head, body and time are bounded. TLS is rustls with
//! the ring provider, handed over explicitly: nothing is installed for the whole process. Dropping a future ends its exchange,
//! closes its socket and frees its place among the requests in flight.
//!
//! A name is looked up by the operating system on one of tokio's blocking threads. A look-up that hangs does not hold the caller
//! beyond its time-out, but its thread ends only when the system gives up.

extern crate alloc;

mod clock;
mod error;
mod setup;
mod transport;

pub use smileid_core as core;
pub use smileid_http::{Cause, Compression, Options, Proxy, Roots, SetupError};

pub use self::transport::Reqwest;

/// An async client over [`Reqwest`].
///
/// ```no_run
/// use smileid_http_async::core::credentials::{ApiKey, Credentials, PartnerId};
/// use smileid_http_async::core::environment::Environment;
/// use smileid_http_async::core::request::JobStatusQuery;
/// use smileid_http_async::core::session::Config;
/// use smileid_http_async::{Client, Reqwest};
///
/// # async fn ask() -> Result<(), Box<dyn std::error::Error>> {
/// let credentials = Credentials::new(PartnerId::new("023")?, ApiKey::new(std::env::var("SMILEID_API_KEY")?)?);
/// let client = Client::new(Reqwest::new()?, Config::new(&credentials, &Environment::Sandbox)?);
/// let answer = client.job_status(JobStatusQuery::new("user-7", "job-7")?).await?;
/// # Ok(()) }
/// ```
pub type Client = smileid_core::client::AsyncClient<Reqwest>;
