//! A local imitation of Smile ID's job status API, for tests and for development without an account. It is not a client.
//!
//! It is not the vendor's hosted sandbox: it runs in this process, on a loopback port, and knows only the jobs that you give it.
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
//! Some jobs always exist. The job of the vendor's document ([`DOCUMENT_USER`], [`DOCUMENT_JOB`]) gets the reply that the document prints,
//! byte for byte. Any user has the jobs whose ids start with the word of a [`Stage`]: `approved-`, `rejected-`, `pending-`;
//! `pending-3-approved-x` is pending for three polls first. The word of a [`Product`], and `odd-` with that of an [`Odd`], may come before it.
//!
//! Jobs move by polls and by time. Time passes by itself, or when a test says so ([`SandboxBuilder::virtual_time`], [`Sandbox::advance`]):
//!
//! ```
//! use core::time::Duration;
//! use smileid_sandbox::{Job, Product, Sandbox, Stage};
//!
//! let job = Job::new("user-7", "job-7").product(Product::BiometricKyc);
//! let job = job.pending_for(Duration::from_secs(60)).then_for(Stage::IdLeg, Duration::from_secs(60)).approved();
//! let sandbox = Sandbox::builder().virtual_time().job(job).start()?;
//! assert_eq!(sandbox.stage("user-7", "job-7"), Some(Stage::Pending));
//! sandbox.advance(Duration::from_secs(60));
//! assert_eq!(sandbox.stage("user-7", "job-7"), Some(Stage::IdLeg));
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! Failures have names: [`SandboxBuilder::fault`] switches on those that a request can meet, [`faults::FaultServer`] any of them.

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
mod named;
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
mod v3;
mod why;

pub use callbacks::Delivery;
pub use chance::Chance;
pub use journal::RecordedRequest;
pub use model::{Job, Lasts, Odd, Product, Stage, v3_job_id, v3_job_id_of};
pub use replies::{DOCUMENT_JOB, DOCUMENT_USER};
pub use sandbox::{Sandbox, SandboxBuilder};
