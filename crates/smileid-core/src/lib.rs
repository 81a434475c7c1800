//! Smile ID's job status API without I/O: types, signing, proof, tolerant JSON, the session. It opens no socket.
//!
//! It is `no_std` + `alloc`: no clock, no entropy, no thread. Most programs use [`smileid`](https://docs.rs/smileid), the client. Use this
//! crate to bring your own HTTP stack.
//!
//! # How a call runs
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
//! Only a [`Verified`] status has a verdict. Its signature is valid and fresh, it is not one of your requests sent back, and it is about
//! the job that was asked for. An answer that is neither pending nor proven final is an [`Error`], whose [`ErrorKind`] says in one word
//! what went wrong.
//!
//! # A first call
//!
//! This transport always returns the same reply. A complete one over `std::net` is in `examples/own-stack`.
//!
//! ```
//! use core::time::Duration;
//! use smileid_core::{
//!     Answer, ApiKey, Client, Clock, Config, Credentials, Environment, JobStatusQuery, Moment, PartnerId, Request, Response,
//!     Transport, TransportError,
//! };
//!
//! struct Canned;
//!
//! impl Clock for Canned {
//!     fn now(&self) -> Moment {
//!         Moment::new(1_791_115_200_000, Duration::ZERO)
//!     }
//! }
//!
//! impl Transport for Canned {
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
//! let client = Client::new(Canned, Config::new(&credentials, &Environment::Sandbox));
//! match client.job_status(JobStatusQuery::new("user-7", "job-7")?)? {
//!     Answer::Pending(pending) => assert_eq!(pending.status().code().as_deref(), Some("2314")),
//!     Answer::Final(status) => println!("{}", status.verdict()),
//! }
//! # Ok::<(), smileid_core::Error>(())
//! ```
//!
//! # Where things are
//!
//! | for | start here |
//! |---|---|
//! | which job, as whom, which environment | [`JobStatusQuery`], [`Credentials`], [`Environment`] |
//! | one call, a wait, or each step by hand | [`Client`], [`AsyncClient`], [`Session`] |
//! | what the answer says | [`Answer`], [`Verified`], [`JobStatus`], [`Verdict`], [`Callback`] |
//! | what went wrong and what to do | [`Error`], [`ErrorKind`] |
//! | retries, intervals, deadlines, freshness | [`RetryPolicy`], [`WaitPolicy`], [`Freshness`], [`limits`] |
//! | your own transport | [`Transport`], [`AsyncTransport`], [`Request`], [`Response`], [`Moment`] |
//! | signing and verifying by hand | [`Signer`], [`ProofClaim`], [`Proof`] |
//! | reading nearly valid JSON of any kind | [`json`] |
//!
//! # Features
//!
//! No feature is on by default, and each only adds. `sec-key` adds the legacy scheme, with RSA's public operation. `tracing` adds a span
//! for each call and attempt, which contains no value from a body.
#![no_std]
#![warn(clippy::std_instead_of_alloc)]
extern crate alloc;

#[macro_use]
mod words;

mod client;
mod credentials;
mod environment;
mod error;
mod input;
mod kind;
mod message;
mod mix;
mod policy;
mod reply;
mod request;
mod session;
mod signature;
mod time;
mod transport;

#[doc(inline)]
pub use lenient_json as json;

#[doc(inline)]
pub use self::{
    client::{AsyncClient, Client, drive, drive_async},
    credentials::{ApiKey, Credentials, PartnerId, Scheme},
    environment::{BaseUrl, Environment},
    error::{Error, ErrorKind},
    input::InvalidInput,
    message::{Field, Headers, Method, Request, Response},
    policy::{
        FirstPoll, FreshProof, Freshness, NotFoundPolicy, Replay, RetryBudget, RetryPolicy, WaitPolicy, limits,
        on_error,
    },
    reply::{
        Action, ActionName, ActionOutcome, Antifraud, CODES, Callback, CallbackStage, Category, CodeInfo, Date,
        DateText, Decisions, DecodeOptions, Flag, ImageLinks, JobResult, JobStatus, JobType, Members, PartnerParams,
        Pending, Personal, RESULT_CODES, Raw, Reading, ReadingKind, Readings, Reason, ReplyError, ResultCodeInfo,
        Source, SourceConfidence, StageDoubt, StaleCallback, SuspectUser, Verdict, code_info, is_known_field,
        result_code_info,
    },
    request::JobStatusQuery,
    session::{
        Answer, Attempt, Config, IdPolicy, Machine, Mismatch, Notice, OutcomeKind, Session, State, Step, Verified,
    },
    signature::{
        Authorization, HeaderPair, HmacKey, KeySlot, NotProven, Proof, ProofClaim, ProofField, ProofKind, ProofStatus,
        Signature, Signer, UnkeyedHash, UnrecognisedReason, unkeyed_hash,
    },
    time::{Moment, Timestamp, TimestampError, TimestampForm},
    transport::{AsyncTransport, Clock, Transport, TransportError, TransportErrorKind, WithClock},
};

/// What the other crates of this workspace need and users do not. It is outside semver.
#[doc(hidden)]
pub mod __internal {
    pub use crate::error::new_error;
    pub use crate::session::{Ask, Course, Judged, Prepared, Seen, by_status, not_exchanged, with_request_id};
}
