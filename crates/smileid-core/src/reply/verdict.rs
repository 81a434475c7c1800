//! The verdict of a final answer, from `job_success` and `ResultCode` together and never from a text. A pure function.

use core::fmt;

use super::beside::Beside;
use super::job_status::Decisive;
use super::raw::Raw;
use super::result_codes::{Category, result_code_info};
use super::{Flag, JobStatus, JobType, fields};
use crate::json::JsonType;

/// The decision of a final, proven answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The user was matched, enrolled, authenticated or validated.
    Approved,
    /// Not decided yet: a person at the service looks at it, and the answer may change.
    Provisional,
    /// The user was not.
    Rejected,
    /// The answer does not say: for the reason given, a person must look at it.
    Undetermined(Reason),
}

impl Verdict {
    /// Returns the word of the contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Provisional => "provisional",
            Self::Rejected => "rejected",
            Self::Undetermined(_) => "undetermined",
        }
    }

    /// Returns why the verdict is undetermined.
    #[must_use]
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Undetermined(reason) => Some(reason),
            _ => None,
        }
    }

    /// Returns whether the user was approved. Nothing but this is a "yes".
    #[must_use]
    pub const fn is_approved(self) -> bool {
        matches!(self, Self::Approved)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

__words! {
    /// Why a verdict is undetermined.
    #[non_exhaustive]
    pub enum Reason {
        /// 1012, 1020 or 1021 of a product that checks more than the ID: only the ID is known to be valid.
        IdLeg = "id_leg",
        /// There is no `ResultCode`.
        NoResultCode = "no_result_code",
        /// `IsFinalResult` says that this is not the last result, or cannot be read.
        NotFinalResult = "not_final_result",
        /// Two things that the answer says contradict each other: `job_success` and `ResultCode`; two spellings or places of one field; code
        /// 2314 and an approval; a step on which the result rests, which failed or cannot be read, and an approval.
        Contradiction = "contradiction",
        /// The `ResultCode` is not a known one, or `code` cannot be read beside an approval.
        UnknownCode = "unknown_code",
        /// The check itself failed: nothing is said of the user.
        NoVerdictCode = "no_verdict_code",
        /// `job_success` is missing, or cannot be read.
        SuccessMissing = "success_missing",
        /// The check was passed with a caveat, such as an expired document. Nothing will change: a person decides.
        Attention = "attention",
        /// The `ResultCode` is known and neither a yes nor a no: see [`JobResult::result_code_info`](super::JobResult::result_code_info).
        OtherCode = "other_code",
    }
}

/// Returns the verdict of a status that was shown to be final and proven.
pub(crate) fn of(status: &JobStatus) -> Verdict {
    use Verdict::{Approved, Provisional, Rejected, Undetermined};
    let said = status.decisive();
    let not_last = |raw| matches!(fields::flag(raw), Flag::False | Flag::Unknown);
    if not_last(said.is_final_result) || status.beside(Beside::IsFinalResult).any(|raw| not_last(Some(raw))) {
        return Undetermined(Reason::NotFinalResult);
    }
    let Some(success) = fields::flag(said.job_success).to_bool() else {
        return Undetermined(Reason::SuccessMissing);
    };
    let Some(code) = said.result_code.filter(|code| code.json_type() != JsonType::Null) else {
        return Undetermined(Reason::NoResultCode);
    };
    let success_denied =
        status.beside(Beside::JobSuccess).any(|raw| fields::flag(Some(raw)).to_bool() != Some(success));
    if success_denied || !all_say(status.beside(Beside::ResultCode), code) {
        return Undetermined(Reason::Contradiction);
    }
    let Some(info) = fields::text(Some(code)).and_then(|code| result_code_info(&code, product(status, &said))) else {
        return Undetermined(Reason::UnknownCode);
    };
    match (info.category, success) {
        (Category::Approved, true) => denied(status, &said).map_or(Approved, Undetermined),
        (Category::Provisional, _) => Provisional,
        (Category::Rejected, false) => Rejected,
        (Category::Approved | Category::IdLeg, false) | (Category::Rejected, true) => {
            Undetermined(Reason::Contradiction)
        }
        (Category::IdLeg, true) => Undetermined(Reason::IdLeg),
        (Category::Attention, _) => Undetermined(Reason::Attention),
        (Category::NoVerdict, _) => Undetermined(Reason::NoVerdictCode),
        (Category::Other, _) => Undetermined(Reason::OtherCode),
    }
}

/// The product, if all that name one name the same.
fn product(status: &JobStatus, said: &Decisive<'_>) -> Option<JobType> {
    let job_type = said.job_type?;
    all_say(status.beside(Beside::JobType), job_type).then(|| JobType::named_by(Some(job_type))).flatten()
}

/// Why an approval is none after all, if the rest of the reply denies it.
pub(super) fn denied(status: &JobStatus, said: &Decisive<'_>) -> Option<Reason> {
    let code = said.code.filter(|code| code.json_type() != JsonType::Null);
    let text = fields::text(code);
    if code.is_some() && text.is_none() {
        return Some(Reason::UnknownCode);
    }
    let other_code = status.beside(Beside::Code).any(|raw| fields::text(Some(raw)) != text);
    (said.step_failed || other_code || text.is_some_and(|code| code == NO_ZIP_FILE)).then_some(Reason::Contradiction)
}

/// The code of the call for a job whose upload has not come in, which no approved job has.
const NO_ZIP_FILE: &str = "2314";

/// Whether all `others` can be read and say the same as `one`.
fn all_say<'r>(mut others: impl Iterator<Item = Raw<'r>>, one: Raw<'r>) -> bool {
    others.all(|other| fields::text(Some(other)).is_some_and(|other| Some(other) == fields::text(Some(one))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn only_approved_is_a_yes() {
        let all = [Verdict::Approved, Verdict::Provisional, Verdict::Rejected, Verdict::Undetermined(Reason::IdLeg)];
        assert_eq!(all.map(Verdict::is_approved), [true, false, false, false]);
        assert_eq!(all.map(|v| format!("{v}")), ["approved", "provisional", "rejected", "undetermined"]);
    }
}
