//! Smile ID's v3 job status without I/O: the token, the session, the wait, and webhooks. It is not yet tested against the service.
//!
//! Drive a [`Session`] by hand, or use [`Client`] or [`AsyncClient`] over a transport of `smileid-core`. What v1 and v3 share, such as retries,
//! waits, deadlines, the retry budget and the kinds of errors, is core's.
//!
//! A status response is [`FromService`], not `Verified`: nothing documented signs it, so only TLS vouches for it.
#![no_std]
#![warn(clippy::std_instead_of_alloc)]
extern crate alloc;

mod answer;
mod ask;
mod client;
mod config;
mod decided;
mod fields;
mod job;
mod jwt;
mod partner;
mod session;
mod status;
mod token;
mod webhook;

pub use self::answer::{Answer, Waiting};
pub use self::client::{AsyncClient, Client};
pub use self::config::Config;
pub use self::decided::{Decided, Decision, FromService, Origin, OriginPolicy};
pub use self::job::{JobRef, Product};
pub use self::partner::PartnerForm;
pub use self::session::Session;
pub use self::webhook::{Webhook, WebhookHeaders, WebhookStage};

/// The use in the README compiles.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
