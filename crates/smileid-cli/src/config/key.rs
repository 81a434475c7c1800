//! A key from a file, from standard input or from a variable, into memory that is wiped. It is never an argument and never shown.

use std::env;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use smileid_core::ApiKey;
use smileid_http::key_text;
use zeroize::Zeroize as _;

use crate::failure::{Failure, Kind, reason};
use crate::input;

/// Where a key is to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A file, or standard input for `-`; and what named it.
    File {
        /// Where it is.
        path: PathBuf,
        /// The flag, the variable or the field that says so.
        from: &'static str,
    },
    /// A variable of the environment: weaker, since every child and every process of the user can read it.
    Variable(&'static str),
}

/// Reads a key.
pub(crate) fn read(source: &Source) -> Result<ApiKey, Failure> {
    let text = match source {
        Source::Variable(name) => env::var_os(name).unwrap_or_default().into_string().map_err(|value| {
            value.into_encoded_bytes().zeroize();
            Failure::invalid(format!("{name} is not UTF-8: give the key as the Smile ID portal shows it"))
        })?,
        Source::File { path, from } => {
            let opened = if path.as_os_str() == "-" { standard_input() } else { input::open(path) };
            opened.and_then(key_text).map_err(|error| match error.kind() {
                ErrorKind::FileTooLarge => Failure::invalid(
                    "the file with the API key is longer than any key: give a file with only the key",
                ),
                ErrorKind::InvalidData => {
                    Failure::invalid("the file with the API key is not UTF-8: give a file with only the key")
                }
                // The path is not repeated: it may be the key itself, by mistake.
                _ => {
                    let why = reason(&error);
                    Failure::new(
                        Kind::Credentials,
                        format!(
                            "the file with the API key cannot be read ({why}): {from} takes a path, not the key; check that \
                             path and its permissions"
                        ),
                    )
                }
            })?
        }
    };
    Ok(ApiKey::new(text)?)
}

/// Standard input without the buffer of the standard library's own handle, which would keep a copy of the key.
#[cfg(unix)]
fn standard_input() -> io::Result<File> {
    use std::os::fd::AsFd;
    io::stdin().as_fd().try_clone_to_owned().map(File::from)
}

#[cfg(windows)]
fn standard_input() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    io::stdin().as_handle().try_clone_to_owned().map(File::from)
}
