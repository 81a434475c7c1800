//! The forms of a callback as tables: which stage each has, which ids, and which readings. The bodies are unsigned: a stage needs no proof.

use smileid_core::{Callback, CallbackStage, Decisions, DecodeOptions};
use smileid_tests::rows;

const TABLE: &str = include_str!("callback_forms.txt");

fn callback(body: &str) -> Callback {
    Callback::decode(body.into(), &DecodeOptions::default()).unwrap_or_else(|error| panic!("{body}: {error}"))
}

/// The stage, or the doubt of an unknown one.
fn stage(body: &str) -> &'static str {
    let callback = callback(body);
    let doubt = callback.doubt();
    assert_eq!(doubt.is_some(), callback.stage() == CallbackStage::Unknown, "{body}");
    doubt.map_or(callback.stage().as_str(), |doubt| doubt.as_str())
}

const IDS: &str = r#"{"user_id":"ada","job_id":"loan-9","job_type":1}"#;

#[test]
fn stage_of_each_form() {
    for [body, expected] in rows(TABLE, "stage or doubt") {
        assert_eq!(stage(&body), expected, "{body}");
    }
}

#[test]
fn only_final_and_unknown_are_reasons_to_ask() {
    let stages = [CallbackStage::Final, CallbackStage::Unknown, CallbackStage::IdLeg, CallbackStage::NotFinal];
    assert_eq!(stages.map(CallbackStage::is_reason_to_ask), [true, true, false, false]);
    assert_eq!(stages.map(CallbackStage::as_str), ["final", "unknown", "id_leg", "not_final"]);
}

#[test]
fn ids_are_those_that_every_place_agrees_on() {
    let both = (Some("ada"), Some("loan-9"));
    let cases = [
        (format!(r#"{{"PartnerParams":{IDS}}}"#), both),
        (format!(r#"{{"partner_params":{IDS}}}"#), both),
        (format!(r#"{{"result":{{"PartnerParams":{IDS}}}}}"#), both),
        (format!(r#"{{"result":{{"partner_params":{IDS}}}}}"#), both),
        (format!(r#"{{"user_id":"ada","result":{{"partner_params":{IDS}}}}}"#), both),
        (r#"{"user_id":"ada","job_id":"loan-9"}"#.to_owned(), both),
        (r#"{"PartnerParams":{"user_id":"ada","job_id":null},"job_id":"loan-9"}"#.to_owned(), both),
        (format!(r#"{{"user_id":"eve","PartnerParams":{IDS}}}"#), (None, Some("loan-9"))),
        (format!(r#"{{"PartnerParams":["ada"],"partner_params":{IDS}}}"#), (None, None)),
        (r#"{"PartnerParams":{"user_id":"","job_id":[1]}}"#.to_owned(), (None, None)),
        (r#"{"ResultCode":"0810"}"#.to_owned(), (None, None)),
    ];
    for (body, expected) in cases {
        let callback = callback(&body);
        assert_eq!((callback.user_id().as_deref(), callback.job_id().as_deref()), expected, "{body}");
    }
}

#[test]
fn fields_are_read_in_any_spelling_and_place() {
    let fields = r#""result_code":"1012","result_text":"ID Number Validated","smile_job_id":"x-1","country":"NG","id_type":"NIN_V2","confidence_value":"99","secondary_id_number":"S-1","full_name":"Amara Example""#;
    for body in [
        format!(r#"{{{fields},"partner_params":{IDS}}}"#),
        format!(r#"{{"result":{{{fields},"partner_params":{IDS}}}}}"#),
        format!(r#"{{"partner_params":{IDS},"result":{{{fields}}}}}"#),
    ] {
        let callback = callback(&body);
        let result = callback.result();
        assert_eq!(result.result_code().as_deref(), Some("1012"), "{body}");
        assert_eq!(result.result_text().as_deref(), Some("ID Number Validated"), "{body}");
        assert_eq!(result.smile_job_id().as_deref(), Some("x-1"), "{body}");
        assert_eq!(result.country().as_deref(), Some("NG"), "{body}");
        assert_eq!(result.id_type().as_deref(), Some("NIN_V2"), "{body}");
        assert_eq!(result.confidence_value(), Some(99.0), "{body}");
        assert_eq!(result.secondary_id_number().map(|number| number.expose().to_string()).as_deref(), Some("S-1"));
        assert_eq!(result.partner_params().user_id().as_deref(), Some("ada"), "{body}");
        assert_eq!(callback.stage(), CallbackStage::IdLeg, "{body}");
        assert!(!format!("{callback:?}").contains("Amara"));
    }
}

#[test]
fn other_spellings_and_places_are_readings() {
    let summary = |body: &str| {
        let readings = callback(body).readings().list().to_vec();
        readings.into_iter().map(|r| format!("{} {} {}", r.kind.as_str(), r.field, r.offset)).collect::<Vec<_>>()
    };
    assert_eq!(summary(r#"{"ResultCode":"0810","PartnerParams":{"job_type":1}}"#), Vec::<String>::new());
    assert_eq!(
        summary(r#"{"result_code":810,"partner_params":{"job_type":[]}}"#),
        [
            "text_as_number result_code 15",
            "other_spelling result_code 15",
            "wrong_type partner_params.job_type 48",
            "other_spelling partner_params 36"
        ]
    );
    assert_eq!(
        summary(r#"{"result":{"ResultCode":"0810","is_final_result":true}}"#),
        ["other_spelling result.is_final_result 49", "other_place result 10"]
    );
    assert_eq!(summary(r#"{"result":"text"}"#), ["result_as_text result 10"]);
}

#[test]
fn clean_decisions_refuse_another_spelling_of_a_decision_field_only() {
    let clean = DecodeOptions::default().with_decisions(Decisions::Clean);
    let read = |body: &str| Callback::decode(body.into(), &clean).map(|_| ()).map_err(|e| e.to_string());
    for field in ["result_code", "is_final_result"] {
        let error = read(&format!(r#"{{"{field}":"true"}}"#)).unwrap_err();
        assert!(error.contains(field), "{error}");
    }
    assert_eq!(read(r#"{"ResultCode":"0810","partner_params":{},"smile_job_id":"1"}"#), Ok(()));
}

#[test]
fn no_known_field_stands_twice_in_any_spelling() {
    for name in ["result_code", "is_final_result", "partner_params", "status", "result", "user_id", "job_id"] {
        for body in
            [format!(r#"{{"{name}":null,"{name}":null}}"#), format!(r#"{{"result":{{"{name}":1,"{name}":1}}}}"#)]
        {
            let refused = Callback::decode(body.clone().into(), &DecodeOptions::default()).is_err();
            assert!(refused || name == "result" && body.starts_with(r#"{"result":{"#), "{body}");
        }
    }
}
