//! The SQLite store: the scenarios of every store, and what is its own: the file, its owner, its errors.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is how a test fails")]
#![allow(clippy::print_stdout, reason = "a child process says on it what is done for good")]

mod conformance;
mod files;
mod folder;
mod kills;
