//! Smile ID's job status API for Rust: ask whether an identity check is complete and whether it succeeded.
//!
//! Your code can read a verdict only from an answer that is *proven*: signed with your key, fresh, and about the job you asked for.
//! Every call ends by its deadline, and nothing personal reaches a log.
//!
//! ```no_run
//! # #[cfg(feature = "async")]
//! # mod example {
//! use smileid::{Client, JobStatusQuery};
//!
//! # async fn ask() -> Result<(), smileid::Error> {
//! let client = Client::from_env()?;
//! let status = client.wait(JobStatusQuery::new("user-7", "job-7")?).await?;
//! if status.verdict().is_approved() {
//!     println!("open the account");
//! }
//! # Ok(()) }
//! # }
//! ```
//!
//! Without a runtime, turn on the feature `blocking` and use `smileid::blocking::Client`: the same methods, without `.await`.
//!
//! # Set up a client
//!
//! `Client::from_env` reads environment variables: `SMILEID_PARTNER_ID`; `SMILEID_API_KEY_FILE` or `SMILEID_API_KEY`; and
//! `SMILEID_ENVIRONMENT` (`sandbox` or `production`) or `SMILEID_BASE_URL`. In code, use the builder. It checks everything at once, and
//! its error names every mistake:
//!
//! ```no_run
//! # #[cfg(feature = "async")]
//! # mod example {
//! use smileid::{Client, Environment};
//!
//! # fn build() -> Result<(), smileid::Error> {
//! let client = Client::builder("023", "the API key").environment(Environment::Sandbox).build()?;
//! # Ok(()) }
//! # }
//! ```
//!
//! `Client::builder_from_env` combines the two: it reads the variables, and you change limits before `build`.
//!
//! There is no default environment: a forgotten setting never asks production.
//!
//! # Ask
//!
//! | you want | call | it returns |
//! |---|---|---|
//! | the state now | `status(query)` | [`Answer`]: pending, or final and proven |
//! | the final answer | `wait(query)`, `wait_with(query, policy)` | [`Verified`]`<`[`JobStatus`]`>`, or an [`Error`] of kind `deadline` |
//! | to check a callback | `receive_callback(body)`, `receive_callback_with(body, headers)` | [`Verified`]`<`[`Callback`]`>`: a reason to ask, never a verdict |
//! | a job's images | `images(policy)` with the feature `images` | a downloader |
//!
//! # Read the answer
//!
//! [`Verified::verdict`] returns a [`Verdict`]: approved, provisional, rejected, or undetermined with a [`Reason`]. Only `Approved` is a yes.
//! An [`Error`] has a [`kind`](Error::kind), says what to do next, and never repeats a value of the reply. The types of an answer's
//! parts, such as a [`JobResult`](reply::JobResult) of its history, are in [`reply`].
//!
//! # End early
//!
//! Drop a future to end its call. A blocking client has `interrupt()`: its handle ends every call and wait, from any thread.
//!
//! # Features
//!
//! Each feature only adds.
//!
//! | feature | adds |
//! |---|---|
//! | `async` (default) | `Client`, over reqwest and tokio |
//! | `blocking` | `blocking::Client`, without a runtime |
//! | `images` | `images`: safe downloads of a job's images |
//! | `sec-key` | the legacy `sec_key` scheme |
//! | `v3` | `v3`: the v3 API, not yet tested against the service |
//! | `tracing` | a span for each call and attempt, without personal values |
//!
//! To bring your own HTTP stack, use [`smileid-core`](https://docs.rs/smileid-core) and its `Transport` trait.

extern crate alloc;

#[cfg(any(feature = "async", feature = "blocking"))]
mod builder;
#[cfg(feature = "async")]
mod client;

#[cfg(feature = "blocking")]
pub mod blocking;
#[cfg(feature = "images")]
pub mod images;
pub mod reply;
#[cfg(feature = "v3")]
pub mod v3;

pub use smileid_core::{
    Answer, ApiKey, Attempt, BaseUrl, Callback, Config, Decisions, DecodeOptions, Environment, Error, ErrorKind,
    FirstPoll, Freshness, HeaderPair, IdPolicy, InvalidInput, JobStatus, JobStatusQuery, NotFoundPolicy, OutcomeKind,
    PartnerId, Pending, ProofStatus, Reason, RetryBudget, RetryPolicy, Scheme, StaleCallback, State, Verdict, Verified,
    WaitPolicy,
};
pub use smileid_http::{Compression, Proxy, Roots, TransportOptions};

#[cfg(any(feature = "async", feature = "blocking"))]
pub use self::builder::ClientBuilder;
#[cfg(feature = "async")]
pub use self::client::Client;

/// The use in the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
