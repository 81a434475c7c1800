//! Every typed field of a reply and of a callback: its value, its text, and that nothing of it is shown by `Debug`.

use smileid_core::{ActionName, ActionOutcome, Callback, DecodeOptions, Flag, JobResult, JobStatus, JobType};
use smileid_tests::rows;

const TABLE: &str = include_str!("reply_model.txt");

fn status(body: &str) -> JobStatus {
    JobStatus::decode(body.as_bytes().to_vec(), &DecodeOptions::default()).unwrap()
}

/// Whether a getter finds something.
type IsThere = fn(JobResult<'_>) -> bool;

const ID_DATA: &str = r#"{"result":{
    "FullName":"Amara \"Ama\" Example","DOB":"1990-1-28","Gender":"F","Address":"1 Example Road","PhoneNumber":"0800","PhoneNumber2":801,
    "IDNumber":"00012","IDType":"BVN","Country":"NG","ExpirationDate":"2030-12-31T00:00:00.000Z","Secondary_ID_Number":"S-1",
    "Photo":"AAAA","Document":"BBBB","FullData":{"firstName":"Amara","verified":true,"place":{"codes":[1.50]}}}}"#;

#[test]
fn id_data_is_typed_and_kept_verbatim() {
    let status = status(ID_DATA);
    let entry = status.result().unwrap();
    let text = |value: Option<smileid_core::Personal<_>>| value.map(|v| String::from(v.expose()));
    for (found, expected) in [
        (text(entry.full_name()), "Amara \"Ama\" Example"),
        (text(entry.gender()), "F"),
        (text(entry.address()), "1 Example Road"),
        (text(entry.phone_number()), "0800"),
        (text(entry.phone_number_2()), "801"),
        (text(entry.id_number()), "00012"),
        (text(entry.secondary_id_number()), "S-1"),
        (text(entry.photo()), "AAAA"),
        (text(entry.document()), "BBBB"),
    ] {
        assert_eq!(found.as_deref(), Some(expected));
    }
    assert_eq!((entry.id_type().as_deref(), entry.country().as_deref()), (Some("BVN"), Some("NG")));
    let born = entry.date_of_birth().unwrap().expose();
    assert_eq!((born.text(), born.date().unwrap().to_string().as_str()), ("1990-1-28", "1990-01-28"));
    let expires = entry.expiration_date().unwrap().expose();
    assert_eq!((expires.text().len(), expires.date().unwrap().to_string().as_str()), (24, "2030-12-31"));
    let full = entry.full_data().unwrap().expose();
    assert_eq!(full.get("place").unwrap().expose_json(), r#"{"codes":[1.50]}"#);
    assert_eq!(full.iter().count(), 3);
    let summary = format!("{entry:?} {born:?} {:?} {:?}", entry.full_name(), entry.full_data());
    for secret in ["Amara", "1990", "0800", "801", "00012", "Example Road", "AAAA", "2030"] {
        assert!(!summary.contains(secret), "{summary}");
    }
    assert!(summary.contains("FullName") && summary.contains("FullData"), "{summary}");
}

#[test]
fn a_placeholder_is_absent_and_its_text_stays_reachable() {
    let getters: [(&str, IsThere); 13] = [
        ("FullName", |e| e.full_name().is_some()),
        ("DOB", |e| e.date_of_birth().is_some()),
        ("Gender", |e| e.gender().is_some()),
        ("Address", |e| e.address().is_some()),
        ("PhoneNumber", |e| e.phone_number().is_some()),
        ("PhoneNumber2", |e| e.phone_number_2().is_some()),
        ("IDNumber", |e| e.id_number().is_some()),
        ("IDType", |e| e.id_type().is_some()),
        ("Country", |e| e.country().is_some()),
        ("ExpirationDate", |e| e.expiration_date().is_some()),
        ("Secondary_ID_Number", |e| e.secondary_id_number().is_some()),
        ("Photo", |e| e.photo().is_some()),
        ("Document", |e| e.document().is_some()),
    ];
    for (name, is_there) in getters {
        for word in ["Not Available", "N/A", "Not Applicable", "", "NaN-NaN-NaN"] {
            let status = status(&format!(r#"{{"result":{{"{name}":"{word}"}}}}"#));
            let entry = status.result().unwrap();
            assert!(!is_there(entry), "{name} {word}");
            assert_eq!(entry.members().get(name).unwrap().expose_text(), format!("\"{word}\""));
            let reading = &status.readings().list()[0];
            assert_eq!((reading.kind.as_str(), reading.field.as_str()), ("placeholder", &*format!("result.{name}")));
        }
        for absent in ["null", "[]", "{}", "true"] {
            let status = status(&format!(r#"{{"result":{{"{name}":{absent}}}}}"#));
            assert!(!is_there(status.result().unwrap()), "{name} {absent}");
        }
        // Words that only look like one, and an ordinary value.
        for word in ["not available", "Not Available ", "n/a", "NA", "none", "x"] {
            let status = status(&format!(r#"{{"result":{{"{name}":"{word}"}}}}"#));
            assert!(is_there(status.result().unwrap()), "{name} {word}");
            assert!(status.readings().is_empty());
        }
    }
    // Beyond fields about a person the same words are values.
    let status = status(
        r#"{"result":{"ResultText":"N/A","PartnerParams":{"user_id":"N/A"},"Actions":{"Names":"Not Applicable"}}}"#,
    );
    let entry = status.result().unwrap();
    assert_eq!(entry.result_text().as_deref(), Some("N/A"));
    assert_eq!(entry.partner_params().user_id().as_deref(), Some("N/A"));
    assert_eq!(entry.action(ActionName::Names).unwrap().outcome(), ActionOutcome::NotApplicable);
    assert!(status.readings().is_empty());
}

#[test]
fn a_value_that_was_absent_by_one_name_is_found_by_the_other() {
    let status = status(r#"{"result":{"Secondary_ID_Number":"Not Available","SecondaryIDNumber":"S-2"}}"#);
    assert_eq!(status.result().unwrap().secondary_id_number().unwrap().expose(), "S-2");
}

#[test]
fn confidence_is_a_number_with_its_text() {
    let some = |cell: String| Some(cell).filter(|cell| cell != "-");
    for [json, text, number] in rows(TABLE, "confidence: JSON, its text, its number") {
        let (text, number) = (some(text), some(number).map(|number| number.parse::<f64>().unwrap()));
        let status = status(&format!(r#"{{"result":{{"ConfidenceValue":{json}}}}}"#));
        let entry = status.result().unwrap();
        assert_eq!((entry.confidence().as_deref(), entry.confidence_value()), (text.as_deref(), number), "{json}");
        // A value that is not a finite number is reported.
        let summary = json != "null" && number.is_none();
        assert_eq!(status.readings().count(), usize::from(summary), "{json}");
    }
}

#[test]
fn actions_are_open_on_both_sides() {
    let status = status(
        r#"{"result":{"Actions":{"Verify_ID_Number":"Verified","New_Step":"New Outcome","Liveness_Check":7,"Names":null,"DOB":"passed"}}}"#,
    );
    let entry = status.result().unwrap();
    let summary: Vec<_> = entry.actions().map(|a| (a.name(), a.outcome(), a.outcome_text().to_owned())).collect();
    let expected = [
        (ActionName::VerifyIdNumber, ActionOutcome::Verified, "Verified"),
        (ActionName::Other, ActionOutcome::Other, "New Outcome"),
        (ActionName::LivenessCheck, ActionOutcome::Other, "7"),
        (ActionName::DateOfBirth, ActionOutcome::Other, "passed"),
    ];
    assert_eq!(summary, expected.map(|(name, outcome, text)| (name, outcome, text.to_owned())));
    assert_eq!(entry.actions().nth(1).unwrap().name_text(), "New_Step");
    assert!(entry.action(ActionName::Names).is_none() && entry.action(ActionName::Other).is_none());
    assert!(!format!("{:?}", entry.actions().nth(1).unwrap()).contains("New"));
}

#[test]
fn antifraud_is_read_in_both_shapes() {
    let flat =
        r#"{"SuspectUsers":[{"user_id":"u-8","reason":"duplicate"},{"user_id":"u-9"},"u-10",{"reason":"alone"}]}"#;
    let nested = r#"{"summary":{"status":"suspect"},"smile_secure":{"x":1,"SuspectUsers":[{"user_id":"u-8","reasons":["a","b"]}]}}"#;
    let users = |json: &str| {
        let status = status(&format!(r#"{{"result":{{"Antifraud":{json}}}}}"#));
        let antifraud = status.result().unwrap().antifraud().unwrap();
        assert!(!format!("{antifraud:?}").contains("u-8"));
        let user = |u: smileid_core::SuspectUser<'_>| {
            assert!(!format!("{u:?}").contains("u-"));
            let id = u.user_id().map(|id| id.expose().into_owned());
            (id, u.reasons().map(std::borrow::Cow::into_owned).collect::<Vec<_>>())
        };
        (antifraud.suspect_users().map(user).collect::<Vec<_>>(), antifraud.summary().is_some())
    };
    let some = |id: &str| Some(id.to_owned());
    let (users_flat, summary) = users(flat);
    assert_eq!(
        users_flat,
        [(some("u-8"), vec!["duplicate".into()]), (some("u-9"), vec![]), (None, vec!["alone".into()])]
    );
    assert!(!summary);
    assert_eq!(users(nested), (vec![(some("u-8"), vec!["a".into(), "b".into()])], true));
    assert_eq!(users("{}"), (vec![], false));
    assert!(status(r#"{"result":{"Antifraud":"none"}}"#).result().unwrap().antifraud().is_none());
}

#[test]
fn partner_params_keep_the_partners_own_fields() {
    let status = status(
        r#"{"result":{"PartnerParams":{"a":1.50,"user_id":"u","b":{"c":[true]},"job_id":"j","job_type":"11","d":"x","d2":null}}}"#,
    );
    let params = status.result().unwrap().partner_params();
    assert_eq!((params.user_id().as_deref(), params.job_id().as_deref()), (Some("u"), Some("j")));
    assert_eq!(params.job_type(), Some(JobType::EnhancedDocumentVerification));
    let own: Vec<_> = params.own().map(|(key, value)| format!("{key}={}", value.expose_text())).collect();
    assert_eq!(own, ["a=1.50", r#"b={"c":[true]}"#, r#"d="x""#, "d2=null"]);
    assert!(!format!("{params:?}").contains("\"u\""));
}

#[test]
fn links_receipts_and_unknown_members_are_reachable() {
    let status = status(
        r#"{"image_links":{"selfie_image":"https:\/\/i.example:8443\/s?X-Sig=1","id_card_back":"https://j.example/b","brand_new":"https://k.example/"},
        "kyc_receipt":"https://r.example/1","kyb_receipt":"N/A","new":{"n":1.50,"s":"\u00e9"}}"#,
    );
    let links = status.image_links().unwrap();
    assert_eq!(links.selfie_image().unwrap().expose(), "https://i.example:8443/s?X-Sig=1");
    assert_eq!(links.selfie_host().as_deref(), Some("i.example:8443"));
    let names: Vec<_> = links.iter().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["selfie_image", "id_card_back", "brand_new"]);
    let hosts: Vec<_> =
        links.hosts().map(|(name, host)| format!("{name} {}", host.as_deref().unwrap_or("-"))).collect();
    assert_eq!(hosts, ["selfie_image i.example:8443", "id_card_back j.example", "brand_new k.example"]);
    assert_eq!((links.error(), format!("{links:?}").contains("example")), (None, false));
    assert_eq!(status.kyc_receipt().unwrap().expose(), "https://r.example/1");
    assert!(status.kyb_receipt().is_none());
    assert_eq!(status.members().get("new").unwrap().expose_json(), r#"{"n":1.50,"s":"\u00e9"}"#);
    let gone = self::status(r#"{"image_links":{"error":"gone"}}"#);
    let links = gone.image_links().unwrap();
    assert_eq!((links.error().as_deref(), links.iter().count(), links.selfie_host()), (Some("gone"), 0, None));
    for [link, host] in rows(TABLE, "links and their hosts") {
        let status = self::status(&format!(r#"{{"image_links":{{"selfie_image":"{link}"}}}}"#));
        assert_eq!(status.image_links().unwrap().selfie_host().as_deref().unwrap_or("-"), host, "{link}");
    }
}

#[test]
fn what_is_there_once_decoded_is_there_when_asked_for_whatever_the_limits_were() {
    use smileid_core::json::{Limits, Options};
    let filler: String = (0..100_001).fold(String::new(), |all, n| all + &format!("\"k{n}\":0,"));
    let body = format!(r#"{{"result":{{{filler}"IsFinalResult":"false","ResultCode":"0810"}}}}}}}}}}}}}}"#);
    let json = Options::LAX.with_extra_closers(9).with_limits(Limits::DEFAULT.with_max_members(200_000));
    let status = JobStatus::decode(body.into_bytes(), &DecodeOptions::default().with_json(json)).unwrap();
    let result = status.result().unwrap();
    assert_eq!((result.is_final_result(), result.result_code().as_deref()), (Flag::False, Some("0810")));
    assert!(status.expose_json().ends_with(r#""ResultCode":"0810"}}"#));
}

#[test]
fn a_callback_has_the_same_fields_under_its_own_names() {
    let body = r#"{"ResultCode":"0810","SecondaryIDNumber":"S-1","KYCReceipt":"https://r.example/1","ImageLinks":{"selfie_image":"https://i.example/s"},"DOB":"1990-01-01","PartnerParams":{"job_type":1}}"#;
    let callback = Callback::decode(body.as_bytes().to_vec(), &DecodeOptions::default()).unwrap();
    let result = callback.result();
    assert_eq!(result.secondary_id_number().unwrap().expose(), "S-1");
    assert_eq!(result.kyc_receipt().unwrap().expose(), "https://r.example/1");
    assert_eq!(result.image_links().unwrap().selfie_host().as_deref(), Some("i.example"));
    assert_eq!(result.date_of_birth().unwrap().expose().date().unwrap().year(), 1990);
    assert!(callback.repairs().is_empty() && callback.readings().is_empty());
    assert_eq!(callback.expose_body(), body);
}

#[test]
fn the_persons_an_aml_check_found_are_a_number() {
    for [json, number, reading] in rows(TABLE, "persons found: JSON, the number, the reading") {
        let status = status(&format!(r#"{{"result":{{"no_of_persons_found":{json}}}}}"#));
        let found = status.result().unwrap().persons_found().map_or("-".to_owned(), |found| found.to_string());
        let first = status.readings().list().first().map_or("-", |r| r.kind.as_str());
        assert_eq!((found, first), (number, reading.as_str()), "{json}");
    }
}
