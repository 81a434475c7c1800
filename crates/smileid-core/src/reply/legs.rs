//! The verdict of a job of several legs, joined out of the history. A pure function that can only say yes if every leg does.

use super::beside;
use super::entry::JobResult;
use super::partner::JobType;
use super::result_codes::{Category, result_code_info};
use super::verdict::{Reason, Verdict, denied, of};
use super::{Flag, JobStatus, fields};

/// What one leg says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leg {
    /// The ID is valid.
    Id,
    /// The rest was passed.
    Passed,
    Provisional,
    Failed,
    /// It cannot be read, is about something else, or says neither.
    Unclear,
}

/// The verdict of a final, proven status, with the other legs of its job taken into account.
pub(crate) fn joined(status: &JobStatus) -> Verdict {
    let plain = of(status);
    let id_leg = plain == Verdict::Undetermined(Reason::IdLeg);
    let Some(result) = status.result().filter(|_| id_leg || plain == Verdict::Approved) else { return plain };
    let seen: [Leg; 5] = [Leg::Id, Leg::Passed, Leg::Provisional, Leg::Failed, Leg::Unclear];
    let mut found = [false; 5];
    for entry in status.history().filter(|entry| !is_of_another_job(*entry, result)) {
        let leg = leg(entry, result);
        for (kind, found) in seen.into_iter().zip(&mut found) {
            *found |= kind == leg;
        }
    }
    let [_, passed, provisional, failed, unclear] = found;
    let two_legs = result.partner_params().job_type() == Some(JobType::BiometricKyc);
    match (id_leg, passed, provisional) {
        _ if failed => Verdict::Undetermined(Reason::Contradiction),
        (true, true, false) if two_legs && !unclear && leg(result, result) == Leg::Id => {
            denied(status, &status.decisive()).map_or(Verdict::Approved, Verdict::Undetermined)
        }
        (true, false, true) if two_legs && !unclear => Verdict::Provisional,
        _ => plain,
    }
}

/// Whether an entry names a job, and not this one.
fn is_of_another_job(entry: JobResult<'_>, result: JobResult<'_>) -> bool {
    let job_id = entry.partner_params().job_id();
    job_id.is_some() && result.partner_params().job_id().is_some() && job_id != result.partner_params().job_id()
}

/// What an entry says of the job of `result`: nothing, unless it names the same user and job, product and Smile job.
fn leg(entry: JobResult<'_>, result: JobResult<'_>) -> Leg {
    let (theirs, ours) = (entry.partner_params(), result.partner_params());
    let same_ids = ours.user_id().is_some() && ours.job_id().is_some();
    let same_ids = same_ids && theirs.user_id() == ours.user_id() && theirs.job_id() == ours.job_id();
    let same_product = theirs.job_type().is_none() || theirs.job_type() == ours.job_type();
    let same_smile_job = entry.smile_job_id().is_none() || entry.smile_job_id() == result.smile_job_id();
    let category =
        entry.result_code().and_then(|code| result_code_info(&code, ours.job_type())).map(|info| info.category);
    if same_ids && category == Some(Category::Rejected) {
        return Leg::Failed;
    }
    let last = !matches!(entry.is_final_result(), Flag::False | Flag::Unknown);
    if !(same_ids && same_product && same_smile_job && last) || any_step_failed(entry) || has_another_spelling(entry) {
        return Leg::Unclear;
    }
    match category {
        Some(Category::IdLeg) => Leg::Id,
        Some(Category::Approved) => Leg::Passed,
        Some(Category::Provisional) => Leg::Provisional,
        _ => Leg::Unclear,
    }
}

/// Whether a field on which the result rests is there in another spelling, or an id beside `PartnerParams`.
fn has_another_spelling(entry: JobResult<'_>) -> bool {
    let documented = ["ResultCode", "IsFinalResult", "PartnerParams", "Actions"];
    let another = |key: &str| !documented.contains(&key) && beside::in_service_object(key).is_some();
    entry.members().iter().any(|(key, _)| another(&key))
}

/// Whether any step failed, was rejected, or cannot be read. `Actions` that is no object cannot be read either.
fn any_step_failed(entry: JobResult<'_>) -> bool {
    let Some(actions) = entry.get("Actions").filter(|raw| raw.json_type() != crate::json::JsonType::Null) else {
        return false;
    };
    actions.object().is_none_or(|steps| {
        steps.iter().any(|(_, outcome)| {
            fields::text(Some(outcome)).is_none_or(|text| {
                let text = text.trim_start().to_ascii_lowercase();
                text.starts_with("fail") || text.starts_with("reject")
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::{String, ToString as _};

    const IDS: &str = r#""PartnerParams":{"job_id":"j","user_id":"u","job_type":1}"#;

    fn entry(code: &str, more: &str) -> String {
        format!(r#"{{"ResultCode":"{code}","SmileJobID":"7","IsFinalResult":"true",{more}}}"#)
    }

    fn joined_of(result: &str, history: &[String]) -> String {
        let history = history.join(",");
        let body = format!(
            r#"{{"job_complete":true,"job_success":true,"code":"2302","result":{result},"history":[{history}]}}"#
        );
        let status = JobStatus::decode(body.into_bytes(), &super::super::DecodeOptions::default()).unwrap();
        let verdict = joined(&status);
        verdict.reason().map_or(verdict.as_str(), Reason::as_str).to_string()
    }

    #[test]
    fn both_legs_of_one_job_are_joined_and_nothing_else() {
        let (id, photo) = (entry("1012", IDS), entry("0810", IDS));
        let other = |from: &str, to: &str| photo.replace(from, to);
        let cases: [(&[String], &str); 23] = [
            (&[id.clone(), photo.clone()], "approved"),
            (&[photo.clone(), id.clone()], "approved"),
            (core::slice::from_ref(&photo), "approved"),
            (core::slice::from_ref(&id), "id_leg"),
            (&[], "id_leg"),
            (&[entry("0814", IDS)], "provisional"),
            (&[entry("0814", IDS), photo.clone()], "id_leg"),
            (&[entry("0814", IDS), entry("9999", IDS)], "id_leg"),
            (&[photo.clone(), entry("0811", IDS)], "contradiction"),
            (&[photo.clone(), entry("1013", IDS)], "contradiction"),
            (&[photo.clone(), entry("1015", IDS)], "id_leg"),
            (&[photo.clone(), entry("9999", IDS)], "id_leg"),
            (&[other(r#""job_id":"j""#, r#""job_id":"other""#)], "id_leg"),
            (&[other(r#""user_id":"u""#, r#""user_id":"other""#)], "id_leg"),
            (&[other(r#""user_id":"u","#, "")], "id_leg"),
            (&[photo.clone(), other(r#""job_id":"j","#, "")], "id_leg"),
            (&[other(r#""job_type":1"#, r#""job_type":4"#)], "id_leg"),
            (&[other(r#""SmileJobID":"7""#, r#""SmileJobID":"8""#)], "id_leg"),
            (&[other(r#""IsFinalResult":"true""#, r#""IsFinalResult":"false""#)], "id_leg"),
            (&[entry("0810", &format!(r#""Actions":{{"Liveness_Check":"Failed"}},{IDS}"#))], "id_leg"),
            (&[entry("0810", &format!(r#""Actions":[],{IDS}"#))], "id_leg"),
            (&[entry("0810", &format!(r#""result_code":"0811",{IDS}"#))], "id_leg"),
            (&[entry("0810", &format!(r#""user_id":"other",{IDS}"#))], "id_leg"),
        ];
        // Under Miri each takes seconds.
        for (history, expected) in cases.into_iter().step_by(if cfg!(miri) { 5 } else { 1 }) {
            assert_eq!(joined_of(&id, history), expected, "{history:?}");
        }
        // Another job's failure is not this one's, and neither is its yes.
        let foreign = entry("0811", IDS).replace(r#""job_id":"j""#, r#""job_id":"other""#);
        assert_eq!(joined_of(&id, &[photo.clone(), foreign]), "approved");
        // Without ids, or of another product, nothing is joined.
        for result in [id.replace(r#""user_id":"u","#, ""), id.replace(r#""job_type":1"#, r#""job_type":4"#)] {
            assert_eq!(joined_of(&result, core::slice::from_ref(&photo)), "id_leg", "{result}");
        }
        // What neither names is not the same.
        for (named, to) in [(r#""user_id":"u","#, ""), (r#""job_id":"j","#, ""), (r#""job_type":1"#, r#""job_type":4"#)]
        {
            for code in ["0810", "0814"] {
                let leg = entry(code, IDS).replace(named, to);
                assert_eq!(joined_of(&id.replace(named, to), &[leg]), "id_leg", "{code} {named}");
            }
        }
        let failed = id.replace(IDS, &format!(r#""Actions":{{"Verify_ID_Number":"Failed"}},{IDS}"#));
        assert_eq!(joined_of(&failed, core::slice::from_ref(&photo)), "id_leg");
    }

    #[test]
    fn code_of_a_missing_upload_denies_a_joined_approval() {
        let (id, photo) = (entry("1012", IDS), entry("0810", IDS));
        for (code, expected) in [("2302", Verdict::Approved), ("2314", Verdict::Undetermined(Reason::Contradiction))] {
            let body = format!(
                r#"{{"job_complete":true,"job_success":true,"code":"{code}","result":{id},"history":[{photo}]}}"#
            );
            let status = JobStatus::decode(body.into_bytes(), &super::super::DecodeOptions::default()).unwrap();
            assert_eq!(joined(&status), expected, "{code}");
        }
    }

    #[test]
    fn approval_is_taken_away_by_a_failed_leg_only() {
        let (id, photo) = (entry("1012", IDS), entry("0810", IDS));
        assert_eq!(joined_of(&photo, &[id, entry("0814", IDS)]), "approved");
        assert_eq!(joined_of(&photo, &[entry("1013", IDS)]), "contradiction");
        assert_eq!(joined_of(&entry("0814", IDS), &[photo]), "provisional");
    }
}
