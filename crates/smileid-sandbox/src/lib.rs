//! A local look-alike of Smile ID's job status API, for tests and for building without an account. It is no client.
//!
//! It is not the vendor's hosted sandbox: it runs in this process, on a loopback port, and knows only what it is told.
//!
//! ```
//! use smileid_sandbox::{Job, Sandbox};
//!
//! let sandbox = Sandbox::builder().job(Job::new("user-7", "job-7").pending(2).approved()).start()?;
//! assert!(sandbox.base_url().starts_with("http://127.0.0.1:"));
//! // Point a client at `sandbox.base_url()`; the server stops when `sandbox` is dropped.
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! The document's own job is always there ([`DOCUMENT_USER`], [`DOCUMENT_JOB`]), answered with the reply that the document prints,
//! as it is printed. So are, for any user, jobs whose ids begin with a [`Stage`]'s word: `approved-`, `rejected-`, `pending-`;
//! `pending-3-approved-x` is pending three times first. A [`Product`]'s word and `odd-` with an [`Odd`]'s may stand before it.
//!
//! Jobs move by polls and by time; time goes by, or is told ([`Builder::told_time`], [`Sandbox::advance`]):
//!
//! ```
//! use core::time::Duration;
//! use smileid_sandbox::{Job, Product, Sandbox, Stage};
//!
//! let job = Job::new("user-7", "job-7").product(Product::BiometricKyc);
//! let job = job.pending_for(Duration::from_secs(60)).then_for(Stage::IdLeg, Duration::from_secs(60)).approved();
//! let sandbox = Sandbox::builder().told_time().job(job).start()?;
//! assert_eq!(sandbox.stage("user-7", "job-7"), Some(Stage::Pending));
//! sandbox.advance(Duration::from_secs(60));
//! assert_eq!(sandbox.stage("user-7", "job-7"), Some(Stage::IdLeg));
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! Failures are had by name: [`Builder::fault`] for those that a request meets, [`faults::FaultServer`] for all.

mod admin;
mod callbacks;
pub mod certificates;
mod chance;
mod clock;
mod deliver;
pub mod faults;
mod images;
mod jobs;
mod journal;
mod legacy;
mod model;
mod other_time;
mod partner;
mod redact;
mod replies;
mod request;
mod route;
mod sandbox;
mod scenario;
mod server;
mod service;
mod shapes;
mod shared;
mod tree;
mod why;

pub use callbacks::Delivery;
pub use chance::Chance;
pub use journal::Exchange;
pub use model::{Job, Lasts, Odd, Product, Stage};
pub use replies::{DOCUMENT_JOB, DOCUMENT_USER};
pub use sandbox::{Builder, Sandbox};
