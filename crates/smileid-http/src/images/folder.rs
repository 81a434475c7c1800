//! The folder that images are kept in: each file whole or not at all, for its owner's eyes, over nothing that was there. What is
//! fetched, and whether, is told elsewhere.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::{Image, ImageError, ImageProblem, Manifest, Saved};

/// What the manifest's file is called. No image is called so: their names end with what kind they are.
const MANIFEST: &str = "manifest.json";

/// How many files left behind by killed programs are stepped over.
const MOST_LEFT_BEHIND: u32 = 1000;

/// A folder for the images of one job and their manifest.
///
/// It is made with the first file, for its owner alone (0700 on Unix). Files are written under another name in the same folder, brought
/// to the disk, and then given their own; they are their owner's alone (0600).
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
    replaces: bool,
}

impl Folder {
    /// A folder that keeps what is there already.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), replaces: false }
    }

    /// The same, where files that are there already are replaced by those of the same name.
    #[must_use]
    pub fn replacing(mut self) -> Self {
        self.replaces = true;
        self
    }

    /// Whether files can be kept here, as far as can be told before there are any: to be asked before anything is fetched.
    ///
    /// # Errors
    /// [`ImageProblem::Exists`] where it holds a manifest that is not to be replaced, [`ImageProblem::Folder`] where it is no folder.
    pub fn check(&self) -> Result<(), ImageError> {
        match fs::metadata(&self.path) {
            Ok(found) if !found.is_dir() => {
                return Err(ImageError::new(ImageProblem::Folder(ErrorKind::NotADirectory)));
            }
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.kind().into()),
            _ => {}
        }
        let manifest = fs::symlink_metadata(self.path.join(MANIFEST));
        if manifest.is_ok() && !self.replaces { Err(ImageError::new(ImageProblem::Exists)) } else { Ok(()) }
    }

    /// Writes an image. Where files are replaced, the manifest of an earlier run goes first: it told of other files than are there now.
    ///
    /// # Errors
    /// [`ImageProblem::Exists`] or [`ImageProblem::Folder`]; nothing is left behind.
    pub fn save(&self, image: &Image) -> Result<Saved, ImageError> {
        if self.replaces {
            match fs::remove_file(self.path.join(MANIFEST)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.kind().into()),
                _ => {}
            }
        }
        let file = image.file_name();
        self.write(&file, image.expose_bytes()).map_err(|error| error.kind())?;
        Ok(Saved::new(file, image))
    }

    /// Writes the manifest: last, so that a folder that has one is complete.
    ///
    /// # Errors
    /// [`ImageProblem::Exists`] or [`ImageProblem::Folder`]; nothing is left behind.
    pub fn finish(&self, manifest: &Manifest) -> Result<(), ImageError> {
        let text = format!("{}\n", manifest.to_json());
        Ok(self.write(MANIFEST, text.as_bytes()).map_err(|error| error.kind())?)
    }

    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.make()?;
        let to = self.path.join(name);
        if !self.replaces && fs::symlink_metadata(&to).is_ok() {
            return Err(ErrorKind::AlreadyExists.into());
        }
        let mut part = Part::begin(&self.path)?;
        part.file.write_all(bytes)?;
        part.file.sync_all()?;
        part.name(&to, self.replaces)?;
        sync(&self.path);
        Ok(())
    }

    fn make(&self) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.path)
    }
}

/// A file that has not got its name yet. Dropping it takes it away.
struct Part {
    path: PathBuf,
    file: File,
}

impl Part {
    fn begin(folder: &Path) -> io::Result<Self> {
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

    /// Gives it its name: in one step, and over another file only where that is meant.
    fn name(self, to: &Path, replaces: bool) -> io::Result<()> {
        if replaces {
            return fs::rename(&self.path, to);
        }
        // A second name for the file, which cannot be had where there is one already; the first goes when this is dropped.
        match fs::hard_link(&self.path, to) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
            // A file system without second names: an empty file of the name is made first, which fails in the same case.
            Err(_) => {
                OpenOptions::new().write(true).create_new(true).open(to)?;
                fs::rename(&self.path, to).inspect_err(|_| drop(fs::remove_file(to)))
            }
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // It is gone already where it was renamed.
        let _gone = fs::remove_file(&self.path);
    }
}

/// Brings the names in a folder to the disk, where the system can. The file itself is there and whole: what fails here is no failure.
fn sync(folder: &Path) {
    if cfg!(unix) {
        let _synced = File::open(folder).and_then(|folder| folder.sync_all());
    }
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
