//! The SHA-256 of a file's bytes, with which a manifest identifies the file that was fetched. It signs and proves nothing.

use sha2::{Digest, Sha256};

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
