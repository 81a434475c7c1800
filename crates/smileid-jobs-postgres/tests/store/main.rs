//! The PostgreSQL store, on a server that the tests start: the scenarios of every store, many workers, real crashes, its errors.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is how a test fails")]

mod admin;
mod conformance;
mod errors;
mod kills;
mod many;
mod pooler;
mod rounds;
mod server;
mod tls;
