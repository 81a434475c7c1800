//! The text of a key from a file, in memory that is wiped and never moved: growing would leave copies behind.

use std::io::{self, Read};

use zeroize::{Zeroize, Zeroizing};

/// The longest key that is read, in bytes: the longest known is an RSA key of under 1 KiB.
const LONGEST: usize = 16 * 1024;

/// Reads a key to the end of its file. One last LF or CRLF is dropped, and nothing else.
///
/// # Errors
/// Of kind `FileTooLarge` if it is longer than any key, of kind `InvalidData` if it is not UTF-8, and those of reading.
pub fn key_text(mut file: impl Read) -> io::Result<String> {
    let mut bytes = Zeroizing::new(vec![0; LONGEST + 1]);
    let mut len = 0;
    loop {
        match file.read(bytes.get_mut(len..).unwrap_or_default()) {
            Ok(0) => break,
            Ok(read) => len += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    if len > LONGEST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    bytes.truncate(len);
    let mut text = String::from_utf8(core::mem::take(&mut *bytes)).map_err(|error| {
        error.into_bytes().zeroize();
        io::Error::from(io::ErrorKind::InvalidData)
    })?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
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
            (" k ", " k "),
            (" k \n", " k "),
            ("\n", ""),
            ("", ""),
        ] {
            assert_eq!(key_text(text.as_bytes()).unwrap(), key, "{text:?}");
        }
    }

    #[test]
    fn texts_that_are_not_keys_are_refused() {
        let kind = |bytes: &[u8]| key_text(bytes).map(|text| text.len()).map_err(|error| error.kind());
        assert_eq!(kind(b"\xFF"), Err(io::ErrorKind::InvalidData));
        assert_eq!(kind(&vec![b'k'; LONGEST]), Ok(LONGEST));
        assert_eq!(kind(&vec![b'k'; LONGEST + 1]), Err(io::ErrorKind::FileTooLarge));
    }
}
