//! A store of [`smileid_jobs`] in PostgreSQL 15 or later, for many workers on many machines.
//!
//! Any number of processes work on one store. A claim is a lease with an epoch: a worker that is late changes nothing. The rate is
//! shared by all of them and counted by the server's clock. If the connection is lost, the call fails with
//! [`Lost`](smileid_jobs::StoreErrorKind::Lost), either all of it was written or nothing, and the next call connects again.
//!
//! [`PostgresStore`] is async and needs tokio. [`BlockingPostgresStore`] is for threads.
//!
//! ```no_run
//! use smileid_jobs::{JobStore, Mode, NewJob};
//! use smileid_jobs_postgres::{Address, BlockingPostgresStore};
//!
//! // The tables are in the schema `smileid_jobs`, unless the address names another: …/kyc?schema=lost_callbacks
//! let address: Address = "postgres://worker@db.example/kyc".parse()?;
//! let mut store = BlockingPostgresStore::connect(address.with_password("from your vault"))?;
//! let imported = store.import(&[NewJob::new("user-7", "job-7").expect("an id")], Mode::Write)?;
//! println!("{} new, {} waiting", imported.new, store.counts()?.waiting);
//! # Ok::<(), smileid_jobs::StoreError>(())
//! ```
//!
//! # TLS
//! The connection is plain text to a Unix socket or a loopback address. To any other server it is TLS, with the certificate verified by
//! the system's roots. `sslmode=` in the address changes that: `disable`; `prefer`, which uses TLS if the server offers it; `require`,
//! `verify-ca` and `verify-full`, which all verify the certificate and its name. `sslrootcert=PATH` names a PEM file of roots.

mod address;
mod blocking;
mod claim;
mod control;
mod error;
mod export;
mod import;
mod manage;
mod open;
mod record;
mod store;
mod tls;
mod value;

pub use self::address::Address;
pub use self::blocking::BlockingPostgresStore;
pub use self::store::PostgresStore;
