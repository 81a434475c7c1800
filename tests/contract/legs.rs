//! The verdict of a job of two legs, joined out of the history of a proven answer. The plain verdict is `verdicts.rs`'s.

use core::time::Duration;

use smileid_core::{Answer, Reason, Session};
use smileid_tests::{Reply, config, query, run};

/// A biometric KYC job whose ID leg came last: the other leg, approved, is in the history.
const ID_LEG_LAST: &str = include_str!("../wire/ok/two-legs-id-last.json");

const PHOTO_LEG: &str = r#""ResultCode": "0810""#;
const PHOTO_LEG_IDS: &str = r#""ConfidenceValue": "99",
      "IsFinalResult": "true",
      "PartnerParams": {"user_id": "user-7", "job_id": "job-7", "job_type": 1}"#;

/// The verdict and the joined verdict of a proven answer with this body, signed anew.
fn verdicts(body: &str) -> [String; 2] {
    let members = body.split_once(r#"VUE=","#).unwrap().1.trim_end().strip_suffix('}').unwrap();
    let reply = Reply::members(members);
    let run = run(Session::job_status(&config(), query()), |_, _, now| (Duration::ZERO, Ok(reply.at(now))));
    let Ok(Answer::Final(status)) = run.outcome else { panic!("not final: {body}") };
    [status.verdict(), status.joined_verdict()].map(|verdict| match verdict.reason() {
        Some(reason) => reason.as_str().to_owned(),
        None => verdict.as_str().to_owned(),
    })
}

/// The body with the one place that reads `from` changed.
fn with(from: &str, to: &str) -> String {
    assert_eq!(ID_LEG_LAST.matches(from).count(), 1, "{from}");
    ID_LEG_LAST.replace(from, to)
}

#[test]
fn id_leg_that_comes_last_is_joined_with_the_other_leg() {
    assert_eq!(verdicts(ID_LEG_LAST), ["id_leg", "approved"]);
}

#[test]
fn joined_verdict_is_a_yes_only_if_nothing_speaks_against_it() {
    let ids = |to: &str| {
        let changed = PHOTO_LEG_IDS.replace(r#"{"user_id": "user-7", "job_id": "job-7", "job_type": 1}"#, to);
        with(PHOTO_LEG_IDS, &changed)
    };
    let cases = [
        (with(PHOTO_LEG, r#""ResultCode": "0811""#), "contradiction"),
        (with(PHOTO_LEG, r#""ResultCode": "0814""#), "provisional"),
        (with(PHOTO_LEG, r#""ResultCode": "1015""#), "id_leg"),
        (with(PHOTO_LEG, r#""ResultCode": "9999""#), "id_leg"),
        (with(PHOTO_LEG, r#""ResultCode": 810"#), "id_leg"),
        (with(PHOTO_LEG, r#""Result": "Approved""#), "id_leg"),
        (ids(r#"{"user_id": "user-7", "job_id": "job-8", "job_type": 1}"#), "id_leg"),
        (ids(r#"{"user_id": "user-8", "job_id": "job-7", "job_type": 1}"#), "id_leg"),
        (ids(r#"{"user_id": "user-7", "job_id": "job-7", "job_type": 4}"#), "id_leg"),
        (ids(r#"{"job_type": 1}"#), "id_leg"),
        (ids("[]"), "id_leg"),
        (with(r#""Liveness_Check": "Passed""#, r#""Liveness_Check": "Failed""#), "id_leg"),
        (with(r#""code": "2302""#, r#""code": "2314""#), "contradiction"),
        (ID_LEG_LAST.replace(r#""history""#, r#""History""#), "id_leg"),
    ];
    for (body, joined) in cases {
        assert_eq!(verdicts(&body), [Reason::IdLeg.as_str(), joined], "{body}");
    }
}

#[test]
fn approved_result_is_denied_by_a_rejected_leg_of_its_job_only() {
    let swapped = ID_LEG_LAST.replace(PHOTO_LEG, "\"\"").replacen("1012", "0810", 1);
    let (approved, beside) = (swapped.replace("\"\"", PHOTO_LEG), |code: &str| swapped.replacen("\"\"", code, 1));
    assert_eq!(verdicts(&approved), ["approved", "approved"]);
    assert_eq!(verdicts(&beside(r#""ResultCode": "0811""#)), ["approved", "contradiction"]);
    let foreign = beside(r#""ResultCode": "0811""#).replace(
        "job-7\", \"job_type\": 1},\n      \"Actions\": {\"Live",
        "job-8\", \"job_type\": 1},\n      \"Actions\": {\"Live",
    );
    assert_eq!(verdicts(&foreign), ["approved", "approved"]);
}

#[test]
fn other_verdicts_are_not_changed_by_the_history() {
    for (code, verdict) in
        [("0814", "provisional"), ("1015", "no_verdict_code"), ("1030", "other_code"), ("9999", "unknown_code")]
    {
        assert_eq!(verdicts(&ID_LEG_LAST.replacen("1012", code, 1)), [verdict, verdict], "{code}");
    }
    let rejected = ID_LEG_LAST.replacen("1012", "1013", 1).replace(r#""job_success": true"#, r#""job_success": false"#);
    assert_eq!(verdicts(&rejected), ["rejected", "rejected"]);
}
