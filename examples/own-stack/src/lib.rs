//! Your own transport: HTTP/1.1 in plain text over `std::net`, with `smileid-core` and nothing else. It speaks no TLS.
//!
//! This is an example to copy from, and complete in what it does: it keeps the whole contract of
//! [`Transport`](smileid_core::Transport) and is run through the same tables as the two adapters (`tests/tests/scenarios`).
//! Each file is one part of the work:
//!
//! - `transport.rs`: the two methods and the clock that core asks for;
//! - `link.rs`: a socket whose every read and write ends by the request's deadline;
//! - `exchange.rs`: the request as bytes, the head of the reply, its framing;
//! - `main.rs`: a program that asks for a job.
//!
//! What it leaves out on purpose: TLS (so it is only for loopback, as core's base URL allows), connection reuse, proxies,
//! compression. Where your stack has those, `smileid-conformance` checks that it keeps the contract with them.
//!
//! ```
//! use own_stack::Plain;
//! use smileid_core::{ApiKey, BaseUrl, Client, Config, Credentials, ErrorKind, JobStatusQuery, PartnerId, RetryPolicy};
//!
//! let credentials = Credentials::new(PartnerId::new("023")?, ApiKey::new("example-api-key")?);
//! // Nothing listens there, which is an error with a kind like any other.
//! let nowhere = BaseUrl::parse("http://127.0.0.1:1/v1")?;
//! let config = Config::new(&credentials, &nowhere.into()).with_retry(RetryPolicy::NONE);
//! let error = Client::new(Plain::new(), config).job_status(JobStatusQuery::new("user-7", "job-7")?).unwrap_err();
//! assert_eq!(error.kind(), ErrorKind::Transport);
//! # Ok::<(), smileid_core::Error>(())
//! ```

mod exchange;
mod link;
mod transport;

pub use self::transport::Plain;
