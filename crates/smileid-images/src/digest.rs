//! The SHA-256 of a file's bytes, by which a manifest tells that it is the one that was fetched. Nothing is signed or proven with it.

use sha2::{Digest, Sha256};

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
