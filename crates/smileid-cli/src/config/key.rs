//! A key from a file, from standard input or from a variable, into memory that is wiped. It is never an argument and never shown.

use core::mem;
use std::env;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use smileid_core::ApiKey;
use zeroize::{Zeroize, Zeroizing};

use crate::failure::{Failure, Kind, reason};

/// The longest key that is read, in bytes: the longest known is an RSA key of under 1 KiB.
const LONGEST: usize = 16 * 1024;

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

/// Reads a key. One last LF or CRLF of a file is dropped, and nothing else.
pub(crate) fn read(source: &Source) -> Result<ApiKey, Failure> {
    let text = match source {
        Source::Variable(name) => env::var_os(name).unwrap_or_default().into_string().map_err(|value| {
            value.into_encoded_bytes().zeroize();
            Failure::invalid(format!("{name} is not UTF-8: give the key as the Smile ID portal shows it"))
        })?,
        Source::File { path, from } => {
            let opened = if path.as_os_str() == "-" { standard_input() } else { File::open(path) };
            let bytes = opened.and_then(all_of).map_err(|error| {
                // The path is not repeated: it may be the key itself, by mistake.
                let message = format!(
                    "the file with the API key cannot be read ({}): {from} takes a path, not the key; check that path and its \
                     permissions",
                    reason(&error)
                );
                Failure::new(Kind::Credentials, message)
            })?;
            without_line_end(text(bytes)?)
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

/// The file's bytes, in one piece of memory that is never moved: growing would leave copies behind.
fn all_of(mut file: File) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; LONGEST + 1]);
    let mut len = 0;
    loop {
        let rest = bytes.get_mut(len..).unwrap_or_default();
        match file.read(rest) {
            Ok(0) => break,
            Ok(read) => len += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(len);
    Ok(bytes)
}

/// The bytes as text, in the same memory.
fn text(mut bytes: Zeroizing<Vec<u8>>) -> Result<String, Failure> {
    if bytes.len() > LONGEST {
        return Err(Failure::invalid(
            "the file with the API key is longer than any key: give a file with only the key",
        ));
    }
    String::from_utf8(mem::take(&mut *bytes)).map_err(|error| {
        error.into_bytes().zeroize();
        Failure::invalid("the file with the API key is not UTF-8: give a file with only the key")
    })
}

fn without_line_end(mut text: String) -> String {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_end_is_dropped_and_nothing_else() {
        for (text, key) in [
            ("k", "k"),
            ("k\n", "k"),
            ("k\r\n", "k"),
            ("k\r", "k\r"),
            ("k\n\n", "k\n"),
            (" k \n", " k "),
            ("\n", ""),
            ("", ""),
        ] {
            assert_eq!(without_line_end(text.to_owned()), key, "{text:?}");
        }
    }

    #[test]
    fn texts_that_are_not_keys_are_refused() {
        assert!(text(Zeroizing::new(b"\xFF".to_vec())).is_err());
        assert!(text(Zeroizing::new(vec![b'k'; LONGEST + 1])).is_err());
        assert_eq!(text(Zeroizing::new(vec![b'k'; LONGEST])).unwrap().len(), LONGEST);
    }
}
