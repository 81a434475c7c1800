//! One file that is written whole or not at all, for its owner only, and never over anything that is not to be replaced.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// How many files left behind by killed programs are stepped over.
const MOST_LEFT_BEHIND: u32 = 1000;

/// A file to be written: whole or not at all, readable by its owner only (0600 on Unix), over nothing that exists.
///
/// ```
/// use smileid_images::NewFile;
/// # let folder = std::env::temp_dir().join(format!("smileid-new-file-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// let file = NewFile::new(folder.join("ca.pem"));
/// file.check()?;
/// file.prepare(b"-----BEGIN CERTIFICATE-----")?.finish()?;
/// assert!(file.check().is_err());
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct NewFile {
    path: PathBuf,
    replaces: bool,
}

impl NewFile {
    /// Creates a file at `path` that replaces nothing.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), replaces: false }
    }

    /// Lets it replace a file or a link of that name. What a link leads to is never written.
    #[must_use]
    pub fn replacing(mut self) -> Self {
        self.replaces = true;
        self
    }

    /// Checks whether the file can be written, as far as that shows before anything is.
    ///
    /// # Errors
    /// `AlreadyExists` if there is something of that name that may not be replaced; `NotFound` or `NotADirectory` if there is no folder
    /// for it; `IsADirectory` or `Unsupported` if the name is that of a folder, a device, or a pipe.
    pub fn check(&self) -> io::Result<()> {
        match fs::symlink_metadata(&self.path) {
            Ok(_) if !self.replaces => return Err(ErrorKind::AlreadyExists.into()),
            Ok(found) if found.is_dir() => return Err(ErrorKind::IsADirectory.into()),
            Ok(found) if !found.is_file() && !found.is_symlink() => return Err(ErrorKind::Unsupported.into()),
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        if self.path.file_name().is_none() {
            return Err(ErrorKind::IsADirectory.into());
        }
        if fs::metadata(self.folder())?.is_dir() { Ok(()) } else { Err(ErrorKind::NotADirectory.into()) }
    }

    /// Writes the bytes under another name in the same folder, and brings them to the disk.
    ///
    /// # Errors
    /// Those of [`check`](Self::check), and any of writing; nothing is left behind.
    pub fn prepare(&self, bytes: &[u8]) -> io::Result<PreparedFile> {
        self.check()?;
        let mut part = Part::create(self.folder())?;
        part.file.write_all(bytes)?;
        part.file.sync_all()?;
        Ok(PreparedFile { part, to: self.clone() })
    }

    fn folder(&self) -> &Path {
        self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }
}

/// A file that is on the disk under a temporary name. Dropping it removes it.
#[derive(Debug)]
pub struct PreparedFile {
    part: Part,
    to: NewFile,
}

impl PreparedFile {
    /// Gives the file its name, in one step.
    ///
    /// # Errors
    /// `AlreadyExists` if something has got that name meanwhile that may not be replaced, or any of renaming; nothing is left behind.
    pub fn finish(self) -> io::Result<()> {
        let (from, to) = (&self.part.path, &self.to.path);
        if self.to.replaces {
            fs::rename(from, to)?;
        } else {
            // A second name for the file fails if there is one already; the first goes when this is dropped.
            match fs::hard_link(from, to) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(error),
                // A file system without second names: an empty file of the name is made first, which fails in the same case.
                Err(_) => {
                    OpenOptions::new().write(true).create_new(true).open(to)?;
                    fs::rename(from, to).inspect_err(|_| drop(fs::remove_file(to)))?;
                }
                Ok(()) => {}
            }
        }
        sync(self.to.folder());
        Ok(())
    }
}

#[derive(Debug)]
struct Part {
    path: PathBuf,
    file: File,
}

impl Part {
    fn create(folder: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let process = std::process::id();
        for n in 0..MOST_LEFT_BEHIND {
            let path = folder.join(format!(".smileid-{process}-{n}.part"));
            match options.open(&path) {
                Ok(file) => return Ok(Self { path, file }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(ErrorKind::QuotaExceeded.into())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // It is gone already if it was renamed.
        let _gone = fs::remove_file(&self.path);
    }
}

/// Brings the names in a folder to the disk, if the system can. The file itself is there and whole: what fails here is no failure.
fn sync(folder: &Path) {
    if cfg!(unix) {
        let _synced = File::open(folder).and_then(|folder| folder.sync_all());
    }
}
