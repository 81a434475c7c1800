//! Signing and verifying: the only place where cryptography is named. This module says what a proof means; whether to trust
//! it is policy.

mod claim;
mod header_pair;
mod hmac;
mod instants;
mod legacy_pair;
mod proof_status;
#[cfg(feature = "sec-key")]
mod sec_key;
mod unkeyed;

use alloc::string::String;

pub use self::claim::{KeySlot, NotProven, Proof, ProofClaim, ProofField, ProofKind, UnrecognisedReason};
pub use self::header_pair::HeaderPair;
pub use self::hmac::{HmacKey, Signature};
pub(crate) use self::instants::RecentInstants;
pub use self::proof_status::ProofStatus;
pub use self::unkeyed::{UnkeyedHash, unkeyed_hash};

use self::legacy_pair::LegacyPair;
#[cfg(feature = "sec-key")]
use self::sec_key::SecKey;
use crate::credentials::{ApiKey, Credentials, PartnerId, Scheme};
use crate::input::InvalidInput;
use crate::time::{Moment, Timestamp};

/// Credentials that are ready to use: each key is prepared once, for every request and every reply.
#[derive(Debug, Clone)]
pub struct Signer {
    partner_id: PartnerId,
    scheme: Scheme,
    current: Key,
    previous: Option<Key>,
}

/// One API key in each form it can be used in.
#[derive(Debug, Clone)]
struct Key {
    hmac: HmacKey,
    /// Where the key's text is an RSA public key, so that old replies can be verified whatever the scheme of requests.
    #[cfg(feature = "sec-key")]
    sec_key: Option<SecKey>,
}

impl Key {
    fn new(key: &ApiKey) -> Self {
        Self {
            hmac: HmacKey::new(key),
            #[cfg(feature = "sec-key")]
            sec_key: SecKey::new(key).ok(),
        }
    }
}

impl Credentials {
    /// Sets the scheme that signs requests. Defaults to HMAC.
    ///
    /// # Errors
    /// Returns [`InvalidInput`] if the API key or the partner id does not suit the scheme. Every key and every id suits HMAC; `sec_key`
    /// needs an RSA key and a partner id of digits.
    pub fn with_scheme(self, scheme: Scheme) -> Result<Self, InvalidInput> {
        match scheme {
            Scheme::Hmac => {}
            #[cfg(feature = "sec-key")]
            Scheme::SecKey => {
                self.partner_id().as_integer()?;
                SecKey::new(self.api_key())?;
            }
        }
        Ok(self.signing_by(scheme))
    }
}

impl Signer {
    /// Prepares the keys of `credentials`.
    #[must_use]
    pub fn new(credentials: &Credentials) -> Self {
        Self {
            partner_id: credentials.partner_id().clone(),
            scheme: credentials.scheme(),
            current: Key::new(credentials.api_key()),
            previous: credentials.previous_api_key().map(Key::new),
        }
    }

    /// Returns the partner whose requests are signed.
    #[must_use]
    pub const fn partner_id(&self) -> &PartnerId {
        &self.partner_id
    }

    /// Signs the present: a timestamp in the form the scheme uses, and the proof over it.
    ///
    /// With HMAC, it avoids the one millisecond a second that is kept for the requests of a [`Session`](crate::session::Session), so
    /// that this pair is never taken for the echo of one. The timestamp is then one or two milliseconds older.
    #[must_use]
    pub fn authorize(&self, now: Moment) -> Authorization {
        self.authorize_at(match self.scheme {
            Scheme::Hmac => Timestamp::at(self.current.hmac.plain_instant(now)),
            #[cfg(feature = "sec-key")]
            Scheme::SecKey => Timestamp::unix_millis_at(now),
        })
    }

    /// Signs a request of a session, not after `latest`. With HMAC, its pair is recognised should it come back.
    pub(crate) fn authorize_request(&self, latest: Moment, recent: &mut RecentInstants) -> Authorization {
        self.authorize_at(match self.scheme {
            Scheme::Hmac => Timestamp::at(self.current.hmac.request_instant(latest, recent)),
            #[cfg(feature = "sec-key")]
            Scheme::SecKey => Timestamp::unix_millis_at(latest),
        })
    }

    /// Signs a timestamp that you choose, over its exact text.
    #[must_use]
    pub fn authorize_at(&self, timestamp: Timestamp) -> Authorization {
        let proof = match self.scheme {
            Scheme::Hmac => SignedProof::Signature(self.current.hmac.sign(timestamp.as_str(), &self.partner_id)),
            #[cfg(feature = "sec-key")]
            Scheme::SecKey => SignedProof::SecKey(
                // `Credentials::with_scheme` checked that both suit the scheme.
                self.current
                    .sec_key
                    .as_ref()
                    .and_then(|k| k.sign(timestamp.as_str(), &self.partner_id).ok())
                    .unwrap_or_default(),
            ),
        };
        Authorization { timestamp, proof }
    }

    /// Which of the active keys the MAC was made with, if any. Each comparison takes constant time.
    fn hmac_holds(&self, timestamp: &str, mac: &[u8; 32]) -> Option<(KeySlot, &HmacKey)> {
        self.slots()
            .find(|(_, key)| key.hmac.verify(timestamp, &self.partner_id, mac))
            .map(|(slot, key)| (slot, &key.hmac))
    }

    /// Which of the active keys is the public half of the one the pair was made with, if any.
    #[cfg(feature = "sec-key")]
    fn pair_holds(&self, timestamp: &str, pair: &LegacyPair<'_>) -> Option<KeySlot> {
        let holds = |key: &Key| key.sec_key.as_ref().is_some_and(|k| k.verify(timestamp, &self.partner_id, pair));
        self.slots().find(|(_, key)| holds(key)).map(|(slot, _)| slot)
    }

    /// Without the feature no pair can be verified: it stays a shape that does not hold.
    #[cfg(not(feature = "sec-key"))]
    #[expect(clippy::unused_self, reason = "the twin of the function that needs the feature")]
    const fn pair_holds(&self, _: &str, _: &LegacyPair<'_>) -> Option<KeySlot> {
        None
    }

    fn slots(&self) -> impl Iterator<Item = (KeySlot, &Key)> {
        let previous = self.previous.as_ref().map(|key| (KeySlot::Previous, key));
        core::iter::once((KeySlot::Current, &self.current)).chain(previous)
    }
}

/// What a request carries to show who sends it: a timestamp and the proof over it.
#[derive(Debug, Clone)]
pub struct Authorization {
    timestamp: Timestamp,
    proof: SignedProof,
}

#[derive(Clone)]
enum SignedProof {
    Signature(Signature),
    #[cfg_attr(not(feature = "sec-key"), expect(dead_code, reason = "made only by the legacy scheme"))]
    SecKey(String),
}

impl core::fmt::Debug for SignedProof {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Signature(_) => "Signature(..)",
            Self::SecKey(_) => "SecKey(..)",
        })
    }
}

impl Authorization {
    /// Returns the timestamp, whose exact text is what was signed. In the legacy scheme it travels as a JSON number.
    #[must_use]
    pub const fn timestamp(&self) -> &Timestamp {
        &self.timestamp
    }

    /// Returns the name of the request field that carries [`Authorization::value`]: `signature` or `sec_key`.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self.proof {
            SignedProof::Signature(_) => "signature",
            SignedProof::SecKey(_) => "sec_key",
        }
    }

    /// Returns the text of that field.
    #[must_use]
    pub fn value(&self) -> &str {
        match &self.proof {
            SignedProof::Signature(signature) => signature.as_str(),
            SignedProof::SecKey(text) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::ToString;

    #[test]
    fn secrets_show_only_their_name() {
        let credentials = Credentials::new(PartnerId::new("023").unwrap(), ApiKey::new("key").unwrap());
        let signer = Signer::new(&credentials);
        let authorization = signer.authorize(Moment::new(1_791_115_200_000, core::time::Duration::ZERO));
        assert_eq!(format!("{:?}", signer.current.hmac), "HmacKey(..)");
        assert_eq!(format!("{:?}", signer.current.hmac.sign("t", signer.partner_id())), "Signature(..)");
        assert!(format!("{authorization:?}").contains("Signature(..)"));
        let fields = [ProofField::Missing, ProofField::Text("canary"), ProofField::OtherType];
        assert_eq!(format!("{fields:?}"), "[Missing, Text(..), OtherType]");
        let hash = unkeyed_hash(signer.partner_id(), "t").unwrap();
        assert_eq!(format!("{hash:?}"), hash.as_str(), "what anybody can compute is no secret");
    }

    #[test]
    fn each_reason_why_a_claim_proves_nothing_says_so() {
        use UnrecognisedReason::{OneDigitShort, Shape, Type, Unpadded, UrlSafe};
        for (why, word, part) in [
            (NotProven::Missing, "missing", "no timestamp or no signature"),
            (NotProven::Unrecognised(OneDigitShort), "unrecognised", "short of one digit"),
            (NotProven::Unrecognised(Shape), "unrecognised", "none of the known shapes"),
            (NotProven::Unrecognised(UrlSafe), "unrecognised", "base64 for URLs"),
            (NotProven::Unrecognised(Unpadded), "unrecognised", "without its padding"),
            (NotProven::Unrecognised(Type), "unrecognised", "is not text"),
            (NotProven::Unkeyed, "unkeyed", "anybody can compute"),
            (NotProven::Invalid, "invalid", "another key"),
        ] {
            assert_eq!((why.as_str(), why.explanation()), (word, why.to_string().as_str()));
            assert_eq!(why.status().to_string(), word);
            assert!(why.explanation().contains(part), "{why}");
        }
    }
}
