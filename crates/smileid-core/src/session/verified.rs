//! A value whose origin was shown: what only the last step of the proof can make, and what a verdict can be asked of.

use core::fmt;
use core::ops::Deref;

use super::IdPolicy;
use crate::policy::FreshProof;
use crate::reply::{Callback, JobStatus, Names, Verdict, legs, verdict};
use crate::request::JobStatusQuery;

/// A `T` that came with a valid, fresh proof, and is about the job that was asked for.
///
/// It can be read and taken apart, never changed or made from outside. What the proof covers, and what it does not, is described in
/// the guide on signatures: the MAC covers the timestamp and the partner id; TLS covers the body.
pub struct Verified<T> {
    value: T,
    proof: FreshProof,
}

impl<T> Verified<T> {
    /// Returns the proof that held.
    pub const fn proof(&self) -> &FreshProof {
        &self.proof
    }

    /// Returns the value and its proof. From here on nothing but your own code says that they belong together.
    pub fn into_parts(self) -> (T, FreshProof) {
        (self.value, self.proof)
    }
}

impl Verified<JobStatus> {
    /// Returns what the answer says of the user, from `job_success` and `ResultCode` together.
    ///
    /// ```no_run
    /// # use smileid_core::{JobStatus, Verdict, Verified};
    /// # fn open_account() {} fn ask_a_person() {}
    /// # fn decide(status: Verified<JobStatus>) {
    /// match status.verdict() {
    ///     Verdict::Approved => open_account(),
    ///     _ => ask_a_person(),
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        verdict::of(&self.value)
    }

    /// Returns the verdict with the other legs of the job taken into account, as `history` has them. Ask for it with
    /// [`JobStatusQuery::with_history`].
    ///
    /// A biometric KYC job has two legs. If the ID leg (1012) comes last, [`verdict`](Self::verdict) is undetermined, reason `id_leg`,
    /// though the history may contain the other leg. This joins them:
    ///
    /// - Approved, if the result is the ID leg of job type 1, the history has an approved leg beside it, and nothing speaks against it.
    ///   Every entry has to name the same user and job as the result. Entries that name another job are left out.
    /// - Provisional, if the other leg is provisional.
    /// - Undetermined, reason `contradiction`, if a leg of the job was rejected, even beside an approved result.
    /// - In all other cases it is the verdict itself. An entry that names no job, another user, another product, an unknown code or a
    ///   failed step prevents an approval.
    #[must_use]
    pub fn joined_verdict(&self) -> Verdict {
        legs::joined(&self.value)
    }
}

impl<T> Deref for Verified<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl Verified<Callback> {
    /// A callback that came with this proof. It answers no question, so there is nothing to bind it to.
    pub(super) const fn received(value: Callback, proof: FreshProof) -> Self {
        Self { value, proof }
    }
}

/// A message from which no verdict may be read. Another API's crate implements it for its webhooks.
pub trait Notice {}

impl<T: Notice> Verified<T> {
    /// Puts together a message and the proof that it came with. Nothing but the caller says that they belong together.
    pub const fn notice(value: T, proof: FreshProof) -> Self {
        Self { value, proof }
    }
}

impl<T: fmt::Debug> fmt::Debug for Verified<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified").field("value", &self.value).field("proof", &self.proof).finish()
    }
}

/// Why a final answer is not about the job that was asked for. It contains no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Mismatch {
    /// Another user id.
    #[error("the answer is about another user_id than the one asked for")]
    UserId,
    /// Another job id.
    #[error("the answer is about another job_id than the one asked for")]
    JobId,
    /// No user id or no job id, although both are demanded.
    #[error("the answer does not name the user_id and job_id it is about, which this client demands")]
    Absent,
    /// `PartnerParams` is there and is no object, so that it may name another job.
    #[error("the answer's PartnerParams, which names the job it is about, cannot be read")]
    Unreadable,
}

impl FreshProof {
    /// Binds the proof to the status it came with, provided that the status is about the job asked for.
    ///
    /// # Errors
    /// [`Mismatch`] if any place of the status names another job or user, or if none names them and `ids` demands it.
    pub(super) fn bind(
        self,
        status: JobStatus,
        query: &JobStatusQuery,
        ids: IdPolicy,
    ) -> Result<Verified<JobStatus>, Mismatch> {
        match status.names(query.user_id(), query.job_id()) {
            Names::Unreadable => return Err(Mismatch::Unreadable),
            Names::OtherUser => return Err(Mismatch::UserId),
            Names::OtherJob => return Err(Mismatch::JobId),
            Names::NotBoth if ids == IdPolicy::Required => return Err(Mismatch::Absent),
            Names::NotBoth | Names::Both => {}
        }
        Ok(Verified { value: status, proof: self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Freshness;
    use crate::signature::{KeySlot, Proof, ProofKind};
    use crate::time::{Moment, Timestamp};
    use alloc::format;
    use core::time::Duration;

    #[test]
    fn debug_shows_the_value_and_its_proof() {
        let timestamp = Timestamp::parse("2026-10-04T12:00:00.000Z").ok();
        let proof = Proof { kind: ProofKind::Hmac, key: KeySlot::Current, timestamp, echo: false };
        let proof = proof.admit(Moment::new(1_791_115_200_000, Duration::ZERO), Freshness::DEFAULT).unwrap();
        let output = format!("{:?}", Verified { value: "the status", proof });
        assert!(output.starts_with(r#"Verified { value: "the status", proof: FreshProof"#), "{output}");
    }
}
