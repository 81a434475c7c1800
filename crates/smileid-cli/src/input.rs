//! A document from a file or from standard input, read no further than its limit.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use smileid_core::json::Limits;

use crate::failure::{Failure, Kind, reason};

/// The whole document.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let limit = Limits::HARD_MAX_BYTES;
    let document = if path.as_os_str() == "-" {
        bounded(io::stdin().lock(), 0, limit)
    } else {
        open(path).and_then(|file| {
            let size = file.metadata().map_or(0, |m| m.len());
            bounded(file, usize::try_from(size).unwrap_or(limit), limit)
        })
    };
    let document = document.map_err(|error| {
        let name = if path.as_os_str() == "-" { "standard input".into() } else { path.display().to_string() };
        let why = reason(&error);
        Failure::invalid(format!("{name} cannot be read ({why}): give the path of a file, or - for standard input"))
    })?;
    if document.len() > limit {
        return Err(Failure::new(
            Kind::Malformed,
            format!("too_large: the document is larger than the limit at byte {limit}"),
        ));
    }
    Ok(document)
}

/// Opens a file to read it. Of a folder Windows says that permission is denied, and Linux opens it.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    if path.is_dir() { Err(ErrorKind::IsADirectory.into()) } else { File::open(path) }
}

/// A whole file of at most `limit` bytes: a part of one would say something else.
pub(crate) fn small(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    let bytes = bounded(open(path)?, 0, limit)?;
    if bytes.len() > limit { Err(ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

/// The same as text.
pub(crate) fn small_text(path: &Path, limit: usize) -> io::Result<String> {
    String::from_utf8(small(path, limit)?).map_err(|_| ErrorKind::InvalidData.into())
}

/// At most one byte more than the limit, so that a longer document differs from one that just fits.
fn bounded(from: impl Read, size: usize, limit: usize) -> io::Result<Vec<u8>> {
    let most = limit + 1;
    let mut document = Vec::with_capacity(size.saturating_add(1).min(most));
    from.take(u64::try_from(most).unwrap_or(u64::MAX)).read_to_end(&mut document)?;
    Ok(document)
}
