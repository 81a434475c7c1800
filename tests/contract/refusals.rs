//! Refusals, rules 3 to 5 of the contract: what a refusing code, a status and the words of a body come to. The other rules are in
//! `outcomes.rs`.

use core::time::Duration;

use smileid_core::{CODES, RetryPolicy, Session};
use smileid_tests::{
    APPROVED_RESULT as APPROVED, Reply, check_outcomes as check, config, lines, outcome_of, query, rows, run,
};

const TABLE: &str = include_str!("refusals.txt");

#[test]
fn rule_4_a_refusing_code_decides_whatever_the_status_and_job_complete() {
    let codes = rows(TABLE, "refusing codes");
    let refusing = CODES.iter().filter(|info| info.kind.is_some()).count();
    // The other two differ by more than the code.
    assert_eq!((codes.len() + 2, CODES.len()), (refusing, refusing + 2));
    for [code, kind] in codes {
        let expected = format!("error {kind} {code}");
        for status in [200, 201, 400, 401, 403, 404, 409, 413, 422, 600, 999] {
            for complete in ["", r#","job_complete":true"#, r#","job_complete":false"#, r#","job_complete":"maybe""#] {
                let signed = format!(r#""code":"{code}","job_success":true,"result":{APPROVED}{complete}"#);
                check(&[
                    (Reply::members(&signed).status(status), &expected),
                    (Reply::members(&signed.replace(&format!("\"{code}\""), &code)).status(status), &expected),
                    (Reply::verbatim(status, format!(r#"{{"code":"{code}","error":"no"{complete}}}"#)), &expected),
                ]);
            }
        }
    }
}

#[test]
fn rule_4_codes_2204_and_2413_are_told_apart_by_text_and_status() {
    let texts = rows(TABLE, "2204 and 2413: the rest of the body, and whether it speaks of credentials");
    for code in ["2204", "2413"] {
        for [rest, speaks] in &texts {
            for status in [200, 400, 401, 403, 404, 422] {
                let kind = if speaks == "true" || matches!(status, 401 | 403) { "credentials" } else { "request" };
                let reply = Reply::verbatim(status, format!(r#"{{"code":"{code}",{rest}}}"#));
                check(&[(reply, &format!("error {kind} {code}"))]);
            }
        }
    }
}

/// The message of the error that a reply ends in.
fn message_of(reply: &Reply) -> String {
    let config = config().with_retry(RetryPolicy::NONE);
    let run = run(Session::job_status(&config, query()), |_, _, now| (Duration::ZERO, Ok(reply.at(now))));
    run.outcome.unwrap_err().to_string()
}

#[test]
fn rule_4_an_allow_list_is_named_for_a_2413_that_refuses_authorization() {
    let body = r#"{"code":"2413","error":"You are not authorized to do that."}"#;
    for status in [400, 403] {
        let message = message_of(&Reply::verbatim(status, body));
        assert!(message.contains("IP allow list") && message.contains("2413"), "{message}");
    }
}

#[test]
fn rule_5_a_403_is_of_credentials_only_if_its_json_speaks_of_them() {
    for body in lines(TABLE, "403 of credentials") {
        let error = outcome_of(&config(), &Reply::verbatim(403, body.as_str()));
        assert!(error.starts_with("error credentials"), "{body}: {error}");
    }
    let of_the_way = lines(TABLE, "403 of the way");
    for body in of_the_way.iter().map(String::as_str).chain([""]) {
        assert_eq!(outcome_of(&config(), &Reply::verbatim(403, body)), "error request", "{body}");
        let message = message_of(&Reply::verbatim(403, body));
        let at = |word: &str| message.find(word).unwrap_or_else(|| panic!("{word} is not in {message}"));
        let (path, list, wall, key) = (at("/v1"), at("allow list"), at("firewall"), at("key"));
        assert!(path < list && path < wall && list < key && wall < key, "{message}");
        assert!(!message.contains("Authentication Token"), "{message}");
        assert_eq!(outcome_of(&config(), &Reply::verbatim(401, body)), "error credentials", "{body}");
    }
}

#[test]
fn rule_5_a_success_that_holds_no_whole_reply_is_malformed() {
    for status in [200, 201, 202, 203] {
        check(&[
            (Reply::approved().status(status), "final hmac approved"),
            (Reply::pending().status(status), "pending hmac"),
        ]);
    }
    for status in [204, 205, 206, 207, 208, 226, 250, 299] {
        check(&[
            (Reply::approved().status(status), "error malformed 2302"),
            (Reply::pending().status(status), "error malformed 2302"),
            (Reply::verbatim(status, ""), "error malformed"),
            (Reply::error(status, "2304"), "error not_found 2304"),
        ]);
    }
}

#[test]
fn rule_3_a_compressed_body_is_called_compressed() {
    let gzip = || Reply::verbatim(200, [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 3, 0]);
    let brotli = || Reply::verbatim(200, [0x0B, 0x02, 0x80, b'{', b'}', 0x03]);
    for reply in [gzip(), gzip().header("Content-Encoding", "gzip"), brotli().header("content-encoding", "br")] {
        assert_eq!(outcome_of(&config(), &reply), "error malformed");
        assert!(message_of(&reply).contains("compressed"));
    }
    assert!(!message_of(&brotli()).contains("compressed"));
    assert!(!message_of(&brotli().header("Content-Encoding", "identity")).contains("compressed"));
    // What a transport has decompressed is read, whatever its label says.
    let labelled = Reply::approved().header("Content-Encoding", "gzip");
    assert_eq!(outcome_of(&config(), &labelled), "final hmac approved");
}

#[test]
fn rule_5_other_4xx_statuses_decide_what_a_code_does_not() {
    for [status, kind] in rows(TABLE, "statuses that decide what a code does not") {
        let status = status.parse().unwrap();
        check(&[
            (Reply::verbatim(status, "{}"), &format!("error {kind}")),
            (Reply::verbatim(status, r#"{"message":"Forbidden"}"#), &format!("error {kind}")),
            (Reply::error(status, "9999"), &format!("error {kind} 9999")),
            // What does not look like a code is not reported as one: it could be anything.
            (Reply::error(status, "99999"), &format!("error {kind}")),
            (Reply::error(status, "999"), &format!("error {kind}")),
            (Reply::error(status, "99x9"), &format!("error {kind}")),
            (Reply::approved().status(status), &format!("error {kind} 2302")),
            (Reply::pending().status(status), &format!("error {kind} 2302")),
        ]);
    }
    // Statuses that no reply has: nothing is taken from them, unless a code refuses.
    for status in [0, 100, 101, 199, 600, 999] {
        check(&[
            (Reply::approved().status(status), "error malformed 2302"),
            (Reply::verbatim(status, ""), "error malformed"),
            (Reply::error(status, "2304"), "error not_found 2304"),
        ]);
    }
}
