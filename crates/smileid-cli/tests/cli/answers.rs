//! The shape of answers: the object of `--output json`, the lines for people, the exits, and what `wait` adds.

use crate::common::{JOB, KEY, PARTNER, Run, Server, USER, final_reply, http, signed, signed_by};

const APPROVED: &str = r#""ResultCode":"0810""#;

#[test]
fn the_object_has_the_contracts_members_and_every_digit() {
    let body = format!(
        "{{{},\"job_complete\":\"TRUE\",\"job_success\":true,\"code\":2302,\"result\":{{{APPROVED},\"n\":[1.50,1E+3,-0,18446744073709551616],\
         \"esc\":\"\\u00e9\\/\",}},\"z\":1,\"a\":2,}}}}",
        signed()
    );
    let (first, second) = (body.find(",}").unwrap(), body.rfind(",}").unwrap());
    let closer = body.len() - 1;
    let (complete, code) = (body.find("\"TRUE\"").unwrap(), body.find("2302").unwrap());
    let sent = body.clone();
    let server = Server::start(move |_, _| http(200, "", &sent));
    let ran = Run::status(&server.base, &["--output", "json"]).run();
    let answer = ran.answer();
    let names: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    let expected =
        ["state", "proof", "verdict", "reason", "code", "job_complete", "job_success", "repairs", "readings", "reply"];
    assert_eq!(names, expected);
    let summary = [&answer["state"], &answer["proof"], &answer["verdict"], &answer["reason"], &answer["code"]];
    assert_eq!(serde_json::to_string(&summary).unwrap(), r#"["final","hmac","approved",null,"2302"]"#);
    assert_eq!((&answer["job_complete"], &answer["job_success"]), (&true.into(), &true.into()));
    let repairs = serde_json::json!([
        {"kind": "trailing_comma", "offset": first},
        {"kind": "trailing_comma", "offset": second},
        {"kind": "extra_closer", "offset": closer},
    ]);
    assert_eq!(answer["repairs"], repairs);
    let readings = serde_json::json!([
        {"kind": "bool_as_text", "field": "job_complete", "offset": complete},
        {"kind": "text_as_number", "field": "code", "offset": code},
    ]);
    assert_eq!(answer["readings"], readings);
    // The reply itself, verbatim but for its syntax.
    let strict = body.replace(",}", "}");
    let strict = strict.strip_suffix('}').unwrap();
    assert!(ran.out.ends_with(&format!("\"reply\":{strict}}}\n")), "{}", ran.out);
}

#[test]
fn of_many_repairs_the_first_are_listed_and_all_are_counted() {
    let body = format!(r#"{{"job_complete":false,"x":[{}]}}"#, ["[1,]"; 20].join(","));
    let server = Server::start(move |_, _| http(200, "", &body));
    let answer = Run::status(&server.base, &["--output", "json"]).run().answer();
    assert_eq!((answer["repairs"].as_array().unwrap().len(), &answer["repairs_total"]), (16, &20.into()));
    assert_eq!(answer.get("readings_total"), None);
}

#[test]
fn pending_answer_has_a_proof_but_no_verdict() {
    let recorded = r#"{"timestamp":"1678216434434","signature":"6f3dec6d6fad3cfe36fb62b38a185de1cd53088291082d6f20fddbf5ea0e4a0f","job_complete":false,"job_success":false,"code":"2314","result":"No zip file received"}"#;
    let cases = [
        (recorded.to_owned(), "unkeyed", Some("2314")),
        (r#"{"job_complete":false}"#.to_owned(), "missing", None),
        (r#"{"timestamp":"1","signature":"x","job_complete":"false"}"#.to_owned(), "unrecognised", None),
        (format!("{{{},\"job_complete\":false,\"code\":[]}}", signed_by("other", PARTNER, 0)), "invalid", None),
        (
            format!("{{{},\"job_complete\":false,\"code\":\"9999\"}}", signed_by(KEY, PARTNER, -999_000)),
            "hmac",
            Some("9999"),
        ),
    ];
    for (body, proof, code) in cases {
        let sent = body.clone();
        let server = Server::start(move |_, _| http(200, "", &sent));
        let answer = Run::status(&server.base, &["--output", "json"]).run().answer();
        assert_eq!(
            (&answer["state"], &answer["proof"], answer["code"].as_str()),
            (&"pending".into(), &proof.into(), code),
            "{body}"
        );
        assert_eq!((answer.get("verdict"), &answer["reason"]), (None, &serde_json::Value::Null));
        let ran = Run::status(&server.base, &["--exit-status"]).run();
        assert_eq!((ran.code, ran.err.as_str()), (8, ""));
        assert!(ran.out.contains("pending") && ran.out.contains(proof) && !ran.out.contains("verdict"), "{}", ran.out);
    }
}

#[test]
fn verdicts_reasons_and_their_exits() {
    for (success, result, verdict, reason, exit) in [
        ("true", APPROVED, "approved", None, 0),
        ("\"true\"", APPROVED, "approved", None, 0),
        ("true", r#""ResultCode":"0814""#, "provisional", None, 3),
        ("false", r#""ResultCode":"0811""#, "rejected", None, 3),
        ("true", r#""ResultText":"Approved""#, "undetermined", Some("no_result_code"), 3),
        ("true", r#""ResultCode":"1012""#, "undetermined", Some("id_leg"), 3),
        ("false", APPROVED, "undetermined", Some("contradiction"), 3),
        ("null", APPROVED, "undetermined", Some("success_missing"), 3),
        ("true", r#""ResultCode":"810""#, "undetermined", Some("unknown_code"), 3),
        ("true", r#""ResultCode":"1015""#, "undetermined", Some("no_verdict_code"), 3),
        ("true", r#""ResultCode":"0810","IsFinalResult":"false""#, "undetermined", Some("not_final_result"), 3),
    ] {
        let server = Server::start(move |_, _| http(200, "", final_reply(success, result)));
        let answer = Run::status(&server.base, &["--output", "json"]).run().answer();
        assert_eq!(
            (answer["verdict"].as_str(), answer["reason"].as_str()),
            (Some(verdict), reason),
            "{success} {result}"
        );
        for run in [Run::status(&server.base, &["--exit-status"]), Run::wait(&server.base, &["--exit-status"])] {
            let ran = run.run();
            assert_eq!((ran.code, ran.err.as_str()), (exit, ""), "{success} {result}");
            assert!(ran.out.contains(verdict) && reason.is_none_or(|r| ran.out.contains(r)), "{}", ran.out);
        }
    }
}

#[test]
fn text_contains_no_personal_values_and_no_control_characters() {
    let result = r#""ResultCode":"0810","ResultText":"\u001b[31mred","FullName":"canary name","IDNumber":"canary","Photo":"canary""#;
    let body = final_reply("true", result).replace(
        ",\"result\"",
        ",\"image_links\":{\"selfie_image\":\"https://images.example/canary?sig=canary\"},\"history\":[{\"ResultCode\":\"1012\",\"DOB\":\"canary\"}],\"result\"",
    );
    let server = Server::start(move |_, _| http(200, "", &body));
    let ran = Run::status(&server.base, &["--history", "--image-links"]).run();
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(
        ran.out.contains("images.example") && ran.out.contains("1012") && ran.out.contains("\\u{1b}[31mred"),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains("canary") && !ran.out.contains('\x1b'), "{}", ran.out);
}

#[test]
fn the_request_carries_what_was_asked_for() {
    let server = Server::start(|request, _| {
        let asked = request.contains("\"image_links\":true,\"history\":true}")
            && request.contains(&format!("\"user_id\":\"{USER}\",\"job_id\":\"{JOB}\",\"partner_id\":\"{PARTNER}\""));
        http(if asked { 200 } else { 418 }, "", final_reply("true", APPROVED))
    });
    assert_eq!(Run::status(&server.base, &["--history", "--image-links"]).run().code, 0);
    assert_eq!(Run::status(&server.base, &["--history"]).run().code, 1);
}

#[test]
fn ages_and_ids_are_judged_as_asked() {
    let unnamed = format!("{{{},\"job_complete\":true,\"job_success\":true}}", signed());
    let server = Server::start(move |_, _| http(200, "", &unnamed));
    assert_eq!(Run::status(&server.base, &["--output", "json"]).run().answer()["state"], "final");
    let ran = Run::status(&server.base, &["--output", "json", "--require-ids"]).run();
    assert_eq!(ran.failure(), ("mismatch".into(), 5));

    let old = format!("{{{},\"job_complete\":true}}", signed_by(KEY, PARTNER, -60_000));
    let server = Server::start(move |_, _| http(200, "", &old));
    assert_eq!(Run::status(&server.base, &["--output", "json", "--max-age", "2m"]).run().answer()["state"], "final");
    let ran = Run::status(&server.base, &["--output", "json", "--max-age", "30s"]).run();
    assert_eq!(ran.failure(), ("replay".into(), 5));
}

#[test]
fn a_wait_goes_on_until_the_answer_is_final() {
    let server = Server::start(|_, number| match number {
        0 => http(200, "", r#"{"job_complete":false}"#),
        _ => http(200, "", final_reply("true", APPROVED)),
    });
    let answer = Run::wait(&server.base, &["--interval", "250ms", "--output", "json"]).run().answer();
    assert_eq!((&answer["verdict"], server.requests()), (&"approved".into(), 2));
}

#[test]
fn a_wait_past_its_deadline_exits_8() {
    let server = Server::start(|_, _| http(200, "", r#"{"job_complete":false}"#));
    for more in [&["--exit-status"][..], &[]] {
        let ran = Run::wait(&server.base, &["--deadline", "1500ms", "--output", "json"]).args(more).run();
        let (kind, error, exit) = ran.failure_in_full();
        assert_eq!((kind.as_str(), exit), ("deadline", 8));
        assert!(error["message"].as_str().unwrap().contains("last answer: pending, proof missing"), "{error}");
    }
}

#[test]
fn an_unknown_job_ends_a_wait_or_not() {
    let reply = |_: &str, number| match number {
        0 => http(400, "", r#"{"code":"2304"}"#),
        _ => http(200, "", final_reply("true", APPROVED)),
    };
    let server = Server::start(reply);
    assert_eq!(Run::wait(&server.base, &["--output", "json"]).run().failure(), ("not_found".into(), 10));
    let server = Server::start(reply);
    let ran = Run::wait(&server.base, &["--not-found", "pending", "--interval", "250ms"]).run();
    assert_eq!((ran.code, server.requests()), (0, 2));
}

#[test]
fn one_poll_of_a_wait_is_bounded() {
    let server = Server::raw(|stream, _| {
        let _end = std::io::copy(stream, &mut std::io::sink());
    });
    let ran =
        Run::wait(&server.base, &["--timeout", "100ms", "--deadline", "2s", "--interval", "250ms", "--output", "json"])
            .run();
    assert_eq!(ran.failure(), ("deadline".into(), 8));
    assert!(server.requests() >= 2, "{}", server.requests());
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_with_cancelled_and_130() {
    use std::process::{Command, Stdio};
    let server = Server::start(|_, _| http(200, "", r#"{"job_complete":false}"#));
    let mut command = Run::wait(&server.base, &["--output", "json", "--interval", "1h", "--deadline", "2h"]).command();
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while server.requests() == 0 {
        std::thread::sleep(core::time::Duration::from_millis(1));
    }
    let sent = Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    let answer = String::from_utf8(output.stderr).unwrap();
    assert!(sent.success() && output.stdout.is_empty());
    assert!(answer.starts_with(r#"{"error":{"kind":"cancelled","#), "{answer}");
    assert_eq!(output.status.code(), Some(130));
}
