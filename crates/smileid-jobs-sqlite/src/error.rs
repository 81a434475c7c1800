//! What SQLite's errors mean for a store. SQLite's own messages are kept as causes: they contain no values of ours.

use rusqlite::ErrorCode;
use smileid_jobs::{StoreError, StoreErrorKind};

/// What a failed statement means.
pub(crate) fn failed(error: rusqlite::Error) -> StoreError {
    use ErrorCode as C;
    let (kind, message) = match error.sqlite_error_code() {
        Some(C::DatabaseBusy | C::DatabaseLocked) => (
            StoreErrorKind::Busy,
            "the store is locked by another process that is writing: try again when it has finished",
        ),
        Some(C::DiskFull) => {
            (StoreErrorKind::Full, "there is no space left for the store: free some and go on; nothing is lost")
        }
        Some(C::NotADatabase) => (StoreErrorKind::NotAStore, NOT_A_STORE),
        Some(C::DatabaseCorrupt) => (
            StoreErrorKind::Damaged,
            "the store's file is damaged: restore it from a copy, or import the jobs into a new one",
        ),
        Some(C::ReadOnly | C::PermissionDenied) => {
            (StoreErrorKind::Invalid, "the store cannot be written: check its file's permissions")
        }
        Some(C::CannotOpen) => {
            (StoreErrorKind::Invalid, "the store cannot be opened: check the path and its permissions")
        }
        Some(C::SystemIoFailure) => {
            (StoreErrorKind::Other, "the store's file cannot be read or written: check the disk")
        }
        _ => (StoreErrorKind::Other, "the store failed: please report this"),
    };
    StoreError::new(kind, message).with_source(error)
}

/// What is said of a file that is something else than a store.
pub(crate) const NOT_A_STORE: &str = "there is a file at the store's path that is not a store: give another path";

/// What a failed operation on the file itself means.
pub(crate) fn unusable(error: std::io::Error) -> StoreError {
    let full = error.kind() == std::io::ErrorKind::StorageFull;
    let kind = if full { StoreErrorKind::Full } else { StoreErrorKind::Invalid };
    StoreError::new(
        kind,
        "the store's file cannot be opened or made: check the path, its permissions and the space left",
    )
    .with_source(error)
}
