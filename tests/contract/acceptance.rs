//! A field on which an acceptance rests is never read as missing because it has another form, place or spelling. Forged proofs are
//! `proof/forged.rs`'s, the codes `verdicts.rs`'s.

use std::sync::LazyLock;

use smileid_core::{ApiKey, HmacKey, IdPolicy, Moment, PartnerId, Timestamp};
use smileid_tests::{NOON, Reply, check_outcomes as check, config, lines, outcome_of, rows};

const TABLE: &str = include_str!("acceptance.txt");

/// An approval with everything that speaks for it: each row is a field's path, and what it is.
static FIELDS: LazyLock<Vec<[String; 2]>> =
    LazyLock::new(|| rows(TABLE, "an approval: the path of each field, and its value"));

/// Every type of JSON, several values of some.
const VALUES: [&str; 12] =
    ["true", "false", "0", "1", "-1.5", "[]", "[true]", "{}", "{\"a\":1}", "\"\"", "\"x\"", "[\"{}\"]"];

/// The values that are of the right type for a field, or that are documented as its absence.
fn is_harmless(path: &str, value: &str) -> bool {
    match path {
        "job_complete" | "job_success" | "result.IsFinalResult" => value == "true",
        // An unknown code decides nothing, and a number is read by its digits.
        "code" => value.starts_with(['"', '0', '1', '-']),
        // Steps are an open set of texts.
        _ if path.starts_with("result.Actions.") => value.starts_with('"'),
        _ => false,
    }
}

/// The approval with `value` at `path`; the text of an object that is the value of a whole path is left out.
fn approval(path: &str, value: &str) -> String {
    let at = Timestamp::at(Moment::new(NOON - 1, core::time::Duration::ZERO));
    let mac = HmacKey::new(&ApiKey::new("key").unwrap()).sign(at.as_str(), &PartnerId::new("023").unwrap());
    let object = |prefix: &str, more: &[(&str, String)]| {
        let own = FIELDS.iter().filter_map(|[field, usual]| {
            let name = field.strip_prefix(prefix)?;
            let value = if field == path { value } else { usual };
            (!name.contains('.')).then(|| format!("\"{name}\":{value}"))
        });
        let more = more.iter().map(|(name, usual)| {
            let value = if format!("{prefix}{name}") == path { value } else { usual };
            format!("\"{name}\":{value}")
        });
        format!("{{{}}}", own.chain(more).collect::<Vec<_>>().join(","))
    };
    let (params, actions) = (object("result.PartnerParams.", &[]), object("result.Actions.", &[]));
    let result = object("result.", &[("PartnerParams", params), ("Actions", actions)]);
    object("", &[("result", result)]).replace("{TS}", at.as_str()).replace("{SIG}", mac.as_str())
}

#[test]
fn no_field_of_a_wrong_type_leaves_an_approval() {
    let whole = ["result", "result.PartnerParams", "result.Actions"];
    let approved = |body: &str| outcome_of(&config(), &Reply::verbatim(200, body)) == "final hmac approved";
    assert!(approved(&approval("", "")), "{}", approval("", ""));
    for path in FIELDS.iter().map(|[path, _]| path.as_str()).chain(whole) {
        for value in VALUES {
            let body = approval(path, value);
            // Steps may be missing.
            if path == "result.Actions" && value.starts_with('{') {
                continue;
            }
            assert_eq!(approved(&body), is_harmless(path, value), "{path} {value}: {body}");
        }
    }
}

/// An approval of 0810 with these members beside `result`, in the result, and in its `PartnerParams`.
fn with(beside: &str, within: &str, params: &str) -> Reply {
    Reply::members(&format!(
        r#""job_complete":true,"job_success":true,"code":"2302",{beside}"result":{{"ResultCode":"0810",{within}"PartnerParams":{{{params}"job_type":4}}}}"#
    ))
}

const OURS: &str = r#""user_id":"user-7","job_id":"job-7","#;

fn place(place: &str, id: &str, value: &str) -> String {
    let spelled = |joint: &str, id_word: &str| format!("\"{id}{joint}{id_word}\"");
    let other = if id == "user" { "\"own_id\"" } else { "\"ownId\"" };
    let members = place
        .replace("{OTHER}", other)
        .replace("{NAME}", &spelled("_", "id"))
        .replace("{SPELLED}", &spelled("", "Id"))
        .replace("{CAPITALS}", &spelled("_", "id").to_uppercase())
        .replace("{DASHED}", &spelled("-", "ID"))
        .replace("{ESCAPED}", &spelled("\\u005f", "id"))
        .replace("{VALUE}", value);
    members + ","
}

#[test]
fn every_place_that_names_the_job_names_the_one_that_was_asked_for() {
    // Where a reply may name its job, as JSON before the value of the field.
    for at in lines(TABLE, "places of an id") {
        for (id, ours) in [("user", "user-7"), ("job", "job-7")] {
            let same = [format!("\"{ours}\""), "null".to_owned()];
            let other = [
                "\"another\"".to_owned(),
                format!("\"{}\"", ours.to_uppercase()),
                format!("\" {ours}\""),
                "\"\"".to_owned(),
                "7".to_owned(),
                "true".to_owned(),
                format!("[\"{ours}\"]"),
                format!("{{\"id\":\"{ours}\"}}"),
            ];
            for (values, expected) in [(&same[..], "final hmac approved"), (&other[..], "error mismatch")] {
                for value in values {
                    let members = place(&at, id, value);
                    let top = with(&members, "", OURS);
                    assert_eq!(outcome_of(&config(), &top), expected, "beside the result: {members}");
                    if at.starts_with(r#""PartnerParams""#) {
                        continue;
                    }
                    let within = with("", &members, OURS);
                    assert_eq!(outcome_of(&config(), &within), expected, "within the result: {members}");
                    let alone = with("", &members, "");
                    assert_eq!(outcome_of(&config(), &alone), expected, "with no other id: {members}");
                }
            }
        }
    }
}

#[test]
fn ids_given_as_numbers_compare_by_their_digits() {
    let query = || smileid_core::JobStatusQuery::new("7", "0042").unwrap();
    let outcome = |reply: Reply| {
        let run = smileid_tests::run(smileid_core::Session::job_status(&config(), query()), |_, _, now| {
            (core::time::Duration::ZERO, Ok(reply.at(now)))
        });
        smileid_tests::summary(&run.outcome)
    };
    let reply = |user: &str, job: &str| with(&format!(r#""user_id":{user},"job_id":{job},"#), "", "");
    assert_eq!(outcome(reply("7", "\"0042\"")), "final hmac approved");
    for (user, job) in [("7", "42"), ("7.0", "\"0042\""), ("7e0", "\"0042\""), ("70", "\"0042\""), ("7", "\"42\"")] {
        assert_eq!(outcome(reply(user, job)), "error mismatch", "{user} {job}");
    }
}

#[test]
fn partner_params_that_cannot_be_read_are_a_mismatch_and_no_absence() {
    let unreadable = [r#"["user-7"]"#, r#""{\"user_id\":\"user-7\"}""#, "\"\"", "7", "true", "false", "[]"];
    for name in ["PartnerParams", "partner_params", "partnerParams", "PARTNER_PARAMS"] {
        for value in unreadable {
            let member = format!(r#""{name}":{value},"#);
            check(&[(with(&member, "", OURS), "error mismatch")]);
            let within = format!(r#"{{"ResultCode":"0810","{name}":{value}}}"#);
            check(&[(Reply::complete("true", &within), "error mismatch")]);
        }
        let null = Reply::complete("true", &format!(r#"{{"ResultCode":"0810","{name}":null}}"#));
        check(&[(null, "final hmac approved"), (with(&format!(r#""{name}":{{}},"#), "", OURS), "final hmac approved")]);
    }
}

#[test]
fn what_the_partner_sent_along_names_no_job() {
    let own = [
        r#""userId":"own-4","jobId":9,"#,
        r#""internal_user_id":"x","own":{"user_id":"x","job_id":"y"},"#,
        r#""smile_job_id":"x","UserID":["x"],"#,
    ];
    for own in own {
        check(&[(with("", "", &format!("{OURS}{own}")), "final hmac approved")]);
    }
    // Nothing else names the job there: then this does.
    check(&[
        (with("", "", r#""userId":"user-7","jobId":"job-7","#), "final hmac approved"),
        (with("", "", r#""userId":"own-4","job_id":"job-7","#), "error mismatch"),
        (with("", "", r#""user_id":null,"userId":"own-4","#), "error mismatch"),
        (with("", "", r#""user_id":"user-7","jobId":true,"#), "error mismatch"),
    ]);
    // In another `PartnerParams` likewise, for each object by itself.
    let params =
        |fields: &str| [r#""partner_params""#, r#""partnerParams""#].map(|name| format!(r"{name}:{{{fields}}},"));
    for [fields, expected] in rows(TABLE, "another PartnerParams with the partner's own ids") {
        for member in params(&fields) {
            check(&[(with(&member, "", OURS), &expected), (with("", &member, OURS), &expected)]);
        }
    }
    // Nor do other objects, above all not the history's.
    let other = r#"{"user_id":"x","job_id":"y","PartnerParams":{"user_id":"x","job_id":"y"},"partner_params":7}"#;
    check(&[
        (with(&format!(r#""history":[{other}],"#), "", OURS), "final hmac approved"),
        (with(&format!(r#""own":{other},"#), &format!(r#""own":{other},"#), OURS), "final hmac approved"),
    ]);
}

#[test]
fn demanded_ids_count_wherever_they_are() {
    let strict = config().with_ids(IdPolicy::Required);
    for (reply, expected) in [
        (with("", "", OURS), "final hmac approved"),
        (with(OURS, "", ""), "final hmac approved"),
        (with("", OURS, ""), "final hmac approved"),
        (with(r#""partner_params":{"user_id":"user-7","job_id":"job-7"},"#, "", ""), "final hmac approved"),
        (with(r#""user_id":"user-7","#, "", r#""job_id":"job-7","#), "final hmac approved"),
        (with("", "", ""), "error mismatch"),
        (with(r#""user_id":"user-7","#, "", ""), "error mismatch"),
        (with("", "", r#""job_id":"job-7","#), "error mismatch"),
        (with(r#""user_id":null,"job_id":null,"#, "", ""), "error mismatch"),
    ] {
        assert_eq!(outcome_of(&strict, &reply), expected, "{reply:?}");
    }
}

#[test]
fn a_field_at_another_place_or_in_another_spelling_must_say_the_same() {
    for [member, expected] in rows(TABLE, "a member elsewhere or in another spelling") {
        check(&[(with(&member, "", OURS), &expected), (with("", &member, OURS), &expected)]);
    }
    let contradiction = "final hmac undetermined (contradiction)";
    let not_final = "final hmac undetermined (not_final_result)";
    check(&[
        (with(r#""ResultCode":"0810","#, "", OURS), "final hmac approved"),
        (with(r#""ResultCode":"0811","#, "", OURS), contradiction),
        (with(r#""IsFinalResult":true,"#, "", OURS), "final hmac approved"),
        (with(r#""IsFinalResult":false,"#, "", OURS), not_final),
        (with(r#""Code":2302,"#, "", OURS), "final hmac approved"),
        (with(r#""Code":"2314","#, "", OURS), contradiction),
        (with(r#""IsFinalResult":"false","#, "", OURS), not_final),
        (with(r#""Actions":{"Liveness_Check":"Failed"},"#, "", OURS), contradiction),
        (with(r#""Actions":7,"#, "", OURS), contradiction),
        (with("", r#""job_success":false,"#, OURS), contradiction),
        (with("", r#""job_complete":false,"#, OURS), "error malformed"),
        (with(r#""Code":"2302","#, "", OURS), "final hmac approved"),
        (with(r#""Code":"2405","#, "", OURS), contradiction),
        (with(r#""CODE":["2302"],"#, "", OURS), contradiction),
        // Neither is read in place of the documented field.
        (Reply::complete("true", r#"{"result_code":"0810"}"#), "final hmac undetermined (no_result_code)"),
        (Reply::members(r#""jobComplete":true,"job_success":true"#), "error malformed"),
    ]);
    // The product counts only if all that name one name the same.
    for [beside, verdict] in rows(TABLE, "another job_type, and the verdict") {
        let reply = format!(
            r#""job_complete":true,"job_success":true,"result":{{"ResultCode":"1020","PartnerParams":{{"job_type":5}}}}{beside}"#
        );
        check(&[(Reply::members(&reply), &format!("final hmac {verdict}"))]);
    }
}

#[test]
fn a_step_on_which_the_result_rests_and_that_failed_takes_the_approval_away() {
    let steps = lines(TABLE, "steps on which a result rests");
    let failing = lines(TABLE, "outcomes of a step that failed");
    let reply = |success: &str, code: &str, step: &str, outcome: &str| {
        Reply::complete(
            success,
            &format!(r#"{{"ResultCode":"{code}","Actions":{{"DOB":"No Match","{step}":{outcome}}}}}"#),
        )
    };
    for step in &steps {
        for outcome in &failing {
            for code in ["0810", "0820", "0840", "1210", "1220", "1240"] {
                check(&[(reply("true", code, step, outcome), "final hmac undetermined (contradiction)")]);
            }
            check(&[
                (reply("false", "0811", step, outcome), "final hmac rejected"),
                (reply("true", "0814", step, outcome), "final hmac provisional"),
            ]);
        }
        for outcome in
            [r#""Passed""#, r#""Completed""#, r#""Not Applicable""#, r#""Under Review""#, "null", r#""""#, r#""x""#]
        {
            check(&[(reply("true", "0810", step, outcome), "final hmac approved")]);
        }
    }
    for step in ["Return_Personal_Info", "Verify_ID_Number", "Names", "Register_Selfie", "Listed"] {
        check(&[(reply("true", "0810", step, r#""Failed""#), "final hmac approved")]);
    }
    for actions in [r#"["Failed"]"#, "\"Failed\"", "7", "true", "false"] {
        let reply = Reply::complete("true", &format!(r#"{{"ResultCode":"0810","Actions":{actions}}}"#));
        check(&[(reply, "final hmac undetermined (contradiction)")]);
    }
    for actions in ["null", "{}"] {
        let reply = Reply::complete("true", &format!(r#"{{"ResultCode":"0810","Actions":{actions}}}"#));
        check(&[(reply, "final hmac approved")]);
    }
}

#[test]
fn a_proof_in_both_fields_is_that_of_signature() {
    let at = Timestamp::at(Moment::new(NOON - 1, core::time::Duration::ZERO));
    let mac = HmacKey::new(&ApiKey::new("key").unwrap()).sign(at.as_str(), &PartnerId::new("023").unwrap());
    let good = format!("\"{}\"", mac.as_str());
    let body = |signature: &str, sec_key: &str| {
        let result = r#"{"ResultCode":"0810"}"#;
        let proofs = format!(r#""signature":{signature},"sec_key":{sec_key}"#);
        let at = at.as_str();
        let body =
            format!(r#"{{"timestamp":"{at}",{proofs},"job_complete":true,"job_success":true,"result":{result}}}"#);
        outcome_of(&config(), &Reply::verbatim(200, body))
    };
    assert_eq!(body(&good, "\"x\""), "final hmac approved");
    assert_eq!(body("null", &good), "final hmac approved");
    for wrong in ["\"x\"", "\"\"", "true", "7", "[]", "{}"] {
        assert_eq!(body(wrong, &good), "error unproven", "{wrong}");
        assert_eq!(body("null", wrong), "error unproven", "{wrong}");
    }
}
