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
//! as it is printed. So are, for any user, jobs whose ids begin with `approved-`, `provisional-`, `rejected-` and `pending-`;
//! `pending-3-approved-x` is pending three times first.

mod admin;
mod callbacks;
pub mod certificates;
mod chance;
mod clock;
pub mod faults;
mod images;
mod jobs;
mod journal;
mod legacy;
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
mod takeover;
mod tree;
mod why;

pub use callbacks::Delivery;
pub use chance::Chance;
pub use jobs::{Job, Lasts, Stage};
pub use journal::Exchange;
pub use replies::{DOCUMENT_JOB, DOCUMENT_USER};
pub use sandbox::{Builder, Sandbox};
pub use shapes::{Odd, Product};
