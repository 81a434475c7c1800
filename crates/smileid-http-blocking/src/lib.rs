//! The blocking transport: ureq beneath `smileid-core`. It carries messages and tells time; it decides nothing.
//!
//! [`Ureq`] keeps the contract of [`Transport`](smileid_core::transport::Transport): no redirects, no cookies, no retries, no proxy
//! but one that was given, no compression but where asked for; head, body and time are bounded. TLS is rustls with the ring
//! provider, handed over explicitly: nothing is installed for the whole process. [`Ureq::interrupt`] gives a handle that ends calls
//! and sleeps from another thread.
//!
//! Each exchange runs on a thread of its own while the caller waits for it: so a call ends in time and can be interrupted even while
//! the operating system looks up a name or opens a socket, which no thread can be called back from. Such a thread ends when the
//! system gives up, and keeps its place among the requests in flight until then.
//!
//! A reply without a length, which only the end of the connection ends, is taken as complete however that end came about; the JSON
//! reader then refuses what is cut short.

extern crate alloc;

mod clock;
mod error;
mod gate;
mod setup;
mod transport;

pub use smileid_core as core;
pub use smileid_http::{Cause, Compression, Options, Proxy, Roots, SetupError};

pub use self::transport::{Interrupt, Ureq};

/// A blocking client over [`Ureq`].
///
/// ```no_run
/// use smileid_http_blocking::core::credentials::{ApiKey, Credentials, PartnerId};
/// use smileid_http_blocking::core::environment::Environment;
/// use smileid_http_blocking::core::request::JobStatusQuery;
/// use smileid_http_blocking::core::session::Config;
/// use smileid_http_blocking::{Client, Ureq};
///
/// # fn ask() -> Result<(), Box<dyn std::error::Error>> {
/// let credentials = Credentials::new(PartnerId::new("023")?, ApiKey::new(std::env::var("SMILEID_API_KEY")?)?);
/// let client = Client::new(Ureq::new()?, Config::new(&credentials, &Environment::Sandbox)?);
/// let answer = client.job_status(JobStatusQuery::new("user-7", "job-7")?)?;
/// # Ok(()) }
/// ```
pub type Client = smileid_core::client::Client<Ureq>;
