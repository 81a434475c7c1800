//! Opening a store's file: making it, knowing it, and owning it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Read;
use std::path::{Path, PathBuf};

use core::time::Duration;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use smileid_jobs::{Limiter, Rate, StoreError, StoreErrorKind};

use crate::error::{NOT_A_STORE, failed, unusable};

/// "SMJB", in the file's header: `file` and SQLite's own tools show it.
const APPLICATION_ID: i32 = 0x534D_4A42;
/// The version of the schema that this code reads and writes.
const VERSION: i32 = 1;
/// How long a statement waits for another process that is writing.
const BUSY: Duration = Duration::from_secs(5);

/// Opens the store at `path`, or makes one where there is no file yet.
pub(crate) fn open(path: &Path) -> Result<Connection, StoreError> {
    // An absolute path cannot be taken for a URI.
    let path = std::path::absolute(path).map_err(unusable)?;
    made_or_known(&path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(&path, flags).map_err(failed)?;
    connection.busy_timeout(BUSY).map_err(failed)?;
    // Before the first table: rows with a body of 1 to 2 KiB do not fit well into SQLite's usual 4 KiB.
    connection.pragma_update(None, "page_size", 16_384).map_err(failed)?;
    known(&connection)?;
    // A reader never waits for the writer.
    connection.pragma_update(None, "journal_mode", "wal").map_err(failed)?;
    connection.pragma_update(None, "cache_size", -32_000).map_err(failed)?;
    durable(&connection, true)?;
    make(&mut connection)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Sets whether a commit is on the disk when it returns. What is not survives the end of the process, though not of the machine.
///
/// Such a commit also overwrites what it deletes or moves: a page that is split would keep a copy of ids that a later purge cannot find.
/// The other commits write to the queue and the limiter, which have no ids of the user's.
pub(crate) fn durable(connection: &Connection, durable: bool) -> Result<(), StoreError> {
    // In WAL mode NORMAL does not flush a commit to the disk; FULL does.
    let sql = if durable {
        "pragma synchronous = full; pragma secure_delete = on"
    } else {
        "pragma synchronous = normal; pragma secure_delete = off"
    };
    connection.execute_batch(sql).map_err(failed)
}

/// Makes an empty file that only its owner can read, or checks that the file that is there is a database.
fn made_or_known(path: &Path) -> Result<(), StoreError> {
    let mut new = OpenOptions::new();
    new.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut new, 0o600);
    match new.open(path) {
        Ok(_) => return Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(unusable(error)),
    }
    if !path.is_file() {
        return Err(StoreError::new(StoreErrorKind::NotAStore, NOT_A_STORE));
    }
    let mut head = Vec::new();
    File::open(path).and_then(|file| file.take(16).read_to_end(&mut head)).map_err(unusable)?;
    if head.is_empty() || head == b"SQLite format 3\0" {
        return Ok(());
    }
    Err(StoreError::new(StoreErrorKind::NotAStore, NOT_A_STORE))
}

/// Checks that a database is empty, or a store of this version.
fn known(connection: &Connection) -> Result<bool, StoreError> {
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0)).map_err(failed);
    let (application, version) = (number("application_id")?, number("user_version")?);
    if application == APPLICATION_ID {
        let newer = || {
            StoreError::new(StoreErrorKind::Newer, "a newer version of this program made the store: use that version")
        };
        return if version == VERSION { Ok(true) } else { Err(newer()) };
    }
    let tables: i64 =
        connection.query_row("select count(*) from sqlite_schema", (), |row| row.get(0)).map_err(failed)?;
    if application == 0 && version == 0 && tables == 0 {
        return Ok(false);
    }
    Err(StoreError::new(StoreErrorKind::NotAStore, NOT_A_STORE))
}

/// Makes the tables, unless they are there.
fn make(connection: &mut Connection) -> Result<(), StoreError> {
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    // Another process may have made them since.
    if known(&change)? {
        return Ok(());
    }
    change.execute_batch(include_str!("schema.sql")).map_err(failed)?;
    let Limiter { spent_until, held_until, lowered_at, .. } = Limiter::new(Rate::DEFAULT);
    let rate = Rate::DEFAULT.in_kilosecond().cast_signed();
    let control = "insert into control (one, rate, spent_until, held_until, lowered_to, lowered_at) values (1, ?1, ?2, ?3, ?1, ?4)";
    change.execute(control, (rate, spent_until, held_until, lowered_at)).map_err(failed)?;
    change.pragma_update(None, "application_id", APPLICATION_ID).map_err(failed)?;
    change.pragma_update(None, "user_version", VERSION).map_err(failed)?;
    change.commit().map_err(failed)
}

/// The one process that claims. The lock ends with the process, however that ends.
#[derive(Debug)]
pub(crate) struct Owner(#[expect(dead_code, reason = "the lock lasts as long as the file is open")] File);

impl Owner {
    /// Locks the file beside the store. The store's own file has SQLite's locks, which closing a second handle would end.
    pub(crate) fn of(store: &Path) -> Result<Self, StoreError> {
        let mut name = store.as_os_str().to_owned();
        name.push("-owner");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(PathBuf::from(name)).map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => {
                let message = "another process runs on this store: end it first, or use PostgreSQL for more than one";
                Err(StoreError::new(StoreErrorKind::Locked, message))
            }
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }
}
