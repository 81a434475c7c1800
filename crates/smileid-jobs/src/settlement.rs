//! What is kept of a settled job. It is made from a proven final answer and from nothing else.

use core::fmt;

use sha2::{Digest, Sha256};
use smileid_core::{JobStatus, KeySlot, ProofKind, Reason, Verdict, Verified};

/// Whether the body of the answer is kept. Bodies contain personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeepBody {
    /// Only its SHA-256 digest is kept.
    #[default]
    No,
    /// The whole body is kept, as it was received.
    Yes,
}

/// The answer that settled a job: the verdict and what proves it.
///
/// Only a [`Verified<JobStatus>`] makes one, so a store cannot contain a verdict that was not proven.
#[derive(Clone, PartialEq, Eq)]
pub struct Settlement {
    verdict: Verdict,
    code: Option<String>,
    result_code: Option<String>,
    proof: ProofKind,
    key: KeySlot,
    signed_at: i64,
    body_sha256: [u8; 32],
    body: Option<String>,
}

impl Settlement {
    /// Creates a settlement from a proven final answer.
    #[must_use]
    pub fn of(status: &Verified<JobStatus>, keep: KeepBody) -> Self {
        let body = status.expose_body();
        Self {
            verdict: status.verdict(),
            code: status.code().map(bounded),
            result_code: status.result().and_then(smileid_core::JobResult::result_code).map(bounded),
            proof: status.proof().kind(),
            key: status.proof().key(),
            signed_at: status.proof().timestamp().unix_millis(),
            body_sha256: Sha256::digest(body.as_bytes()).into(),
            body: (keep == KeepBody::Yes).then(|| body.to_owned()),
        }
    }

    /// Returns the verdict.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Returns why the verdict is undetermined.
    #[must_use]
    pub const fn reason(&self) -> Option<Reason> {
        self.verdict.reason()
    }

    /// Returns the code of the call: `2302`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// Returns the code of the result: `0810`.
    #[must_use]
    pub fn result_code(&self) -> Option<&str> {
        self.result_code.as_deref()
    }

    /// Returns the form of the proof that held.
    #[must_use]
    pub const fn proof(&self) -> ProofKind {
        self.proof
    }

    /// Returns which of your keys the proof was made with.
    #[must_use]
    pub const fn key(&self) -> KeySlot {
        self.key
    }

    /// Returns when the answer was signed, in milliseconds since the Unix epoch, by the signer's clock.
    #[must_use]
    pub const fn signed_at(&self) -> i64 {
        self.signed_at
    }

    /// Returns the SHA-256 digest of the body as it was received.
    #[must_use]
    pub const fn body_sha256(&self) -> &[u8; 32] {
        &self.body_sha256
    }

    /// Returns the body, if it was kept. It contains personal data: do not log it.
    #[must_use]
    pub fn expose_body(&self) -> Option<&str> {
        self.body.as_deref()
    }
}

/// The body is not shown.
impl fmt::Debug for Settlement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settlement")
            .field("verdict", &self.verdict)
            .field("proof", &self.proof.as_str())
            .field("signed_at", &self.signed_at)
            .finish_non_exhaustive()
    }
}

/// The longest code that is kept, in bytes. Known codes have four.
const MAX_CODE: usize = 64;

/// A code as it came, cut to a length that no known one has: a peer's text must not grow a row without bound.
fn bounded(code: impl AsRef<str>) -> String {
    // A control character, NUL above all, is refused by some stores: no code has one.
    code.as_ref().chars().filter(|c| !c.is_control()).take(MAX_CODE).collect()
}
