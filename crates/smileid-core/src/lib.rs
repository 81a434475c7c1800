//! The Smile ID job status API without I/O: types, signing, proof, tolerant JSON, the session. It opens no socket.
#![no_std]
#![warn(clippy::std_instead_of_alloc)]
extern crate alloc;

pub mod client;
pub mod credentials;
pub mod environment;
pub mod error;
pub mod input;
pub mod json;
mod kind;
pub mod message;
pub mod policy;
pub mod reply;
pub mod request;
pub mod session;
pub mod signature;
pub mod time;
pub mod transport;
