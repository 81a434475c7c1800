//! An answer that is not final: the status and what it proves, which is nothing that could be decided on.

use core::fmt;

use super::JobStatus;
use crate::signature::{NotProven, Proof, ProofStatus};

/// The service has not reported a final status for the job yet.
///
/// Nothing may be decided from it, whatever else it says: there is no verdict to ask for. It reports its proof, which may be
/// missing.
pub struct Pending {
    status: JobStatus,
    proof: Result<Proof, NotProven>,
}

impl Pending {
    pub(crate) const fn new(status: JobStatus, proof: Result<Proof, NotProven>) -> Self {
        Self { status, proof }
    }

    /// Returns the status as the service gave it.
    #[must_use]
    pub const fn status(&self) -> &JobStatus {
        &self.status
    }

    /// Returns the proof that held, or why none did. Its age has not been judged.
    ///
    /// # Errors
    /// [`NotProven`] is no failure here: a pending answer needs no proof.
    pub const fn proof(&self) -> Result<&Proof, NotProven> {
        match &self.proof {
            Ok(proof) => Ok(proof),
            Err(why) => Err(*why),
        }
    }

    /// Returns what the proof amounts to, in one word.
    #[must_use]
    pub const fn proof_status(&self) -> ProofStatus {
        match &self.proof {
            Ok(proof) => proof.kind().status(),
            Err(why) => why.status(),
        }
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending").field("status", &self.status).field("proof", &self.proof_status()).finish()
    }
}
