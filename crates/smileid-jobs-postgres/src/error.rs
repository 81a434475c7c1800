//! What PostgreSQL's errors mean for a store. The server's own texts name users and values, so only their codes are kept.

use core::fmt;

use smileid_jobs::{StoreError, StoreErrorKind};
use tokio_postgres::error::SqlState;

/// Why a call failed, before it is put into words.
#[derive(Debug)]
pub(crate) enum Failed {
    Server(tokio_postgres::Error),
    Store(StoreError),
}

impl From<tokio_postgres::Error> for Failed {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Server(error)
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Failed {
    /// Whether the server rolled the transaction back because of another one: the same call works when it is made again.
    pub(crate) fn is_conflict(&self) -> bool {
        let Self::Server(error) = self else { return false };
        matches!(error.code(), Some(&SqlState::T_R_DEADLOCK_DETECTED | &SqlState::T_R_SERIALIZATION_FAILURE))
    }

    /// Says what happened and what to do.
    pub(crate) fn into_store_error(self) -> StoreError {
        match self {
            Self::Server(error) => meaning(&error),
            Self::Store(error) => error,
        }
    }
}

/// The five characters by which PostgreSQL names an error.
#[derive(Debug)]
struct Code(String);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgreSQL's error {}", self.0)
    }
}

impl core::error::Error for Code {}

pub(crate) const UNREACHABLE: &str =
    "the store's server cannot be reached: check that it runs, its host and port; nothing is lost";

fn meaning(error: &tokio_postgres::Error) -> StoreError {
    use StoreErrorKind as K;
    let Some(code) = error.code() else { return client_side(error) };
    let (kind, message) = match code.code() {
        "28P01" | "28000" => (
            K::Refused,
            "the store's server refuses the user or the password: check both, and the server's pg_hba.conf",
        ),
        "42501" => (
            K::Refused,
            "the user may not use the store: grant it CREATE on the database, or ALL on the store's schema and tables",
        ),
        "3D000" => (K::Invalid, "the store's database does not exist: create it, or check its name"),
        "25006" => (K::Invalid, "the store's server is a read-only replica: give the address of the primary"),
        // The last is this store's own check that the server's process is still the same.
        "26000" | "42P05" | "22012" => (
            K::Invalid,
            "the store's address leads to a pooler that changes the connection between transactions: connect to the server itself, or use the pooler's session mode",
        ),
        "08P01" => (
            K::Invalid,
            "the store's address leads to a pooler that refuses what the store needs: connect to the server itself, or use the pooler's session mode, without options in the address",
        ),
        "22021" => (K::Invalid, "a text contains a NUL character, which PostgreSQL does not store: remove it"),
        "53100" => (K::Full, "there is no space left on the store's server: free some and go on; nothing is lost"),
        "55P03" => (K::Busy, "another session keeps the store locked: end its transaction and try again"),
        "57014" => (K::Lost, "the store's server cancelled the statement: try again; nothing is lost"),
        "XX001" | "XX002" => (K::Damaged, "the store's server reports damaged data: restore it from a backup"),
        "42P01" | "42703" | "3F000" => {
            (K::Damaged, "a table of the store is missing or changed: restore it, or import the jobs into a new schema")
        }
        // Too many connections, out of memory; starting, stopping, crashed; a broken connection; a conflict that came back.
        code if ["53", "57P", "08", "40"].iter().any(|class| code.starts_with(class)) => {
            (K::Lost, "the store's server is starting, stopping or overloaded: try again; nothing is lost")
        }
        _ => (K::Other, "the store's server reported an error: please report this with its code"),
    };
    StoreError::new(kind, message).with_source(Code(code.code().to_owned()))
}

/// What an error means that is not the server's. The library says which kind it is only in its text.
fn client_side(error: &tokio_postgres::Error) -> StoreError {
    use StoreErrorKind as K;
    let text = error.to_string();
    let says = |start: &str| text.starts_with(start);
    let (kind, message) = if says("error performing TLS handshake") {
        (
            K::Invalid,
            "no TLS connection to the store's server could be made: check that it offers TLS and its certificate; sslrootcert=PATH names its root",
        )
    } else if says("invalid configuration") {
        (K::Refused, "the store's server asks for a password: give it one")
    } else if says("authentication error") {
        (K::Refused, "the store's server and this program do not know the same password: check it")
    } else if says("error connecting") || says("error communicating") || says("connection closed") || says("timeout") {
        (K::Lost, UNREACHABLE)
    } else if says("error serializing") {
        (K::Other, "a value cannot be stored: please report this")
    } else {
        (K::Other, "the store's server gave an answer that cannot be read: please report this")
    };
    let failed = StoreError::new(kind, message);
    // An error of the operating system or of TLS names no value of ours.
    match core::error::Error::source(error).and_then(|cause| cause.downcast_ref::<std::io::Error>()) {
        Some(cause) => failed.with_source(std::io::Error::new(cause.kind(), cause.to_string())),
        None => failed,
    }
}
