//! The HMAC scheme: message, MAC and text of a `signature`. It knows the key and the message, not what they are for.

use alloc::boxed::Box;
use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroizing, zeroize_stack};

use crate::credentials::{ApiKey, PartnerId};

/// What every signed message ends with, in requests and replies alike.
const TAG: &[u8] = b"sid_request";

/// What the seed of the request instants is the MAC of. A signed message starts with a timestamp, so with a digit, and this does not.
const SEED_TAG: &[u8] = b"smileid request instants";

/// More stack than preparing a key takes, in any build: two blocks, two states, and the message schedule of SHA-256.
const PREPARING_STACK: usize = 4096;

/// A signature as it travels: 44 characters of standard base64 over 32 bytes of HMAC-SHA256.
#[derive(Clone, Copy)]
pub struct Signature([u8; 44]);

impl Signature {
    /// Returns the 44 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    fn encode(mac: &[u8]) -> Self {
        let mut text = [b'='; 44];
        // 32 bytes are 44 characters, always: the slice cannot be too short.
        let written = STANDARD.encode_slice(mac, &mut text);
        debug_assert_eq!(written, Ok(44));
        Self(text)
    }

    /// Returns the 32 bytes that a text in this shape encodes, or `None` unless it is canonical, padded, standard base64 of
    /// 32 bytes.
    pub(super) fn decode(text: &str) -> Option<[u8; 32]> {
        let mut bytes = [0; 33];
        let len = STANDARD.decode_slice(text.as_bytes(), &mut bytes).ok()?;
        (text.len() == 44 && len == 32).then(|| bytes.first_chunk().copied())?
    }
}

/// The characters are not shown: anyone who has them can sign with them while they are fresh.
impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(..)")
    }
}

/// An API key prepared for HMAC-SHA256: its state is computed once; signing and verifying allocate nothing.
#[derive(Clone)]
pub struct HmacKey {
    state: Hmac<Sha256>,
    /// Chooses the instants of requests. Boxed, so that moves leave no copies behind.
    seed: Box<Zeroizing<u64>>,
}

impl HmacKey {
    /// Prepares `key`. Its text is used as raw UTF-8, never decoded from base64 first.
    #[must_use]
    pub fn new(key: &ApiKey) -> Self {
        let prepared = prepare(key);
        zeroize_stack::<PREPARING_STACK>();
        prepared
    }

    /// Returns `base64(HMAC-SHA256(key, timestamp ‖ partner id ‖ "sid_request"))`.
    ///
    /// ```
    /// use smileid_core::{ApiKey, HmacKey, PartnerId};
    /// let key = HmacKey::new(&ApiKey::new("key")?);
    /// let signature = key.sign("2026-10-04T12:00:00.000Z", &PartnerId::new("001")?);
    /// assert_eq!(signature.as_str(), "nD5rG9g/uEMJghiwVnQ2YG6BV8Dw0pjvNGG9+nGHVUE=");
    /// # Ok::<(), smileid_core::InvalidInput>(())
    /// ```
    #[must_use]
    pub fn sign(&self, timestamp: &str, partner_id: &PartnerId) -> Signature {
        Signature::encode(&self.mac(timestamp, partner_id).finalize().into_bytes())
    }

    /// Whether `claimed` is the MAC of the same message under this key, compared in constant time.
    pub(super) fn verify(&self, timestamp: &str, partner_id: &PartnerId, claimed: &[u8; 32]) -> bool {
        self.mac(timestamp, partner_id).verify_slice(claimed).is_ok()
    }

    /// The key's own state, for a message of another kind.
    pub(super) fn begin(&self) -> Hmac<Sha256> {
        self.state.clone()
    }

    /// The first eight bytes of a MAC under this key, computed once: the instants of requests follow from them.
    pub(super) fn seed(&self) -> u64 {
        **self.seed
    }

    fn mac(&self, timestamp: &str, partner_id: &PartnerId) -> Hmac<Sha256> {
        let mut mac = self.begin();
        mac.update(timestamp.as_bytes());
        mac.update(partner_id.as_str().as_bytes());
        mac.update(TAG);
        mac
    }
}

/// Combines the key with HMAC's two pads, in blocks on the stack that the caller wipes once this frame is over, and derives the seed.
#[inline(never)]
#[expect(
    clippy::expect_used,
    reason = "HMAC is defined for keys of any length: the error has no value that could come here"
)]
fn prepare(key: &ApiKey) -> HmacKey {
    let state = Hmac::<Sha256>::new_from_slice(key.expose().as_bytes()).expect("HMAC takes keys of any length");
    let mac = state.clone().chain_update(SEED_TAG).finalize().into_bytes();
    let seed = mac.first_chunk().map_or(0, |chunk| u64::from_be_bytes(*chunk));
    HmacKey { state, seed: Box::new(Zeroizing::new(seed)) }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;
    use core::fmt::Write;

    fn key(text: &str) -> HmacKey {
        HmacKey::new(&ApiKey::new(text).unwrap())
    }

    fn partner(text: &str) -> PartnerId {
        PartnerId::new(text).unwrap()
    }

    #[test]
    fn stage_one_the_mac_is_over_timestamp_partner_and_tag_in_this_order() {
        let mut whole = Hmac::<Sha256>::new_from_slice(b"key").unwrap();
        whole.update(b"2026-10-04T12:00:00.000Z001sid_request");
        let parts = key("key").mac("2026-10-04T12:00:00.000Z", &partner("001")).finalize().into_bytes();
        assert_eq!(parts, whole.finalize().into_bytes());
    }

    #[test]
    fn stage_two_the_mac_in_hexadecimal() {
        let mac = key("key").mac("2026-10-04T12:00:00.000Z", &partner("001")).finalize().into_bytes();
        let hex = mac.iter().fold(String::new(), |mut s, b| {
            write!(s, "{b:02x}").unwrap();
            s
        });
        assert_eq!(hex, "9c3e6b1bd83fb843098218b0567436606e8157c0f0d298ef3461bdfa71875541");
    }

    #[test]
    fn stage_three_the_published_vectors() {
        let mut checked = 0;
        for line in include_str!("vectors/hmac.tsv").lines().skip(1) {
            let mut fields = line.split('\t');
            let (secret, id) = (fields.next().unwrap(), fields.next().unwrap());
            let (timestamp, expected) = (fields.next().unwrap(), fields.next().unwrap());
            let signature = key(secret).sign(timestamp, &partner(id));
            assert_eq!(signature.as_str(), expected);
            let bytes = Signature::decode(expected).unwrap();
            assert!(key(secret).verify(timestamp, &partner(id), &bytes));
            assert!(!key("other").verify(timestamp, &partner(id), &bytes));
            assert!(!key(secret).verify(timestamp, &partner("1"), &bytes));
            assert!(!key(secret).verify("2026-10-04T12:00:00.001Z", &partner(id), &bytes));
            checked += 1;
        }
        assert_eq!(checked, 4);
    }

    #[test]
    fn a_key_longer_than_a_block_and_one_of_many_bytes_are_used_whole() {
        let long = "k".repeat(65);
        let one = key(&long).sign("t", &partner("1"));
        assert_ne!(one.as_str(), key(&"k".repeat(64)).sign("t", &partner("1")).as_str());
        assert_ne!(key("ключ").sign("t", &partner("1")).as_str(), key("klyuch").sign("t", &partner("1")).as_str());
    }

    #[test]
    fn only_canonical_padded_standard_base64_of_32_bytes_has_the_shape() {
        let good = "XxThLHZy2ij1WINkqNEPgzVs9RvUDHWlebDYzprqS74=";
        assert!(Signature::decode(good).is_some());
        let bad = [
            "",
            "XxThLHZy2ij1WINkqNEPgzVs9RvUDHWlebDYzprqS74",
            "XxThLHZy2ij1WINkqNEPgzVs9RvUDHWlebDYzprqS75=",
            "XxThLHZy2ij1WINkqNEPgzVs9RvUDHWlebDYzprqS74=\n",
            " xThLHZy2ij1WINkqNEPgzVs9RvUDHWlebDYzprqS74=",
            "-S_hVtmFwynoroXQQbjOQ3_l-a5zshNldrQh_iBdxRQ=",
            "XxThLHZy2ij1WINkqNEPgzVs9RvUDHWlebDYzprqSw==",
            "XxThLHZy2ij1WINkqNEPgzVs9RvUDHWlebDYzprqS74A",
            "XxThLHZy2ij1WINkqNEPgzVs9RvUDHWlebDYzprqS7====4=",
        ];
        for text in bad {
            assert!(Signature::decode(text).is_none(), "{text}");
        }
    }
}
