//! Signs requests where there is no operating system: in a payment terminal, a hardware module, an enclave. It has no clock, no socket
//! and no entropy; the time comes in as a number, and what it gives goes out over whatever line there is.
//!
//! The program beside it shows it on a computer. `cargo build --lib --package no-std-signing --target thumbv7em-none-eabi` builds it
//! for a microcontroller. The key's text is on the heap, so the firmware brings an allocator; signing itself allocates nothing.
#![no_std]

use core::time::Duration;

use smileid_core::{ApiKey, Credentials, InvalidInput, Moment, PartnerId, Signer, Timestamp};

pub use smileid_core::Authorization;

/// A partner's key, prepared once. It is wiped from memory when this is dropped, and `Debug` does not show it.
#[derive(Debug)]
pub struct Seal {
    signer: Signer,
}

impl Seal {
    /// Takes the key out of its store: its text as it is, never decoded from base64 first.
    ///
    /// # Errors
    /// [`InvalidInput`] for a partner id or a key that cannot be one.
    pub fn new(partner_id: &str, api_key: &str) -> Result<Self, InvalidInput> {
        let credentials = Credentials::new(PartnerId::new(partner_id)?, ApiKey::new(api_key)?);
        Ok(Self { signer: Signer::new(&credentials) })
    }

    /// The timestamp and the signature that go into a request, for the present in milliseconds since 1970.
    ///
    /// ```
    /// let seal = no_std_signing::Seal::new("001", "key")?;
    /// let signed = seal.sign(1_791_115_200_000);
    /// assert_eq!(signed.timestamp().as_str(), "2026-10-04T12:00:00.000Z");
    /// assert_eq!(signed.value(), "nD5rG9g/uEMJghiwVnQ2YG6BV8Dw0pjvNGG9+nGHVUE=");
    /// # Ok::<(), smileid_core::InvalidInput>(())
    /// ```
    #[must_use]
    pub fn sign(&self, unix_millis: i64) -> Authorization {
        // A device that counts milliseconds for its deadlines gives them here in place of zero; for signing they do not matter.
        let now = Moment::new(unix_millis, Duration::ZERO);
        self.signer.authorize_at(Timestamp::at(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_vectors_are_signed() {
        for (key, partner_id, unix_millis, timestamp, signature) in [
            (
                "apiKey",
                "partner",
                1_676_300_862_214,
                "2023-02-13T15:07:42.214Z",
                "XxThLHZy2ij1WINkqNEPgzVs9RvUDHWlebDYzprqS74=",
            ),
            (
                "apiKey",
                "partner",
                1_668_107_142_775,
                "2022-11-10T19:05:42.775Z",
                "tMPhsPdh3k3PejTNGG970gQSA41oO9/I3oERRlSSBUc=",
            ),
            (
                "apikey",
                "partner",
                1_678_397_700_279,
                "2023-03-09T21:35:00.279Z",
                "+S/hVtmFwynoroXQQbjOQ3/l+a5zshNldrQh/iBdxRQ=",
            ),
            (
                "key",
                "001",
                1_791_115_200_000,
                "2026-10-04T12:00:00.000Z",
                "nD5rG9g/uEMJghiwVnQ2YG6BV8Dw0pjvNGG9+nGHVUE=",
            ),
        ] {
            let signed = Seal::new(partner_id, key).unwrap().sign(unix_millis);
            assert_eq!((signed.timestamp().as_str(), signed.value()), (timestamp, signature));
        }
    }

    #[test]
    fn what_cannot_be_a_partner_or_a_key_is_refused() {
        for (partner_id, key) in [("", "key"), ("0 1", "key"), ("001", ""), ("001", "key\n")] {
            assert!(Seal::new(partner_id, key).is_err());
        }
    }
}
