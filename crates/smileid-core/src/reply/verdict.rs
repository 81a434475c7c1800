//! The verdict of a final answer, from `job_success` and `ResultCode` together and never from a text. A pure function.

use core::fmt;

use super::codes::{Category, result_code_info};
use super::{Flag, JobStatus, JobType, fields};
use crate::json::JsonType;

/// What a final, proven answer says of the user.
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
    /// The word of the contract.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Provisional => "provisional",
            Self::Rejected => "rejected",
            Self::Undetermined(_) => "undetermined",
        }
    }

    /// Why the verdict is undetermined.
    #[must_use]
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Undetermined(reason) => Some(reason),
            _ => None,
        }
    }

    /// Whether the user was approved. Nothing but this is a "yes".
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

/// Why a verdict is undetermined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// 1012 of a product of two legs: the ID is valid, the rest is to come.
    IdLeg,
    /// There is no `ResultCode`.
    NoResultCode,
    /// `IsFinalResult` says that this is not the last result, or cannot be read.
    NotFinalResult,
    /// `job_success` and `ResultCode` contradict each other.
    Contradiction,
    /// The `ResultCode` is not a known one, or says something else than whether a check was passed.
    UnknownCode,
    /// The check itself failed: nothing is said of the user.
    NoVerdictCode,
    /// `job_success` is missing, or cannot be read.
    SuccessMissing,
}

impl Reason {
    /// The reason in a word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::IdLeg => "id_leg",
            Self::NoResultCode => "no_result_code",
            Self::NotFinalResult => "not_final_result",
            Self::Contradiction => "contradiction",
            Self::UnknownCode => "unknown_code",
            Self::NoVerdictCode => "no_verdict_code",
            Self::SuccessMissing => "success_missing",
        }
    }
}

/// The verdict of a status that was shown to be final and proven.
pub(crate) fn of(status: &JobStatus) -> Verdict {
    use Verdict::{Approved, Provisional, Rejected, Undetermined};
    let result = status.decisive();
    if matches!(fields::flag(result.is_final_result), Flag::False | Flag::Unknown) {
        return Undetermined(Reason::NotFinalResult);
    }
    let Some(success) = status.job_success().to_bool() else { return Undetermined(Reason::SuccessMissing) };
    let absent = result.result_code.is_none_or(|c| c.json_type() == JsonType::Null);
    let Some(info) = fields::text(result.result_code).and_then(|code| result_code_info(&code)) else {
        return Undetermined(if absent { Reason::NoResultCode } else { Reason::UnknownCode });
    };
    let id_product = || JobType::of(result.job_type).is_some_and(JobType::is_id_product);
    match (info.category, success) {
        (Category::Approved, true) if info.code == "1012" && !id_product() => Undetermined(Reason::IdLeg),
        (Category::Approved, true) => Approved,
        (Category::Provisional, _) => Provisional,
        (Category::Rejected, false) => Rejected,
        (Category::Approved, false) | (Category::Rejected, true) => Undetermined(Reason::Contradiction),
        (Category::NoVerdict, _) => Undetermined(Reason::NoVerdictCode),
        (Category::Other, _) => Undetermined(Reason::UnknownCode),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    fn verdict(success: &str, result: &str) -> (&'static str, Option<&'static str>) {
        let body = format!(r#"{{"job_complete":true,"job_success":{success},"result":{result}}}"#);
        let status = JobStatus::decode(body.into_bytes(), &super::super::DecodeOptions::default()).unwrap();
        let verdict = of(&status);
        (verdict.as_str(), verdict.reason().map(Reason::as_str))
    }

    #[test]
    fn the_table_of_the_contract() {
        let cases = [
            ("true", r#"{"ResultCode":"0810"}"#, "approved", None),
            ("\"true\"", r#"{"ResultCode":"1210"}"#, "approved", None),
            ("true", r#"{"ResultCode":"1012","PartnerParams":{"job_type":5}}"#, "approved", None),
            ("true", r#"{"ResultCode":"1012","PartnerParams":{"job_type":"7"}}"#, "approved", None),
            ("true", r#"{"ResultCode":"1012","PartnerParams":{"job_type":1}}"#, "undetermined", Some("id_leg")),
            ("true", r#"{"ResultCode":"1012"}"#, "undetermined", Some("id_leg")),
            ("true", r#"{"ResultCode":"0814"}"#, "provisional", None),
            ("false", r#"{"ResultCode":"0814"}"#, "provisional", None),
            ("false", r#"{"ResultCode":"0811"}"#, "rejected", None),
            ("true", r#"{"ResultText":"Enroll User","IsFinalResult":"true"}"#, "undetermined", Some("no_result_code")),
            ("true", "\"Approved\"", "undetermined", Some("no_result_code")),
            ("true", "null", "undetermined", Some("no_result_code")),
            ("false", "{}", "undetermined", Some("no_result_code")),
            ("true", r#"{"ResultCode":null}"#, "undetermined", Some("no_result_code")),
            ("true", r#"{"ResultCode":"0811"}"#, "undetermined", Some("contradiction")),
            ("false", r#"{"ResultCode":"0810"}"#, "undetermined", Some("contradiction")),
            ("true", r#"{"ResultCode":"810"}"#, "undetermined", Some("unknown_code")),
            ("true", r#"{"ResultCode":810}"#, "undetermined", Some("unknown_code")),
            ("true", r#"{"ResultCode":["0810"]}"#, "undetermined", Some("unknown_code")),
            ("true", r#"{"ResultCode":"1030"}"#, "undetermined", Some("unknown_code")),
            ("true", r#"{"ResultCode":"1015"}"#, "undetermined", Some("no_verdict_code")),
            ("null", r#"{"ResultCode":"0810"}"#, "undetermined", Some("success_missing")),
            ("1", r#"{"ResultCode":"0810"}"#, "undetermined", Some("success_missing")),
            ("\"yes\"", r#"{"ResultCode":"0810"}"#, "undetermined", Some("success_missing")),
            ("true", r#"{"ResultCode":"0810","IsFinalResult":"false"}"#, "undetermined", Some("not_final_result")),
            ("true", r#"{"ResultCode":"0810","IsFinalResult":false}"#, "undetermined", Some("not_final_result")),
            ("true", r#"{"ResultCode":"0810","IsFinalResult":"no"}"#, "undetermined", Some("not_final_result")),
            ("true", r#"{"ResultCode":"0810","IsFinalResult":"true"}"#, "approved", None),
        ];
        for (success, result, word, reason) in cases {
            assert_eq!(verdict(success, result), (word, reason), "{success} {result}");
        }
    }

    #[test]
    fn approved_alone_is_a_yes() {
        let all = [Verdict::Approved, Verdict::Provisional, Verdict::Rejected, Verdict::Undetermined(Reason::IdLeg)];
        assert_eq!(all.map(Verdict::is_approved), [true, false, false, false]);
        assert_eq!(all.map(|v| format!("{v}")), ["approved", "provisional", "rejected", "undetermined"]);
    }

    #[test]
    fn no_text_approves() {
        for text in ["Approved", "Enroll User", "ID Validated"] {
            assert_ne!(verdict("true", &format!(r#"{{"ResultText":"{text}"}}"#)).0, "approved");
        }
    }
}
