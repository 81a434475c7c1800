//! From a reply to an outcome, rule by rule in the contract's order: one table for each rule. How often a call is sent again is
//! `session/call.rs`'s, what a final answer says `verdicts.rs`'s.

use core::time::Duration;

use smileid_core::{
    DecodeOptions, IdPolicy, RetryPolicy, Session, TransportError, TransportErrorKind as T, json::Options,
};
use smileid_tests::{
    APPROVED_RESULT as APPROVED, FIRST_REQUEST, Reply, check_outcomes as check, config, lines, outcome_of, query, rows,
    run, summary,
};

const TABLE: &str = include_str!("outcomes.txt");

#[test]
fn rule_1_what_ends_before_a_body_is_read() {
    let kinds = [
        (T::Connect, "error transport"),
        (T::Timeout, "error transport"),
        (T::Closed, "error transport"),
        (T::Other, "error transport"),
        (T::Tls, "error tls"),
        (T::TooLarge, "error malformed"),
        (T::Cancelled, "error cancelled"),
    ];
    for (kind, expected) in kinds {
        let config = config().with_retry(RetryPolicy::NONE);
        let run = run(Session::job_status(&config, query()), |_, _, _| {
            (Duration::from_millis(5), Err(TransportError::new(kind)))
        });
        assert_eq!(summary(&run.outcome), expected, "{kind:?}");
    }
    for status in [300, 301, 302, 303, 304, 305, 307, 308, 399] {
        check(&[
            (Reply::approved().status(status), "error redirected"),
            (Reply::error(status, "2405"), "error redirected"),
            (Reply::verbatim(status, "<html>"), "error redirected"),
        ]);
    }
}

#[test]
fn rule_2_throttling_and_a_failing_service_are_told_by_the_status_alone() {
    for [status, expected] in rows(TABLE, "rule 2: statuses") {
        let (status, expected) = (status.parse().unwrap(), expected.as_str());
        check(&[
            (Reply::approved().status(status), expected),
            (Reply::pending().status(status), expected),
            (Reply::error(status, "2405"), expected),
            (Reply::error(status, "2304"), expected),
            (Reply::verbatim(status, ""), expected),
            (Reply::verbatim(status, "<html>Bad gateway</html>"), expected),
            (Reply::verbatim(status, [0xFF, 0xFE]), expected),
        ]);
    }
}

/// Complete by its framing, and no reply that can be read.
fn unreadable() -> Vec<Vec<u8>> {
    let deep = [vec![b'['; 65], vec![b']'; 65]].concat();
    let mut bodies: Vec<Vec<u8>> =
        lines(TABLE, "rule 3: unreadable bodies").into_iter().map(String::into_bytes).collect();
    bodies.extend([Vec::new(), b"{\"a\":\"\xFF\"}".to_vec(), b"\xFF\xFE{\0}\0".to_vec(), deep]);
    bodies
}

#[test]
fn rule_3_an_unreadable_body_is_malformed_and_under_4xx_keeps_the_statuss_kind() {
    for body in unreadable() {
        check(&[
            (Reply::verbatim(200, body.clone()), "error malformed"),
            (Reply::verbatim(202, body.clone()), "error malformed"),
            (Reply::verbatim(400, body.clone()), "error request"),
            (Reply::verbatim(401, body.clone()), "error credentials"),
            (Reply::verbatim(403, body.clone()), "error request"),
            (Reply::verbatim(404, body.clone()), "error request"),
            (Reply::verbatim(413, body.clone()), "error request"),
            (Reply::verbatim(499, body), "error request"),
        ]);
    }
}

#[test]
fn rule_3_known_fields_stand_once_at_every_level_of_tolerance() {
    let twice = lines(TABLE, "rule 3: a known field twice");
    for json in [Options::STRICT, Options::DOCUMENTED, Options::LAX] {
        let config = config().with_decode_options(DecodeOptions::default().with_json(json));
        for body in &twice {
            // All else is well, so that nothing but the second key can be what is refused.
            let complete = body.starts_with(r#"{"job_complete"#);
            let body = if complete { body.clone() } else { body.replacen('{', r#"{"job_complete":false,"#, 1) };
            assert_eq!(outcome_of(&config, &Reply::verbatim(200, &*body)), "error malformed", "{body}");
        }
        let once = r#"{"job_complete":false,"result":{"PartnerParams":{"own":1},"PartnerParams2":{}}}"#;
        assert_eq!(outcome_of(&config, &Reply::verbatim(200, once)), "pending missing");
    }
}

#[test]
fn rule_6_job_complete_alone_decides() {
    let with = |member: &str| Reply::members(&format!(r#"{member}"job_success":true,"result":{APPROVED}"#));
    for [member, expected] in rows(TABLE, "rule 6: job_complete") {
        check(&[(with(&member), &expected)]);
    }
    check(&[(with(""), "error malformed")]);
    // Neither another code nor another status of 200 to 203 changes that, nor what job_success and ResultText say.
    for [code, verdict] in rows(TABLE, "rule 6: codes and the verdict") {
        check(&[
            (Reply::complete("true", APPROVED).status(202), "final hmac approved"),
            (Reply::members(&format!(r#""job_complete":false,"code":{code},"job_success":true"#)), "pending hmac"),
            (
                Reply::members(&format!(r#""job_complete":true,"code":{code},"job_success":true,"result":{APPROVED}"#)),
                &format!("final hmac {verdict}"),
            ),
        ]);
    }
    check(&[(
        Reply::members(
            r#""job_complete":false,"job_success":true,"result":{"ResultCode":"0810","IsFinalResult":"true"}"#,
        ),
        "pending hmac",
    )]);
}

#[test]
fn rule_7_a_pending_answer_tells_its_proof_whatever_it_is() {
    let recorded = r#"{"timestamp":"1678216434434","signature":"6f3dec6d6fad3cfe36fb62b38a185de1cd53088291082d6f20fddbf5ea0e4a0f","job_complete":false,"job_success":false,"code":"2314","result":"No zip file received"}"#;
    let hash = "\"5445722f5af1791eb434949cce9a88dd321e5959fd2f4a8562ecb12bb00c33fe\"";
    check(&[
        (Reply::pending(), "pending hmac"),
        (Reply::verbatim(200, recorded), "pending unkeyed"),
        (Reply::pending().signature(hash), "pending unkeyed"),
        (Reply::pending().signature(&hash.replace("2f4a", "24a")), "pending unrecognised"),
        (Reply::pending().signature("\"\""), "pending unrecognised"),
        (Reply::pending().signature("7"), "pending unrecognised"),
        (Reply::pending().signature("null"), "pending missing"),
        (Reply::pending().timestamp("null"), "pending missing"),
        (Reply::verbatim(200, r#"{"job_complete":false}"#), "pending missing"),
        (Reply::pending().key("other"), "pending invalid"),
        (Reply::pending().signed_ago(999_999_999), "pending hmac"),
        (Reply::pending().signed_ago(0), "pending hmac"),
        (
            Reply::members(r#""job_complete":false,"result":{"PartnerParams":{"user_id":"x","job_id":"y"}}"#),
            "pending hmac",
        ),
    ]);
}

#[test]
fn rule_8_a_final_answer_is_judged_in_one_order() {
    let other = || Reply::final_about("user-8", "job-8");
    let hash = "\"5445722f5af1791eb434949cce9a88dd321e5959fd2f4a8562ecb12bb00c33fe\"";
    check(&[
        (Reply::approved(), "final hmac approved"),
        // Each reply has every later fault as well: the first in the order is reported.
        (other().key("other").signed_ago(400_000).signature("null"), "error unproven"),
        (other().key("other").signed_ago(400_000).timestamp("null"), "error unproven"),
        (other().key("other").signed_ago(400_000).signature(hash), "error unproven"),
        (other().key("other").signed_ago(400_000).signature("\"AAAA\""), "error unproven"),
        (other().key("other").signed_ago(400_000), "error signature"),
        (other().signed_ago(400_000), "error replay"),
        (other().signed_ago(-400_000), "error replay"),
        (other().signed_at(FIRST_REQUEST), "error replay"),
        (other(), "error mismatch"),
        (Reply::final_about("user-8", "job-7"), "error mismatch"),
        (Reply::final_about("user-7", "job-8"), "error mismatch"),
        (Reply::final_about("user-7", ""), "error mismatch"),
        (Reply::final_about("USER-7", "job-7"), "error mismatch"),
    ]);
}

#[test]
fn rule_8_ids_are_compared_where_present_and_demanded_by_a_switch() {
    let strict = config().with_ids(IdPolicy::Required);
    for [params, by_default, demanded] in rows(TABLE, "rule 8: PartnerParams, by default, and with ids demanded") {
        let reply = Reply::complete("true", &format!(r#"{{"ResultCode":"0810","PartnerParams":{params}}}"#));
        assert_eq!(outcome_of(&config(), &reply), by_default, "{params}");
        assert_eq!(outcome_of(&strict, &reply), demanded, "{params}");
    }
}
