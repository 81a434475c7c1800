//! "Clean decisions": the switch that refuses a reading or a repair inside a decision field, and nothing else.

use smileid_core::{
    Decisions, DecodeOptions, JobStatus, ReplyError,
    json::{Options, Tolerance},
};
use smileid_tests::{Reply, config, lines, outcome_of, rows};

const TABLE: &str = include_str!("decisions.txt");

fn decode(body: &str, json: Options, decisions: Decisions) -> Result<JobStatus, ReplyError> {
    JobStatus::decode(body.as_bytes().to_vec(), &DecodeOptions::default().with_json(json).with_decisions(decisions))
}

#[test]
fn a_reading_inside_a_decision_field_is_refused_with_its_place() {
    for [body, field, offset] in rows(TABLE, "readings: body, field, offset") {
        let (body, offset) = (body.as_str(), offset.parse().unwrap());
        let error = decode(body, Options::DOCUMENTED, Decisions::Clean).unwrap_err();
        assert!(
            matches!(error, ReplyError::Unclean { field: found, offset: at } if found == field && at == offset),
            "{body}"
        );
        assert_eq!((error.offset(), error.to_string().contains(&field)), (offset, true));
        assert!(decode(body, Options::DOCUMENTED, Decisions::Lenient).is_ok(), "{body}");
    }
}

#[test]
fn a_repair_inside_a_decision_field_is_refused_with_its_place() {
    let raw = Options::STRICT.tolerating(Tolerance::RawWhiteSpace);
    let lone = Options::STRICT.tolerating(Tolerance::LoneSurrogates);
    let comments = Options::STRICT.tolerating(Tolerance::Comments);
    let unclean = [
        ("{\"code\":\"23\t02\"}", raw, "code"),
        (r#"{"code":"2302\ud800"}"#, lone, "code"),
        (r#"{"job_complete":/* no */true}"#, comments, "job_complete"),
        (r#"{"result":{"ResultCode":"0810,\udfff"}}"#, lone, "ResultCode"),
        (r#"{"code":[1,]}"#, Options::DOCUMENTED, "code"),
    ];
    for (body, json, field) in unclean {
        let error = decode(body, json, Decisions::Clean).unwrap_err();
        assert!(matches!(error, ReplyError::Unclean { field: found, .. } if found == field), "{body}: {error}");
        assert!(decode(body, json, Decisions::Lenient).is_ok(), "{body}");
    }
}

#[test]
fn documented_forms_and_what_is_lenient_elsewhere_are_taken() {
    for body in lines(TABLE, "clean") {
        assert!(decode(&body, Options::DOCUMENTED, Decisions::Clean).is_ok(), "{body}");
    }
}

#[test]
fn a_session_with_the_switch_on_refuses_the_reply() {
    let clean = config().with_decode_options(DecodeOptions::default().with_decisions(Decisions::Clean));
    let text = Reply::members(r#""job_complete":"false""#);
    assert_eq!(outcome_of(&config(), &text), "pending hmac");
    assert_eq!(outcome_of(&clean, &text), "error malformed");
    assert_eq!(outcome_of(&clean, &text.clone().status(404)), "error request");
    assert_eq!(outcome_of(&clean, &Reply::approved()), "final hmac approved");
}
