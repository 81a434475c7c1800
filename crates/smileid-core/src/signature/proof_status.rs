//! What an answer's proof amounts to, in one word: the form that held, or why nothing did.

use core::fmt;

use super::{NotProven, ProofKind};

__words! {
    /// What is known of an answer's proof. Only [`Hmac`](Self::Hmac) and [`SecKey`](Self::SecKey) prove anything.
    #[non_exhaustive]
    pub enum ProofStatus {
        /// HMAC-SHA256 with the API key.
        Hmac = "hmac",
        /// The legacy pair, made with the private half of the partner's RSA key.
        SecKey = "sec_key",
        /// The shape of a proof that does not verify.
        Invalid = "invalid",
        /// A bare hash, which anybody can compute.
        Unkeyed = "unkeyed",
        /// A proof of no known shape.
        Unrecognised = "unrecognised",
        /// No timestamp or no signature.
        Missing = "missing",
    }
}

impl ProofKind {
    /// Returns the same as a [`ProofStatus`].
    #[must_use]
    pub const fn status(self) -> ProofStatus {
        match self {
            Self::Hmac => ProofStatus::Hmac,
            Self::SecKey => ProofStatus::SecKey,
        }
    }

    /// Returns the word for it: `hmac` or `sec_key`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.status().as_str()
    }
}

impl fmt::Display for ProofKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl NotProven {
    /// Returns the same without its detail.
    #[must_use]
    pub const fn status(self) -> ProofStatus {
        match self {
            Self::Missing => ProofStatus::Missing,
            Self::Unrecognised(_) => ProofStatus::Unrecognised,
            Self::Unkeyed => ProofStatus::Unkeyed,
            Self::Invalid | Self::SplitPair | Self::PairsDiffer => ProofStatus::Invalid,
        }
    }

    /// Returns the word for it: `missing`, `unrecognised`, `unkeyed` or `invalid`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.status().as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn every_status_has_its_word() {
        let words = ["hmac", "sec_key", "invalid", "unkeyed", "unrecognised", "missing"];
        assert!(ProofStatus::ALL.iter().map(|status| status.as_str()).eq(words));
        for (kind, word) in [(ProofKind::Hmac, "hmac"), (ProofKind::SecKey, "sec_key")] {
            assert_eq!((kind.as_str(), kind.to_string().as_str()), (word, word));
        }
    }
}
