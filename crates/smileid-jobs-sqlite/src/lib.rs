//! A store of [`smileid_jobs`] in one SQLite file.
//!
//! One process claims at a time; it holds a lock on a file beside the store. Any number of others may import, pause, export and count
//! meanwhile. The file has no leases: only that process knows which jobs it is asking for. When it ends, they are
//! due as before. A settlement is on the disk before [`record`](smileid_jobs::JobStore::record) returns. An answer of "not yet"
//! survives the end of the process; if the machine loses power, the job is asked for once more.
//!
//! The file is an ordinary SQLite database with the mode 0600, which SQLite's own tools open.
//!
//! ```
//! use smileid_jobs::{Counts, JobStore, Mode, NewJob};
//! use smileid_jobs_sqlite::SqliteStore;
//! # let path = std::env::temp_dir().join(format!("smileid-jobs-sqlite-doc-{}", std::process::id()));
//! # let path = path.as_path();
//! let mut store = SqliteStore::open(path)?;
//! let imported = store.import(&[NewJob::new("user-7", "job-7").expect("an id")], Mode::Write)?;
//! assert_eq!((imported.new, store.counts()?.waiting), (1, 1));
//! # drop(store);
//! # for end in ["", "-owner"] { let _ = std::fs::remove_file(format!("{}{end}", path.display())); }
//! # Ok::<(), smileid_jobs::StoreError>(())
//! ```

mod control;
mod error;
mod export;
mod flight;
mod import;
mod open;
mod record;
mod store;
mod tally;

pub use self::store::SqliteStore;
