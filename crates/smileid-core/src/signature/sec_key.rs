//! The legacy scheme: `sec_key` made and verified with the partner's RSA public key. Only the public operation is used.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::Mac;
use rsa::hazmat::rsa_encrypt;
use rsa::pkcs1::{self, DecodeRsaPublicKey};
use rsa::pkcs8::{DecodePublicKey, SubjectPublicKeyInfoRef};
use rsa::traits::PublicKeyParts;
use rsa::{BigUint, RsaPublicKey};
use zeroize::Zeroizing;

use super::hmac::HmacKey;
use super::legacy_pair::LegacyPair;
use super::unkeyed_hash;
use crate::credentials::{ApiKey, PartnerId};
use crate::input::InvalidInput;

/// The two sizes of modulus the service hands out, in bits.
const SIZES: [usize; 2] = [1024, 2048];

/// How any PEM block starts, and how the two that contain a public key start and end.
const BEGIN: &[u8] = b"-----BEGIN ";
const MARKS: [(&[u8], &[u8]); 2] = [
    (b"-----BEGIN PUBLIC KEY-----", b"-----END PUBLIC KEY-----"),
    (b"-----BEGIN RSA PUBLIC KEY-----", b"-----END RSA PUBLIC KEY-----"),
];

/// The hash that is sealed is 64 ASCII characters.
const HASH_LEN: usize = 64;

/// What the padding is derived from beside the key and the message.
const PADDING_TAG: &[u8] = b"smileid sec_key padding";

/// An API key of the legacy scheme, prepared: base64 of an RSA public key in PEM or DER.
#[derive(Clone)]
pub(super) struct SecKey {
    public: RsaPublicKey,
    /// Keyed with the API key itself, which is what an observer of requests does not know.
    padding: HmacKey,
}

impl SecKey {
    /// Reads the key out of its text.
    pub(super) fn new(key: &ApiKey) -> Result<Self, InvalidInput> {
        let problem = |text| InvalidInput::new("api_key", text);
        let der_or_pem = STANDARD.decode(key.expose()).map(Zeroizing::new).map_err(|_| {
            problem("is not base64, as a key of the sec_key scheme is: copy it from the Smile ID portal")
        })?;
        let no_key = problem("is not an RSA public key in PEM or DER, as a key of the sec_key scheme is");
        let der = if der_or_pem.windows(BEGIN.len()).any(|part| part == BEGIN) {
            &*of_pem(&der_or_pem).ok_or(no_key)?
        } else {
            &*der_or_pem
        };
        let bits = modulus_bits(der).ok_or(no_key)?;
        if !SIZES.contains(&bits) {
            return Err(problem("is an RSA key of another size than 1024 or 2048 bits").with_bits(bits));
        }
        let public = RsaPublicKey::from_public_key_der(der).ok().or_else(|| RsaPublicKey::from_pkcs1_der(der).ok());
        let public = public.ok_or(no_key)?;
        Ok(Self { public, padding: HmacKey::new(key) })
    }

    /// `base64(RSA PKCS#1 v1.5 (hash)) ‖ "|" ‖ hash`, with `hash = sha256("<partner id as integer>:<timestamp>")` in hexadecimal.
    ///
    /// The padding is derived rather than random, since core has no entropy. It is keyed with the API key: were it guessable, two
    /// requests would give the modulus away, the message being public beside it.
    pub(super) fn sign(&self, timestamp: &str, partner_id: &PartnerId) -> Result<String, InvalidInput> {
        let hash = unkeyed_hash(partner_id, timestamp)?;
        let size = self.public.size();
        let mut block = Vec::with_capacity(size);
        block.extend_from_slice(&[0, 2]);
        self.pad(&mut block, size - HASH_LEN - 1, hash.as_str());
        block.push(0);
        block.extend_from_slice(hash.as_str().as_bytes());
        let sealed =
            self.public_operation(&block).ok_or_else(|| InvalidInput::new("api_key", "is not a usable RSA key"))?;
        Ok(format!("{}|{}", STANDARD.encode(sealed), hash.as_str()))
    }

    /// Whether the pair was made with the private half of this key over the same partner and timestamp.
    pub(super) fn verify(&self, timestamp: &str, partner_id: &PartnerId, pair: &LegacyPair<'_>) -> bool {
        let Ok(hash) = unkeyed_hash(partner_id, timestamp) else { return false };
        let size = self.public.size();
        if pair.sealed.len() != size || !pair.hash.eq_ignore_ascii_case(hash.as_str()) {
            return false;
        }
        let mut expected = Vec::with_capacity(size);
        expected.extend_from_slice(&[0, 1]);
        expected.resize(size - HASH_LEN - 1, 0xFF);
        expected.push(0);
        expected.extend_from_slice(hash.as_str().as_bytes());
        // Neither side is secret: the block is what anybody with the public key can open.
        self.public_operation(&pair.sealed).is_some_and(|opened| opened == expected)
    }

    /// `block ^ e mod n`, in as many bytes as the modulus has, or `None` if the block is no number below the modulus.
    fn public_operation(&self, block: &[u8]) -> Option<Vec<u8>> {
        let number = BigUint::from_bytes_be(block);
        if &number >= self.public.n() {
            return None;
        }
        let opened = rsa_encrypt(&self.public, &number).ok()?.to_bytes_be();
        let mut out = vec![0; self.public.size().checked_sub(opened.len())?];
        out.extend_from_slice(&opened);
        Some(out)
    }

    /// Appends bytes that are not zero until the block is `len` long.
    fn pad(&self, block: &mut Vec<u8>, len: usize, hash: &str) {
        let derived = (0_u32..).flat_map(|counter| {
            let mut mac = self.padding.begin();
            mac.update(PADDING_TAG);
            mac.update(&counter.to_be_bytes());
            mac.update(hash.as_bytes());
            mac.finalize().into_bytes()
        });
        block.extend(derived.filter(|byte| *byte != 0).take(len - block.len()));
    }
}

impl fmt::Debug for SecKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecKey(..)")
    }
}

/// The DER in a PEM text, laid out in any way that OpenSSL reads: text before the header, lines of any length, blanks at their ends, blank
/// lines. The `pem-rfc7468` crate beneath `rsa` accepts 64 columns only.
fn of_pem(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let after = |text: &'_ [u8], mark: &[u8]| text.windows(mark.len()).position(|part| part == mark);
    for (begin, end) in MARKS {
        let Some(start) = after(text, begin) else { continue };
        let body = text.get(start + begin.len()..)?;
        let body = body.get(..after(body, end)?)?;
        let base64: Zeroizing<Vec<u8>> =
            Zeroizing::new(body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect());
        return STANDARD.decode(&*base64).ok().map(Zeroizing::new);
    }
    None
}

/// The size of an RSA public key's modulus, however large: `rsa` reads none above 4096 bits.
fn modulus_bits(der: &[u8]) -> Option<usize> {
    let inner = SubjectPublicKeyInfoRef::try_from(der).ok().and_then(|info| info.subject_public_key.as_bytes());
    let key = pkcs1::RsaPublicKey::try_from(inner.unwrap_or(der)).ok()?;
    let modulus = key.modulus.as_bytes();
    Some(modulus.len() * 8 - usize::try_from(modulus.first()?.leading_zeros()).ok()?)
}

#[cfg(test)]
#[path = "sec_key_tests.rs"]
mod tests;
