//! Signing and verifying: the only place where cryptography is named. What a proof means is told here; whether to trust it is policy.

mod claim;
mod hmac;
mod unkeyed;

pub use self::claim::{Claim, KeySlot, NotProven, Proof, ProofField, ProofKind, UnrecognisedReason};
pub use self::hmac::{HmacKey, Signature};
pub use self::unkeyed::{UnkeyedHash, unkeyed_hash};

use crate::credentials::{Credentials, PartnerId};
use crate::time::{Moment, Timestamp};

/// Credentials made ready: each key's HMAC state is prepared once and serves every request and every reply.
#[derive(Debug, Clone)]
pub struct Signer {
    partner_id: PartnerId,
    current: HmacKey,
    previous: Option<HmacKey>,
}

impl Signer {
    /// Prepares the keys of `credentials`.
    #[must_use]
    pub fn new(credentials: &Credentials) -> Self {
        Self {
            partner_id: credentials.partner_id().clone(),
            current: HmacKey::new(credentials.api_key()),
            previous: credentials.previous_api_key().map(HmacKey::new),
        }
    }

    /// Whose requests are signed.
    #[must_use]
    pub const fn partner_id(&self) -> &PartnerId {
        &self.partner_id
    }

    /// Signs the present: a timestamp in the form the service accepts, and the signature over it.
    #[must_use]
    pub fn authorize(&self, now: Moment) -> Authorization {
        self.authorize_at(Timestamp::at(now))
    }

    /// Signs a timestamp of one's own choosing, over its exact text.
    #[must_use]
    pub fn authorize_at(&self, timestamp: Timestamp) -> Authorization {
        Authorization { signature: self.current.sign(timestamp.as_str(), &self.partner_id), timestamp }
    }

    /// Which of the active keys the signature in `claimed` was made with, if any. Each comparison takes constant time.
    fn holding_key(&self, timestamp: &str, claimed: &[u8; 32]) -> Option<KeySlot> {
        if self.current.verify(timestamp, &self.partner_id, claimed) {
            return Some(KeySlot::Current);
        }
        let previous = self.previous.as_ref()?;
        previous.verify(timestamp, &self.partner_id, claimed).then_some(KeySlot::Previous)
    }
}

/// What a request carries to show who sends it: a timestamp and the signature over it.
#[derive(Debug, Clone, Copy)]
pub struct Authorization {
    timestamp: Timestamp,
    signature: Signature,
}

impl Authorization {
    /// The timestamp, whose exact text is what was signed.
    #[must_use]
    pub const fn timestamp(&self) -> &Timestamp {
        &self.timestamp
    }

    /// The name of the request field that carries [`Authorization::value`].
    #[must_use]
    pub const fn field(&self) -> &'static str {
        "signature"
    }

    /// The text of that field.
    #[must_use]
    pub fn value(&self) -> &str {
        self.signature.as_str()
    }
}
