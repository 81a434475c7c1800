//! The forms of a callback as tables: which stage each has, which ids, and which readings. The bodies are unsigned: a stage needs no proof.

use smileid_core::{Callback, CallbackStage, Decisions, DecodeOptions};

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
    let cases = [
        // Nothing decisive was found.
        (r"{}", "no_decisive_field"),
        (r#"{"timestamp":"t","signature":"s"}"#, "no_decisive_field"),
        (r#"{"ResultCode":null,"IsFinalResult":null,"status":null}"#, "no_decisive_field"),
        (r#"{"ResultText":"Enroll User","job_complete":true,"job_success":true}"#, "no_decisive_field"),
        (r#"{"data":{"ResultCode":"0810"}}"#, "no_decisive_field"),
        (r#"{"resultcode":"0810"}"#, "no_decisive_field"),
        (r#"{"result":{}}"#, "no_decisive_field"),
        (r#"{"result":"0810"}"#, "no_decisive_field"),
        (r#"{"result":{"result":{"ResultCode":"0810"}}}"#, "no_decisive_field"),
        // Found in each spelling and place.
        (r#"{"ResultCode":"0810"}"#, "final"),
        (r#"{"IsFinalResult":"true"}"#, "final"),
        (r#"{"result_code":"0810"}"#, "final"),
        (r#"{"is_final_result":true}"#, "final"),
        (r#"{"result":{"ResultCode":"0810"}}"#, "final"),
        (r#"{"result":{"result_code":"0810","is_final_result":"true"}}"#, "final"),
        (r#"{"ResultCode":"0810","result":null}"#, "final"),
        (r#"{"ResultCode":"0810","result_code":null,"result":{"ResultCode":"0810"}}"#, "final"),
        // Not the last.
        (r#"{"ResultCode":"0810","IsFinalResult":"false"}"#, "not_final"),
        (r#"{"ResultCode":"0810","is_final_result":false}"#, "not_final"),
        (r#"{"result":{"ResultCode":"0810","IsFinalResult":"no"}}"#, "not_final"),
        (r#"{"result":{"ResultCode":"0810"},"job_complete":false}"#, "not_final"),
        (r#"{"result":{"ResultCode":"0810"},"job_complete":"soon"}"#, "not_final"),
        (r#"{"status":"processing"}"#, "not_final"),
        (r#"{"status":"Processing"}"#, "not_final"),
        (r#"{"status":"PENDING"}"#, "not_final"),
        (r#"{"status":"In Progress"}"#, "not_final"),
        (r#"{"result":{"status":"in-progress"}}"#, "not_final"),
        (r#"{"status":"processing","ResultCode":"0810","IsFinalResult":"true"}"#, "not_final"),
        (r#"{"status":"processing","ResultCode":"0810","result_code":"0811"}"#, "not_final"),
        (r#"{"status":"completed","result":{"status":"processing"}}"#, "not_final"),
        // A status of an ended job, and one of no known form.
        (r#"{"status":"completed"}"#, "final"),
        (r#"{"status":"clear"}"#, "final"),
        (r#"{"status":"Unauthorized"}"#, "unknown_form"),
        (r#"{"status":["processing"]}"#, "unknown_form"),
        (r#"{"status":"","ResultCode":"0810"}"#, "unknown_form"),
        // A code of no known form is not one that is absent.
        (r#"{"ResultCode":["0810"],"IsFinalResult":"true"}"#, "unknown_form"),
        (r#"{"ResultCode":true}"#, "unknown_form"),
        (r#"{"ResultCode":""}"#, "unknown_form"),
        (r#"{"ResultCode":"0810","PartnerParams":["ada"]}"#, "unknown_form"),
        (r#"{"ResultCode":"0810","partner_params":"{}"}"#, "unknown_form"),
        (r#"{"ResultCode":"0810","PartnerParams":{"user_id":["ada"]}}"#, "unknown_form"),
        // Spellings and places that disagree.
        (r#"{"ResultCode":"0810","result_code":"0811"}"#, "disagreement"),
        (r#"{"ResultCode":"0810","result":{"ResultCode":"0811"}}"#, "disagreement"),
        (r#"{"result_code":"0810","result":{"result_code":"1012"}}"#, "disagreement"),
        (r#"{"ResultCode":"0810","IsFinalResult":"true","is_final_result":false}"#, "disagreement"),
        (r#"{"status":"completed","result":{"status":"unheard of"}}"#, "unknown_form"),
        (r#"{"ResultCode":"0810","PartnerParams":{"job_id":"a"},"partner_params":{"job_id":"b"}}"#, "disagreement"),
        (r#"{"ResultCode":"0810","PartnerParams":{"user_id":"a"},"user_id":"b"}"#, "disagreement"),
        (r#"{"job_id":"a","result":{"ResultCode":"0810","PartnerParams":{"job_id":"b"}}}"#, "disagreement"),
        // The ID leg of whatever is not an ID product.
        (r#"{"ResultCode":"1012","IsFinalResult":"true"}"#, "id_leg"),
        (r#"{"result_code":"1012","partner_params":{"job_type":1}}"#, "id_leg"),
        (r#"{"result":{"ResultCode":"1020","PartnerParams":{"job_type":"1"}}}"#, "id_leg"),
        (r#"{"ResultCode":"1021"}"#, "id_leg"),
        (r#"{"result_code":"1012","partner_params":{"job_type":5}}"#, "final"),
        (r#"{"result_code":"1012","job_type":"7"}"#, "final"),
        (r#"{"ResultCode":"1012","PartnerParams":{"job_type":1},"job_type":5}"#, "disagreement"),
        (r#"{"ResultCode":"1012","PartnerParams":{"job_type":[5]}}"#, "unknown_form"),
        (r#"{"status":"processing","ResultCode":"1012"}"#, "not_final"),
    ];
    for (body, expected) in cases {
        assert_eq!(stage(body), expected, "{body}");
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
