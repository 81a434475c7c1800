//! The blocking transport: ureq beneath `smileid-core`. It carries messages and tells time; it decides nothing.
//!
//! [`Ureq`] keeps the contract of [`Transport`](smileid_core::transport::Transport): no redirects, no cookies, no retries, no proxy
//! but one that was given, no compression but where asked for; head, body and time are bounded. TLS is rustls with the ring
//! provider, handed over explicitly: nothing is installed for the whole process. [`Ureq::interrupt`] gives a handle that ends calls
//! and sleeps from another thread.
//!
//! An exchange runs on the caller's thread. Looking up a name and opening a socket, which no thread can be called back from, run on
//! threads of their own while the caller waits: so a call ends in time and can be interrupted even then. Such a thread ends when the
//! operating system gives up, and there are never more of them than requests in flight are allowed. Addresses are kept as long as idle
//! connections are.
//!
//! A reply without a length, which only the end of the connection ends, is complete where that end came in order; a reset, and over TLS
//! an end that nobody announced, cut it short.
//!
//! # Features
//!
//! `sec-key` and `tracing`: core's own, handed on ([what they are](smileid_core#features)).

extern crate alloc;

mod clock;
mod dial;
mod ends;
mod error;
mod gate;
pub mod images;
mod setup;
mod socket;
mod transport;
mod wire_log;

pub use smileid_core;
pub use smileid_core::{
    Answer, ApiKey, Attempt, BaseUrl, Callback, Config, Credentials, Environment, Error, ErrorKind, FirstPoll,
    Freshness, HeaderPair, IdPolicy, InvalidInput, JobStatus, JobStatusQuery, NotFoundPolicy, PartnerId, Pending,
    Reason, RetryPolicy, Scheme, StaleCallback, Verdict, Verified, WaitPolicy,
};
pub use smileid_http::{Cause, Compression, Options, Proxy, Roots, SetupError, config_from_env};

pub use self::transport::{Interrupt, Ureq};

/// A blocking client over [`Ureq`].
///
/// ```no_run
/// use smileid_http_blocking::{Answer, ApiKey, Client, Config, Credentials, Environment, Error, JobStatusQuery, PartnerId, Ureq};
///
/// # fn ask() -> Result<(), Error> {
/// let credentials = Credentials::new(PartnerId::new("023")?, ApiKey::new("the key from a secret store")?);
/// let client = Client::new(Ureq::new()?, Config::new(&credentials, &Environment::Sandbox)?);
/// match client.job_status(JobStatusQuery::new("user-7", "job-7")?)? {
///     Answer::Pending(_) => println!("ask again later"),
///     Answer::Final(status) => println!("{}", status.verdict()),
/// }
/// # Ok(()) }
/// ```
///
/// `Client::from_env()` takes all of that from the environment: see [`config_from_env`].
pub type Client = smileid_core::client::Client<Ureq>;
