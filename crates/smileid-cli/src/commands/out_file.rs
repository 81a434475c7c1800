//! A file that a flag names for output: checked before anything is written, new unless `--force` is given, and never a configured key.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use smileid_images::{NewFile, PreparedFile};

use crate::config::Configured;
use crate::failure::{Failure, reason};

/// The file that a flag names.
pub(super) struct OutFile<'a> {
    flag: &'static str,
    path: &'a Path,
    file: NewFile,
}

impl<'a> OutFile<'a> {
    /// Checks what the flag names, before anything is written.
    pub(super) fn checked(
        flag: &'static str,
        path: &'a Path,
        force: bool,
        configured: &Configured<'_>,
    ) -> Result<Self, Failure> {
        if path.as_os_str() == "-" {
            return Err(Failure::invalid(format!("{flag} accepts no standard output: give the path of a file")));
        }
        if configured.key_files().iter().any(|key| is_same_file(path, key)) {
            return Err(Failure::invalid(format!(
                "{flag} names the file of a configured API key ({}), which is never replaced, not even with --force: give another path",
                path.display()
            )));
        }
        let file = NewFile::new(path);
        let file = if force { file.replacing() } else { file };
        let out = Self { flag, path, file };
        out.file.check().map_err(|error| out.failure(&error))?;
        Ok(out)
    }

    /// Writes the text beside its place; [`named`](Self::named) then puts it there.
    pub(super) fn prepared(&self, text: &str) -> Result<PreparedFile, Failure> {
        self.file.prepare(text.as_bytes()).map_err(|error| self.failure(&error))
    }

    /// Gives the file its name.
    pub(super) fn named(&self, prepared: PreparedFile) -> Result<(), Failure> {
        prepared.finish().map_err(|error| self.failure(&error))
    }

    /// Whether both flags name one file.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        is_same_place(self.path, other.path) || is_same_file(self.path, other.path)
    }

    fn failure(&self, error: &io::Error) -> Failure {
        let (flag, path) = (self.flag, self.path.display());
        Failure::invalid(match error.kind() {
            ErrorKind::AlreadyExists => {
                format!("{path} exists, and {flag} replaces nothing: give another path, or --force to replace it")
            }
            ErrorKind::NotFound => {
                format!("{path} cannot be written: there is no such folder; make it, or give {flag} another path")
            }
            ErrorKind::Unsupported => format!("{path} is a device or a pipe: give {flag} the path of a file"),
            _ => format!("{path} cannot be written ({}): give {flag} a path in a folder of yours", reason(error)),
        })
    }
}

/// Whether both paths lead to one file that exists, by links of either kind too.
fn is_same_file(one: &Path, other: &Path) -> bool {
    let exists = |path: &Path| fs::symlink_metadata(path).is_ok();
    if !exists(one) || !exists(other) {
        return false;
    }
    let resolved = |path: &Path| fs::canonicalize(path).ok();
    let same_target = resolved(one).is_some_and(|target| resolved(other) == Some(target));
    same_target || is_same_place(one, other) || is_same_inode(one, other)
}

fn is_same_place(one: &Path, other: &Path) -> bool {
    place(one).is_some_and(|at| place(other) == Some(at))
}

/// The name itself in its resolved folder, whatever it leads to.
fn place(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some(fs::canonicalize(folder).ok()?.join(path.file_name()?))
}

#[cfg(unix)]
fn is_same_inode(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let inode = |path: &Path| fs::metadata(path).ok().map(|found| (found.dev(), found.ino()));
    inode(one).is_some_and(|inode_of_one| inode(other) == Some(inode_of_one))
}

#[cfg(not(unix))]
fn is_same_inode(_: &Path, _: &Path) -> bool {
    false
}
