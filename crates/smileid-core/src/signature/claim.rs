//! What a reply claims about its origin, and what of it holds. It judges neither the reply's age nor its contents.

use alloc::format;
use core::fmt;

use super::legacy_pair::LegacyPair;
use super::{Signature, Signer, unkeyed_hash};
use crate::kind::ErrorKind;
use crate::time::Timestamp;

/// The timestamp and the proof of a reply, as received.
#[derive(Debug, Clone, Copy)]
pub struct ProofClaim<'r> {
    /// The timestamp's text: a string's content, or a number's own digits. It is what was signed, so it is never reformatted.
    pub timestamp: ProofField<'r>,
    /// The text of `signature`, or of `sec_key` in old bodies.
    pub proof: ProofField<'r>,
}

/// One field of a [`ProofClaim`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ProofField<'r> {
    /// Not there, or null.
    Missing,
    /// Text, or a number where one is meant.
    Text(&'r str),
    /// A value of another type.
    OtherType,
}

impl fmt::Debug for ProofField<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "Missing",
            Self::Text(_) => "Text(..)",
            Self::OtherType => "OtherType",
        })
    }
}

/// Which scheme proved an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProofKind {
    /// HMAC-SHA256 with the API key: the signer knows the key.
    Hmac,
    /// The legacy pair, made with the private half of the partner's RSA key: the signer knows the private key.
    SecKey,
}

__words! {
    /// Which of the active keys a proof was made with.
    pub enum KeySlot {
        /// The key we sign with.
        Current = "current",
        /// The key that is being rotated out.
        Previous = "previous",
    }
}

/// Why a claim proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NotProven {
    /// The timestamp or the proof is not there.
    Missing,
    /// The proof has none of the known shapes.
    Unrecognised(UnrecognisedReason),
    /// A bare hash, which anybody can compute.
    Unkeyed,
    /// The shape of a proof, and it does not verify under any active key.
    Invalid,
    /// Half of the pair came in the body of a callback and half in its headers.
    SplitPair,
    /// The body and the headers of a callback both carry a timestamp or a signature, and not the same one.
    PairsDiffer,
}

impl NotProven {
    /// Returns the kind of the error that a final answer or a callback with it ends in: a shape that does not verify is
    /// a wrong signature, all else is unproven.
    #[must_use]
    pub const fn kind(self) -> ErrorKind {
        match self {
            Self::Missing | Self::Unrecognised(_) | Self::Unkeyed => ErrorKind::Unproven,
            Self::Invalid | Self::SplitPair | Self::PairsDiffer => ErrorKind::Signature,
        }
    }

    /// Returns the reason as a sentence that a person can act on.
    #[must_use]
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Missing => "the reply carries no timestamp or no signature",
            Self::Unrecognised(UnrecognisedReason::OneDigitShort) => {
                "the signature is the unkeyed hash short of one digit: it proves nothing"
            }
            Self::Unrecognised(UnrecognisedReason::Shape) => "the signature has none of the known shapes",
            Self::Unrecognised(UnrecognisedReason::UrlSafe) => {
                "the signature is base64 for URLs (- and _): the service writes standard base64, 44 characters with padding"
            }
            Self::Unrecognised(UnrecognisedReason::Unpadded) => {
                "the signature is base64 without its padding: the service writes 44 characters, of which the last is ="
            }
            Self::Unrecognised(UnrecognisedReason::Type) => "the timestamp or the signature is not text",
            Self::Unkeyed => "the signature is an unkeyed hash, which anybody can compute: it proves nothing",
            Self::Invalid => {
                "the signature does not verify: the reply was made with another key or for another partner id, or its timestamp was altered"
            }
            Self::SplitPair => "half of the pair came in the body and half in the headers: one place has to carry both",
            Self::PairsDiffer => "the body and the headers carry different timestamps or signatures",
        }
    }
}

impl fmt::Display for NotProven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.explanation())
    }
}

impl core::error::Error for NotProven {}

/// Why the shape of a proof is not recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UnrecognisedReason {
    /// The unkeyed hash with one digit missing: the document's own sample.
    OneDigitShort,
    /// 32 bytes in base64 for URLs, with or without padding.
    UrlSafe,
    /// 32 bytes in standard base64 without padding.
    Unpadded,
    /// Some other text.
    Shape,
    /// Not text at all.
    Type,
}

/// A verified claim: the signer knows one of the active keys.
///
/// It says nothing about the body, nor about when it was made: the next step is `admit`, which judges its age.
#[derive(Debug, Clone, Copy)]
#[must_use = "a proof that is neither admitted nor reported protects nothing"]
pub struct Proof {
    pub(crate) kind: ProofKind,
    pub(crate) key: KeySlot,
    /// `None` if the signed text is a timestamp of no known form.
    pub(crate) timestamp: Option<Timestamp>,
    /// Whether a request signed with the same key carries the same pair.
    pub(crate) echo: bool,
}

impl Proof {
    /// Returns the form that held.
    #[must_use]
    pub const fn kind(&self) -> ProofKind {
        self.kind
    }

    /// Returns the key it was made with.
    #[must_use]
    pub const fn key(&self) -> KeySlot {
        self.key
    }

    /// Returns the time that was signed, if its form is known.
    #[must_use]
    pub const fn timestamp(&self) -> Option<&Timestamp> {
        self.timestamp.as_ref()
    }
}

impl ProofClaim<'_> {
    /// Distinguishes the shapes of a proof, and verifies the one that can be verified.
    ///
    /// # Errors
    /// [`NotProven`] says why the claim proves nothing.
    pub fn classify(&self, signer: &Signer) -> Result<Proof, NotProven> {
        use ProofField::{Missing, OtherType, Text};
        let (timestamp, proof) = match (self.timestamp, self.proof) {
            (Text(timestamp), Text(proof)) => (timestamp, proof),
            (Missing, _) | (_, Missing) => return Err(NotProven::Missing),
            (OtherType, _) | (_, OtherType) => return Err(NotProven::Unrecognised(UnrecognisedReason::Type)),
        };
        if let Some(mac) = Signature::decode(proof) {
            let (slot, key) = signer.hmac_holds(timestamp, &mac).ok_or(NotProven::Invalid)?;
            let timestamp = Timestamp::parse(timestamp).ok();
            let echo = timestamp.is_some_and(|timestamp| key.is_request_instant(&timestamp));
            return Ok(Proof { kind: ProofKind::Hmac, key: slot, timestamp, echo });
        }
        if let Some(pair) = LegacyPair::read(proof) {
            let key = signer.pair_holds(timestamp, &pair).ok_or(NotProven::Invalid)?;
            // A pair that holds was made with the private key, which no client has: it is no echo.
            let timestamp = Timestamp::parse(timestamp).ok();
            return Ok(Proof { kind: ProofKind::SecKey, key, timestamp, echo: false });
        }
        if proof.len() == 64 && proof.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(NotProven::Unkeyed);
        }
        let short = unkeyed_hash(signer.partner_id(), timestamp).is_ok_and(|hash| hash.is_one_digit_longer_than(proof));
        Err(NotProven::Unrecognised(if short {
            UnrecognisedReason::OneDigitShort
        } else {
            UnrecognisedReason::of(proof)
        }))
    }
}

impl UnrecognisedReason {
    /// Names the spelling of an HMAC that another base64 writes.
    fn of(proof: &str) -> Self {
        let bare = proof.strip_suffix('=').unwrap_or(proof);
        let standard = bare.replace('-', "+").replace('_', "/");
        let is_mac = Signature::decode(&format!("{standard}=")).is_some();
        match (is_mac, bare.contains(['-', '_']), bare.contains(['+', '/'])) {
            (true, true, false) => Self::UrlSafe,
            // With its padding it had the shape.
            (true, false, _) => Self::Unpadded,
            _ => Self::Shape,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::{ApiKey, Credentials, PartnerId};
    use ProofField::{Missing, OtherType, Text};

    const AT: &str = "2026-10-04T12:00:00.000Z";
    const GOOD: &str = "nD5rG9g/uEMJghiwVnQ2YG6BV8Dw0pjvNGG9+nGHVUE=";

    fn signer(partner: &str, key: &str, previous: Option<&str>) -> Signer {
        let mut c = Credentials::new(PartnerId::new(partner).unwrap(), ApiKey::new(key).unwrap());
        if let Some(previous) = previous {
            c = c.with_previous_api_key(ApiKey::new(previous).unwrap());
        }
        Signer::new(&c)
    }

    fn classify(
        signer: &Signer,
        timestamp: ProofField<'_>,
        proof: ProofField<'_>,
    ) -> Result<(ProofKind, KeySlot), NotProven> {
        ProofClaim { timestamp, proof }.classify(signer).map(|p| (p.kind(), p.key()))
    }

    #[test]
    fn either_active_key_verifies_and_is_named() {
        let held = |key| Ok((ProofKind::Hmac, key));
        assert_eq!(classify(&signer("001", "key", None), Text(AT), Text(GOOD)), held(KeySlot::Current));
        assert_eq!(classify(&signer("001", "new", Some("key")), Text(AT), Text(GOOD)), held(KeySlot::Previous));
        assert_eq!(classify(&signer("001", "key", Some("key")), Text(AT), Text(GOOD)), held(KeySlot::Current));
        assert_eq!(classify(&signer("001", "new", Some("old")), Text(AT), Text(GOOD)), Err(NotProven::Invalid));
        assert_eq!([KeySlot::Current, KeySlot::Previous].map(KeySlot::as_str), ["current", "previous"]);
    }

    #[test]
    fn other_partners_times_and_macs_are_invalid() {
        let s = signer("001", "key", None);
        assert_eq!(classify(&signer("1", "key", None), Text(AT), Text(GOOD)), Err(NotProven::Invalid));
        assert_eq!(classify(&s, Text("2026-10-04T12:00:00Z"), Text(GOOD)), Err(NotProven::Invalid));
        assert_eq!(classify(&s, Text(AT), Text(&GOOD.replace('n', "m"))), Err(NotProven::Invalid));
    }

    #[test]
    fn the_documents_sample_is_unrecognised_and_one_digit_short_of_the_unkeyed_hash() {
        let at = Text("2018-03-13T21:04:11.193Z");
        let sample = "5445722f5af1791eb434949cce9a88dd321e5959fd24a8562ecb12bb00c33fe";
        let s = signer("023", "key", None);
        assert_eq!(classify(&s, at, Text(sample)), Err(NotProven::Unrecognised(UnrecognisedReason::OneDigitShort)));
        let whole = sample.replace("fd24a", "fd2f4a");
        assert_eq!(classify(&s, at, Text(&whole)), Err(NotProven::Unkeyed));
        // Without digits in the partner id there is no hash to compare with; only the shape decides.
        let named = signer("partner", "key", None);
        assert_eq!(classify(&named, at, Text(sample)), Err(NotProven::Unrecognised(UnrecognisedReason::Shape)));
        assert_eq!(classify(&named, at, Text(&whole)), Err(NotProven::Unkeyed));
    }

    #[test]
    fn the_recorded_reply_is_unkeyed() {
        let hash = "6f3dec6d6fad3cfe36fb62b38a185de1cd53088291082d6f20fddbf5ea0e4a0f";
        assert_eq!(classify(&signer("001", "key", None), Text("1678216434434"), Text(hash)), Err(NotProven::Unkeyed));
    }

    #[test]
    fn a_missing_or_misshapen_proof_is_reported() {
        let s = signer("001", "key", None);
        let unrecognised = |reason| Err(NotProven::Unrecognised(reason));
        assert_eq!(classify(&s, Missing, Text(GOOD)), Err(NotProven::Missing));
        assert_eq!(classify(&s, Text(AT), Missing), Err(NotProven::Missing));
        assert_eq!(classify(&s, OtherType, Missing), Err(NotProven::Missing));
        assert_eq!(classify(&s, OtherType, Text(GOOD)), unrecognised(UnrecognisedReason::Type));
        assert_eq!(classify(&s, Text(AT), OtherType), unrecognised(UnrecognisedReason::Type));
        let url_safe = GOOD.replace('/', "_").replace('+', "-");
        for (shape, reason) in [
            ("", UnrecognisedReason::Shape),
            ("true", UnrecognisedReason::Shape),
            (&GOOD.replace("VUE=", "VUF="), UnrecognisedReason::Shape),
            (&GOOD.replace('/', "_"), UnrecognisedReason::Shape),
            (&GOOD[..42], UnrecognisedReason::Shape),
            (&format!("{GOOD}="), UnrecognisedReason::Shape),
            (&"g".repeat(64), UnrecognisedReason::Shape),
            (&"a".repeat(43), UnrecognisedReason::Shape),
            (&GOOD[..43], UnrecognisedReason::Unpadded),
            (&url_safe, UnrecognisedReason::UrlSafe),
            (&url_safe[..43], UnrecognisedReason::UrlSafe),
            (&url_safe[..42], UnrecognisedReason::Shape),
        ] {
            assert_eq!(classify(&s, Text(AT), Text(shape)), unrecognised(reason), "{shape}");
        }
    }

    #[test]
    fn the_text_is_signed_as_received_whatever_its_form() {
        let s = signer("001", "key", None);
        for at in ["1791115200000", "2026-10-04 13:00:00 +0100", "the day after tomorrow"] {
            let signature = s.current.hmac.sign(at, s.partner_id());
            let proof = ProofClaim { timestamp: Text(at), proof: Text(signature.as_str()) }.classify(&s).unwrap();
            assert_eq!(proof.timestamp().is_some(), Timestamp::parse(at).is_ok());
        }
    }
}
