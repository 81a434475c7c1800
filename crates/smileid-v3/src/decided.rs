//! A final answer of v3, and what vouches for it. It is not `Verified`: nothing documented signs it.

use alloc::string::String;
use core::fmt;
use core::ops::Deref;

use smileid_core::{FreshProof, Reason, Timestamp, Verdict};

use crate::job::Product;

smileid_core::__words! {
    /// What the service decided about a job.
    #[non_exhaustive]
    pub enum Decision {
        /// `clear`: the check found nothing against the user. It does not say what was checked.
        Clear = "clear",
        /// `block`: the check failed.
        Block = "block",
        /// `attention`: a person should look at it.
        Attention = "attention",
        /// `error`: the check could not be made. It says nothing about the user.
        Error = "error",
    }
}

impl Decision {
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.as_str() == word)
    }
}

/// What vouches for an answer.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Origin {
    /// TLS: the host that you named said so. Nothing else proves it.
    Channel,
    /// Nothing: it came over plain HTTP from a loopback address.
    Plain,
    /// The response carried a valid, fresh signature in its headers: its sender has your API key. It covers no byte of the body.
    Signed(FreshProof),
}

impl Origin {
    /// Returns the origin in a word: `channel`, `plain`, `signed`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Plain => "plain",
            Self::Signed(_) => "signed",
        }
    }
}

/// Which origin a final answer must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OriginPolicy {
    /// Any. A signature that comes with an answer must still be valid.
    #[default]
    Any,
    /// [`Origin::Signed`]. The documents promise no signature, so that this may refuse every answer.
    RequireSigned,
}

/// What a final answer contains.
pub struct Decided {
    pub(crate) decision: Decision,
    pub(crate) job_id: String,
    pub(crate) user_id: Option<String>,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) product: Option<Product>,
}

impl Decided {
    /// Returns the job id, which is the one that was asked for.
    #[must_use]
    pub fn job_id(&self) -> &str {
        &self.job_id
    }

    /// Returns the user id, if the answer names one.
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        self.user_id.as_deref()
    }

    /// Returns when the service made the answer, by its own account.
    #[must_use]
    pub const fn created_at(&self) -> Option<&Timestamp> {
        self.created_at.as_ref()
    }

    /// Returns the product that you named with [`JobRef::of`](crate::JobRef::of). The answer itself names none.
    #[must_use]
    pub const fn product(&self) -> Option<Product> {
        self.product
    }
}

/// Shows no id.
impl fmt::Debug for Decided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decided")
            .field("decision", &self.decision)
            .field("product", &self.product)
            .finish_non_exhaustive()
    }
}

/// A value that the service sent in answer to a request of this client, unsigned.
///
/// Only a session makes one. [`FromService::origin`] says what vouches for it.
#[derive(Debug)]
pub struct FromService<T> {
    value: T,
    origin: Origin,
}

impl<T> FromService<T> {
    pub(crate) const fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// Returns what vouches for the value.
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl FromService<Decided> {
    /// Returns what the service decided.
    #[must_use]
    pub const fn decision(&self) -> Decision {
        self.value.decision
    }

    /// Returns the decision as a verdict of v1: clear is approved, block rejected, attention provisional, and error undetermined.
    ///
    /// **`clear` does not say of what.** A registration is clear without any identity. Ask [`Decided::product`] before you act on it.
    #[must_use]
    pub const fn as_verdict(&self) -> Verdict {
        match self.value.decision {
            Decision::Clear => Verdict::Approved,
            Decision::Block => Verdict::Rejected,
            Decision::Attention => Verdict::Provisional,
            Decision::Error => Verdict::Undetermined(Reason::NoVerdictCode),
        }
    }
}

impl<T> Deref for FromService<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
