//! The unkeyed hash in place of a signature, recognised so that it is not mistaken for one. It proves nothing.

use core::fmt;

use sha2::{Digest, Sha256};

use crate::credentials::PartnerId;
use crate::input::InvalidInput;

/// `sha256("<partner id as integer>:<timestamp>")` in 64 lowercase hexadecimal digits. Anybody can compute it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct UnkeyedHash([u8; 64]);

impl UnkeyedHash {
    /// Returns the 64 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether `text` is this hash with exactly one digit left out, as in the document's own sample.
    pub(super) fn is_one_digit_longer_than(&self, text: &str) -> bool {
        let (hash, text) = (&self.0[..], text.as_bytes());
        if text.len() + 1 != hash.len() {
            return false;
        }
        let same = hash.iter().zip(text).take_while(|(a, b)| a == b).count();
        hash.get(same + 1..) == text.get(same..)
    }
}

impl fmt::Debug for UnkeyedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Computes the hash that old replies carry in place of a signature.
///
/// # Errors
/// [`InvalidInput`] if the partner id contains anything other than digits: there is no such hash for it.
pub fn unkeyed_hash(partner_id: &PartnerId, timestamp: &str) -> Result<UnkeyedHash, InvalidInput> {
    let mut hash = Sha256::new();
    hash.update(partner_id.as_integer()?.as_bytes());
    hash.update(b":");
    hash.update(timestamp.as_bytes());
    let mut hex = [0; 64];
    for (byte, pair) in hash.finalize().iter().zip(hex.chunks_exact_mut(2)) {
        let digit = |n: u8| if n < 10 { b'0' + n } else { b'a' + n - 10 };
        pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
    Ok(UnkeyedHash(hex))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    #[test]
    fn the_hashes_of_the_document_and_of_the_recorded_reply() {
        let cases = [
            ("023", "2018-03-13T21:04:11.193Z", "5445722f5af1791eb434949cce9a88dd321e5959fd2f4a8562ecb12bb00c33fe"),
            ("001", "1678216434434", "6f3dec6d6fad3cfe36fb62b38a185de1cd53088291082d6f20fddbf5ea0e4a0f"),
        ];
        for (partner, timestamp, expected) in cases {
            assert_eq!(unkeyed_hash(&PartnerId::new(partner).unwrap(), timestamp).unwrap().as_str(), expected);
        }
        assert!(unkeyed_hash(&PartnerId::new("partner").unwrap(), "1").is_err());
    }

    #[test]
    fn a_text_short_of_one_digit_is_recognised_wherever_the_digit_was() {
        let hash = unkeyed_hash(&PartnerId::new("1").unwrap(), "1678216434434").unwrap();
        for i in 0..64 {
            let mut short = String::from(hash.as_str());
            short.remove(i);
            assert!(hash.is_one_digit_longer_than(&short), "{i}");
        }
        assert!(!hash.is_one_digit_longer_than(hash.as_str()));
        assert!(!hash.is_one_digit_longer_than(&"0".repeat(63)));
        assert!(!hash.is_one_digit_longer_than(""));
    }
}
