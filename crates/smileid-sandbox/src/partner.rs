//! The one partner a sandbox serves: whether a proof is theirs, and the proof of replies. Other modules explain why a proof fails.

use std::io;
use std::io::ErrorKind::InvalidInput;

use smileid_core::{
    ApiKey, Credentials, HmacKey, KeySlot, Moment, PartnerId, ProofClaim, ProofField, ProofKind, Scheme, Signer,
    Timestamp, unkeyed_hash,
};

use crate::legacy::LegacyKey;

/// The partner of a sandbox that was given no credentials.
const PARTNER_ID: &str = "023";
/// And their key, which is no secret.
const API_KEY: &str = "sandbox-api-key";

/// A partner, their key made ready, and the private half of it if they use the legacy scheme.
#[derive(Debug)]
pub(crate) struct Partner {
    pub(crate) credentials: Credentials,
    signer: Signer,
    hmac: HmacKey,
    legacy: Option<LegacyKey>,
    /// A key that is known to be wrong here, so that its use can be recognised.
    pub(crate) other_environment: Option<ApiKey>,
}

/// What a request shows for a proof.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shown<'r> {
    /// The text of `signature`.
    Signature(&'r str),
    /// The text of `sec_key`.
    SecKey(&'r str),
}

/// What a reply is signed with.
pub(crate) struct Signed {
    pub(crate) timestamp: Timestamp,
    pub(crate) proof: String,
}

impl Partner {
    /// A partner with these credentials, or with those in the source; with `sec_key`, with a key pair made now.
    pub(crate) fn new(credentials: Option<Credentials>, sec_key: bool) -> io::Result<Self> {
        let own = || Some(Credentials::new(PartnerId::new(PARTNER_ID).ok()?, ApiKey::new(API_KEY).ok()?));
        let given = credentials.or_else(own).ok_or_else(unsuitable)?;
        let (credentials, legacy) = if sec_key {
            let legacy = LegacyKey::generate()?;
            let api_key = ApiKey::new(legacy.api_key()?).map_err(|_| unsuitable())?;
            let credentials = Credentials::new(given.partner_id().clone(), api_key).with_scheme(Scheme::SecKey);
            (credentials, Some(legacy))
        } else {
            (given.with_scheme(Scheme::Hmac), None)
        };
        let credentials = credentials.map_err(|problem| io::Error::new(InvalidInput, problem))?;
        let signer = Signer::new(&credentials);
        let hmac = HmacKey::new(credentials.api_key());
        Ok(Self { credentials, signer, hmac, legacy, other_environment: None })
    }

    /// The partner's id, with its zeros.
    pub(crate) fn id(&self) -> &str {
        self.credentials.partner_id().as_str()
    }

    /// Whether this partner uses the legacy scheme.
    pub(crate) const fn uses_sec_key(&self) -> bool {
        self.legacy.is_some()
    }

    /// Whether the proof was made over the timestamp with the partner's current key.
    pub(crate) fn holds(&self, timestamp: &str, shown: Shown<'_>) -> bool {
        match shown {
            Shown::Signature(text) => self.slot(timestamp, text) == Some(KeySlot::Current),
            Shown::SecKey(text) => self.opened(text).is_some_and(|(opened, hash)| {
                opened == hash.as_bytes() && self.hash(timestamp).is_some_and(|own| own.eq_ignore_ascii_case(hash))
            }),
        }
    }

    /// Which of the partner's keys an HMAC signature was made with.
    pub(crate) fn slot(&self, timestamp: &str, signature: &str) -> Option<KeySlot> {
        let claim = ProofClaim { timestamp: ProofField::Text(timestamp), proof: ProofField::Text(signature) };
        let proof = claim.classify(&self.signer).ok()?;
        (proof.kind() == ProofKind::Hmac).then(|| proof.key())
    }

    /// What was sealed in a `sec_key`, and the hash beside it in the clear.
    pub(crate) fn opened<'t>(&self, sec_key: &'t str) -> Option<(Vec<u8>, &'t str)> {
        let (sealed, hash) = sec_key.split_once('|')?;
        Some((self.legacy.as_ref()?.open(sealed)?, hash))
    }

    /// The hash of the legacy scheme over a timestamp; none for a partner id that is not made of digits.
    pub(crate) fn hash(&self, timestamp: &str) -> Option<String> {
        unkeyed_hash(self.credentials.partner_id(), timestamp).ok().map(|hash| hash.as_str().to_owned())
    }

    /// Returns the present for a reply: with HMAC, never a millisecond at which a request is signed, which would be asked for again.
    pub(crate) fn plain(&self, now: Moment) -> Timestamp {
        if self.uses_sec_key() { Timestamp::at(now) } else { *self.signer.authorize(now).timestamp() }
    }

    /// Creates the proof over a chosen timestamp, as the legacy pair or as an HMAC.
    pub(crate) fn sign_at(&self, timestamp: Timestamp, sec_key: bool) -> Signed {
        let pair = || self.legacy.as_ref()?.pair(&self.hash(timestamp.as_str())?);
        let hmac = || self.hmac.sign(timestamp.as_str(), self.credentials.partner_id()).as_str().to_owned();
        Signed { timestamp, proof: sec_key.then(pair).flatten().unwrap_or_else(hmac) }
    }
}

fn unsuitable() -> io::Error {
    io::Error::new(InvalidInput, "the credentials do not suit their scheme")
}
