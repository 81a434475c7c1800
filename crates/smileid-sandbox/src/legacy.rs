//! The service's half of the legacy scheme: it keeps the private key, opens what partners seal and makes the pair of replies.

use core::fmt;
use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rsa::pkcs8::{EncodePublicKey, LineEnding};
use rsa::rand_core::OsRng;
use rsa::{Pkcs1v15Encrypt, Pkcs1v15Sign, RsaPrivateKey};

/// The size of the key, the larger of the two that are in use.
const BITS: usize = 2048;

/// A key pair of the legacy scheme.
///
/// Its operations take a time that depends on the key (RUSTSEC-2023-0071). The key is made for one run on one machine and
/// protects nothing.
pub(crate) struct LegacyKey {
    private: RsaPrivateKey,
}

impl LegacyKey {
    /// Makes a pair.
    pub(crate) fn generate() -> io::Result<Self> {
        RsaPrivateKey::new(&mut OsRng, BITS).map(|private| Self { private }).map_err(io::Error::other)
    }

    /// The public key as a partner is given it for an API key: base64 of its PEM text.
    pub(crate) fn api_key(&self) -> io::Result<String> {
        let pem = self.private.to_public_key().to_public_key_pem(LineEnding::LF).map_err(io::Error::other)?;
        Ok(STANDARD.encode(pem))
    }

    /// What a partner sealed with the public key, or `None` if it was sealed with another, or is no base64.
    pub(crate) fn open(&self, sealed: &str) -> Option<Vec<u8>> {
        self.private.decrypt(Pkcs1v15Encrypt, &STANDARD.decode(sealed).ok()?).ok()
    }

    /// The pair over a hash: its private-key form (type-1 padding, no `DigestInfo`), then the hash itself.
    pub(crate) fn pair(&self, hash: &str) -> Option<String> {
        let sealed = self.private.sign(Pkcs1v15Sign::new_unprefixed(), hash.as_bytes()).ok()?;
        Some(format!("{}|{hash}", STANDARD.encode(sealed)))
    }
}

impl fmt::Debug for LegacyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LegacyKey(..)")
    }
}
