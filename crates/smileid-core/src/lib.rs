//! Smile ID's job status API without I/O: types, signing, proof, tolerant JSON, the session. It opens no socket.
//!
//! `no_std` + `alloc`: no clock, no entropy, no thread. Most users take an adapter, `smileid-http-async` or
//! `smileid-http-blocking`, which re-exports all of this; take this crate alone to bring your own HTTP stack.
//!
//! # The walk of a question
//!
//! ```text
//!                     step: signed anew for each attempt
//!  JobStatusQuery ─► Session ──────────────► Request ─► Transport::send ─► Response ─┐
//!                       ▲                                                            │ receive
//!                       │ Wait(d): pending, or a fault that may pass                 ▼
//!                       └────────────────────────────────────────────── decode, prove, judge
//!                                                                                    │
//!                 Done(Err(Error))                                                   ▼
//!                 Done(Ok(Answer::Pending))            only from a single call: a wait goes on
//!                 Done(Ok(Answer::Final(Verified<JobStatus>)))  ─► verdict()
//! ```
//!
//! A verdict can be had of a [`Verified`] status and of nothing else: its signature held, was fresh, was not our own request
//! thrown back, and the answer is about the job that was asked for. What is neither pending nor proven final is an [`Error`], whose
//! [`ErrorKind`] says in one word what went wrong.
//!
//! # A first call
//!
//! With a transport of your own (here one that knows the answer by heart; a complete one over `std::net` is in
//! `examples/own-stack`):
//!
//! ```
//! use core::time::Duration;
//! use smileid_core::{
//!     Answer, ApiKey, Client, Clock, Config, Credentials, Environment, JobStatusQuery, Moment, PartnerId, Request, Response,
//!     Transport, TransportError,
//! };
//!
//! struct ByHeart;
//!
//! impl Clock for ByHeart {
//!     fn now(&self) -> Moment {
//!         Moment::new(1_791_115_200_000, Duration::ZERO)
//!     }
//! }
//!
//! impl Transport for ByHeart {
//!     fn send(&self, _: &Request) -> Result<Response, TransportError> {
//!         let body = br#"{"timestamp":"1","job_complete":false,"code":"2314","result":"No zip file received"}"#;
//!         Ok(Response::new(200, body.to_vec()))
//!     }
//!
//!     fn sleep(&self, _: Duration) -> Result<(), TransportError> {
//!         Ok(())
//!     }
//! }
//!
//! let credentials = Credentials::new(PartnerId::new("023")?, ApiKey::new("example-api-key")?);
//! let client = Client::new(ByHeart, Config::new(&credentials, &Environment::Sandbox));
//! match client.job_status(JobStatusQuery::new("user-7", "job-7")?)? {
//!     Answer::Pending(pending) => assert_eq!(pending.status().code().as_deref(), Some("2314")),
//!     Answer::Final(status) => println!("{}", status.verdict()),
//! }
//! # Ok::<(), smileid_core::Error>(())
//! ```
//!
//! # Where things are
//!
//! | question | module |
//! |---|---|
//! | which job, as whom, where | [`request`], [`credentials`], [`environment`] |
//! | one call, a wait, or each step by hand | [`client`], [`session`] |
//! | what the answer says | [`reply`] |
//! | what went wrong and what to do | [`error`] |
//! | retries, intervals, deadlines, freshness | [`policy`] |
//! | your own transport | [`transport`], [`message`], [`time`] |
//! | signing and verifying by hand | [`signature`] |
//! | reading sloppy JSON, whatever it is about | [`json`] |
//!
//! # Features
//!
//! None is on by default, and each only adds. `sec-key`: the legacy scheme, with RSA's public operation. `tracing`: a span for each call
//! and attempt, which holds no value out of a body.
#![no_std]
#![warn(clippy::std_instead_of_alloc)]
extern crate alloc;

pub mod client;
pub mod credentials;
pub mod environment;
pub mod error;
pub mod input;
mod kind;
pub mod message;
mod mix;
pub mod policy;
pub mod reply;
pub mod request;
pub mod session;
pub mod signature;
pub mod time;
pub mod transport;

#[doc(inline)]
pub use lenient_json as json;

pub use self::client::{AsyncClient, Client};
pub use self::credentials::{ApiKey, Credentials, PartnerId, Scheme};
pub use self::environment::{BaseUrl, Environment};
pub use self::error::{Error, ErrorKind};
pub use self::input::InvalidInput;
pub use self::message::{Request, Response};
pub use self::policy::{FirstPoll, Freshness, NotFoundPolicy, RetryPolicy, WaitPolicy};
pub use self::reply::{Callback, JobStatus, Pending, Reason, StaleCallback, Verdict};
pub use self::request::JobStatusQuery;
pub use self::session::{Answer, Attempt, Config, IdPolicy, OutcomeKind, Session, State, Step, Verified};
pub use self::signature::{HeaderPair, ProofStatus};
pub use self::time::{Moment, Timestamp};
pub use self::transport::{AsyncTransport, Clock, Transport, TransportError, TransportErrorKind};
