//! Which store is meant, and opening it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use smileid_jobs::JobStore;
use smileid_jobs_sqlite::SqliteStore;

use crate::args::StoreArgs;
use crate::failure::{Failure, reason};

/// The variable that names the store.
const VARIABLE: &str = "SMILEID_STORE";

/// Opens the store that the flag or the variable names, or the usual one.
pub(super) fn open(args: &StoreArgs) -> Result<Box<dyn JobStore>, Failure> {
    let named = match &args.store {
        Some(store) => Some((store.clone(), "--store")),
        None => variable()?.map(|store| (store, VARIABLE)),
    };
    let Some((store, from)) = named else { return sqlite(&usual()?) };
    if let Some(path) = store.strip_prefix("sqlite:").filter(|path| !path.is_empty()) {
        if path == ":memory:" {
            return Err(Failure::invalid(format!(
                "{from}: a store in memory ends with the command: give the path of a file"
            )));
        }
        return sqlite(Path::new(path));
    }
    if store.starts_with("postgres://") || store.starts_with("postgresql://") {
        return postgres(&store);
    }
    // What was given may have a password in it.
    Err(Failure::invalid(format!("{from} does not name a store: write sqlite:PATH or postgres://HOST/DATABASE")))
}

fn variable() -> Result<Option<String>, Failure> {
    let value = env::var_os(VARIABLE).filter(|value| !value.is_empty());
    let not_text = |_| Failure::invalid(format!("{VARIABLE} is not UTF-8: set it anew"));
    value.map(std::ffi::OsString::into_string).transpose().map_err(not_text)
}

fn sqlite(path: &Path) -> Result<Box<dyn JobStore>, Failure> {
    let store =
        SqliteStore::open(path).map_err(|error| Failure::from(error).beginning(&format!("{}: ", path.display())))?;
    Ok(Box::new(store))
}

/// A password need not be in the address: `PGPASSWORD` is where PostgreSQL's own programs look for it too.
#[cfg(feature = "postgres")]
fn postgres(url: &str) -> Result<Box<dyn JobStore>, Failure> {
    let mut address: smileid_jobs_postgres::Address = url.parse()?;
    if let Some(password) = env::var_os("PGPASSWORD").filter(|_| !address.has_password()) {
        address = address.with_password(password.as_encoded_bytes());
    }
    Ok(Box::new(smileid_jobs_postgres::BlockingPostgresStore::connect(address)?))
}

#[cfg(not(feature = "postgres"))]
fn postgres(_url: &str) -> Result<Box<dyn JobStore>, Failure> {
    Err(Failure::invalid(
        "this build of smileid has no PostgreSQL: build it with --features postgres, or use sqlite:PATH",
    ))
}

/// `jobs.db` in the user's folder for data, by each system's custom. The folder is made where it is missing, for the user alone.
fn usual() -> Result<PathBuf, Failure> {
    let folder = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.has_root());
    let under_home = |below: &str| folder("HOME").map(|home| home.join(below));
    let data = folder("XDG_DATA_HOME").or_else(|| {
        if cfg!(windows) {
            folder("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            under_home("Library/Application Support")
        } else {
            under_home(".local/share")
        }
    });
    let none = || Failure::invalid("there is no usual place for the store: give --store sqlite:PATH or SMILEID_STORE");
    let folder = data.ok_or_else(none)?.join("smileid");
    let mut make = fs::DirBuilder::new();
    make.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut make, 0o700);
    make.create(&folder).map_err(|error| {
        Failure::invalid(format!(
            "the folder {} cannot be made ({}): give --store sqlite:PATH",
            folder.display(),
            reason(&error)
        ))
    })?;
    Ok(folder.join("jobs.db"))
}
