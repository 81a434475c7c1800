//! The folder that images are kept in: each file whole or not at all, for its owner's eyes, over nothing that was there. What is
//! fetched, and whether, is decided elsewhere.

use std::fs::{self, DirBuilder};
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use crate::{Image, ImageError, ImageProblem, Manifest, NewFile, Saved};

/// What the manifest's file is called. No image is called so: their names end with what kind they are.
const MANIFEST: &str = "manifest.json";

/// A folder for the images of one job and their manifest.
///
/// It is made with the first file, only for its owner (0700 on Unix). Files are written under another name in the same
/// folder, brought to the disk, and then given their own; only their owner can read them (0600).
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
    replaces: bool,
}

impl Folder {
    /// Creates a folder that keeps what is there already.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), replaces: false }
    }

    /// Replaces existing files of the same name.
    #[must_use]
    pub fn replacing(mut self) -> Self {
        self.replaces = true;
        self
    }

    /// Checks whether files can be kept here, as far as is known before there are any. Call it before anything is fetched.
    ///
    /// # Errors
    /// [`ImageProblem::Exists`] if it contains a manifest that is not to be replaced, [`ImageProblem::Folder`] if it is no folder.
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

    /// Writes an image. If files are replaced, the manifest of an earlier run goes first: it described other files than are
    /// there now.
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
        let file = NewFile::new(self.path.join(name));
        let file = if self.replaces { file.replacing() } else { file };
        file.prepare(bytes)?.finish()
    }

    fn make(&self) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.path)
    }
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
